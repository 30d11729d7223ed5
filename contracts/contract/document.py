"""The judge's own reader of openapi.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from contracts.contract import extensions
from contracts.contract.api import Api
from contracts.contract.description import reader
from contracts.contract.description.upgrade import METHODS
from contracts.contract.errors import Diagnostic, DocumentError, document_error
from contracts.contract.model import Conflict, Lifecycle, Operation, Paging, Transition
from contracts.contract.pointer import PointerError, escape, resolve
from contracts.contract.resources import find
from contracts.contract.supported import find_unsupported


@dataclass(frozen=True)
class Document(Api):
    """The contract of the jobs API: what its laws read limits, statuses and transitions from."""

    lifecycle: Lifecycle
    paging: Paging
    conflict: Conflict
    list_id: str
    read_id: str
    cancel_id: str
    make_id: str
    item_schema: str

    @property
    def title(self) -> str:
        """Return what the API is called in a sentence."""
        return "the jobs API"

    @property
    def cancel(self) -> Transition:
        """Return the move that a client makes."""
        return next(move for move in self.lifecycle.transitions if move.by == self.cancel_id)

    @cached_property
    def item(self) -> Mapping[str, Any]:
        """Return the schema of one record."""
        found: Mapping[str, Any] = self.resolve(self.item_schema)
        return found


def load(file: Path | None = None) -> Document:
    """Read the contract from *file*, or the one that this package was made with."""
    file = file or find("openapi.yaml")
    try:
        text = file.read_text("utf-8")
        raw = yaml.load(text, Loader=yaml.CSafeLoader)
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise DocumentError(str(file), "#", str(error)) from error
    try:
        return parse(raw, file.name)
    except DocumentError as error:
        raise document_error(str(file), error.diagnostics, text) from error


def parse(raw: Mapping[str, Any], file: str) -> Document:
    """Read the contract from its plain form; *file* is what errors call it.

    Raises:
        DocumentError: it contradicts itself, or declares what no law would look at.
    """
    diagnostics: list[Diagnostic] = []
    try:
        extensions.find_extensions(raw, file)
        diagnostics += find_unsupported(raw)
        document = _read_document(raw, file)
    except DocumentError as error:
        raise document_error(file, [*diagnostics, *error.diagnostics]) from error
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        lacking = f"lacks something that every document of this API has: {error!r}"
        raise document_error(file, diagnostics or [Diagnostic("#", lacking)]) from error
    if diagnostics:
        raise document_error(file, diagnostics)
    return document


def _read_document(raw: Mapping[str, Any], file: str) -> Document:
    found = extensions.find_extensions(raw, file)
    life = extensions.read_lifecycle(raw, extensions.get_single(found, "x-lifecycle", file))
    operations = _read_operations(raw, file)
    _check_links(operations, file)
    extensions.check_lifecycle(life, operations, file)
    paging = extensions.get_single(found, "x-pagination", file)
    conflict = extensions.get_single(found, "x-conflict", file)
    at = {operation.pointer: operation.id for operation in operations.values()}
    cancel = next(operations[move.by] for move in life.transitions if move.by != "server")
    reads = [o.id for o in operations.values() if (o.method, o.path) == ("GET", cancel.path)]
    for pointer in (paging, conflict):
        if pointer.rpartition("/")[0] not in at:
            raise DocumentError(file, pointer, "is not declared on an operation")
    if not reads:
        raise DocumentError(file, cancel.pointer, "no operation reads what this one moves")
    declared = extensions.read_conflict(raw, conflict, life, file)
    api = reader.parse(raw, file)
    return Document(
        file=file,
        raw=raw,
        operations=operations,
        resource=api.resource,
        security=api.security,
        tenancy=api.tenancy,
        lifecycle=life,
        paging=extensions.read_paging(raw, paging),
        conflict=declared,
        list_id=at[paging.rpartition("/")[0]],
        read_id=reads[0],
        cancel_id=cancel.id,
        make_id=at[conflict.rpartition("/")[0]],
        item_schema=life.pointer.rpartition("/")[0],
    )


def _read_operations(raw: Mapping[str, Any], file: str) -> dict[str, Operation]:
    operations: dict[str, Operation] = {}
    for path, item in raw["paths"].items():
        for method in (method for method in METHODS if method in item):
            given, pointer = item[method], f"#/paths/{escape(path)}/{method}"
            name = given.get("operationId")
            if name is None or name in operations:
                raise DocumentError(file, pointer, f"operationId {name!r} is missing or taken")
            parameters = [*item.get("parameters", []), *given.get("parameters", [])]
            operations[name] = Operation(
                id=name,
                method=method.upper(),
                path=path,
                parameters={p["name"]: p for p in (_dereference(raw, p, file) for p in parameters)},
                responses={
                    int(status): _dereference(raw, response, file)
                    for status, response in given["responses"].items()
                },
                pointer=pointer,
            )
    return operations


def _dereference(raw: Mapping[str, Any], value: Mapping[str, Any], file: str) -> Mapping[str, Any]:
    try:
        return resolve(raw, value["$ref"]) if "$ref" in value else value
    except PointerError as error:
        raise DocumentError(file, value["$ref"], str(error)) from error


def _check_links(operations: Mapping[str, Operation], file: str) -> None:
    for operation in operations.values():
        for status, response in operation.responses.items():
            for name, link in response.get("links", {}).items():
                if link.get("operationId") not in operations:
                    pointer = f"{operation.pointer}/responses/{status}/links/{escape(name)}"
                    message = f"no operation is called {link.get('operationId')!r}"
                    raise DocumentError(file, pointer, message)
