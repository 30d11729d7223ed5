"""The mock's reader of openapi.yaml: the contract as frozen values.

Nothing that the contract states is stated again in code: limits, defaults, statuses, transitions
and paths all come from here. A document that the mock cannot keep to the letter is refused.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from mockserver import extensions, shipped
from mockserver.domain.job import MOMENTS
from mockserver.domain.lifecycle import SERVER, Lifecycle, Transition
from mockserver.domain.paging import Bound, Paging
from mockserver.sources import (
    InvalidSourceError,
    Problem,
    explain,
    invalid,
    locate,
    parse,
    read_text,
    shown,
)

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class Parameter(Struct, frozen=True):
    """A declared parameter: its name, where it stands (path, query, header) and its schema."""

    name: str
    where: str
    schema: Mapping[str, Any]


class Conflict(Struct, frozen=True):
    """While a record of the same *key* is in one of *states*, a second is refused with *status*."""

    parameter: str
    key: str
    states: tuple[str, ...]
    status: int


class Operation(Struct, frozen=True):
    """One operation: *pointer* leads to it in the document, *answers* are the declared ones."""

    operation_id: str
    method: str
    template: str
    pointer: str
    parameters: tuple[Parameter, ...]
    answers: Mapping[int, Mapping[str, Any]]
    paging: Paging | None
    conflict: Conflict | None

    def parameter(self, name: str) -> Parameter:
        """Return the declared parameter of that name."""
        return next(p for p in self.parameters if p.name == name)


class Document(Struct, frozen=True):
    """The contract. *raw* is the parsed file, *states* are the values that a status may have."""

    file: Path
    raw: Mapping[str, Any]
    operations: tuple[Operation, ...]
    lifecycle: Lifecycle
    states: tuple[str, ...]


def load(file: Path) -> Document:
    """Return the contract that *file* states.

    Raises:
        InvalidSourceError: the file does not parse, has an unknown or wrong ``x-`` key, or names
            an operation, state, parameter or property that it does not define.
    """
    if file.suffix not in (".yaml", ".yml", ".json"):
        raise invalid(file, "suffix", "a contract is a .yaml, .yml or .json file")
    text = read_text(file)
    raw = parse(file, text)
    reader = _Reader(file, text, raw)
    try:
        document = reader.document()
    except (KeyError, TypeError, AttributeError, ValueError, StopIteration) as error:
        message = f"lacks something that every OpenAPI document of this API has: {error!r}"
        raise invalid(file, "openapi", message) from None
    if document is None or reader.problems:
        raise InvalidSourceError(reader.problems)
    return document


class _Reader:
    """Reads one file and gathers what is wrong with it."""

    def __init__(self, file: Path, text: str, raw: Any) -> None:
        self.file = file
        self.text = text
        self.raw = raw
        self.problems: list[Problem] = []

    def complain(self, pointer: str, rule: str, message: str, value: Any = None) -> None:
        line, column = locate(self.text, pointer)
        at_fault = "" if value is None else shown(value)
        self.problems.append(Problem(self.file, line, column, pointer, rule, at_fault, message))

    def document(self) -> Document | None:
        if not isinstance(self.raw, dict) or not isinstance(self.raw.get("paths"), dict):
            self.complain("", "openapi", "is no OpenAPI document: it has no paths")
            return None
        for pointer, name, value in extensions.find(self.raw):
            self._check_extension(pointer, name, value)
        if self.problems:
            return None
        job = self.raw["components"]["schemas"]["Job"]
        states = tuple(job["properties"]["status"]["enum"])
        if "x-lifecycle" not in job:
            self.complain("/components/schemas/Job", "lifecycle", "has no x-lifecycle")
            return None
        operations = tuple(self._operations(states))
        known = {operation.operation_id for operation in operations}
        self._check_links(self.raw, "", known)
        return Document(
            self.file, self.raw, operations, self._lifecycle(job, states, known), states
        )

    def _check_extension(self, pointer: str, name: str, value: Any) -> None:
        fault = extensions.misplaced(name, pointer)
        if fault is not None:
            self.complain(pointer, "extension", fault)
        elif not extensions.accepts(name, value):
            published = json.loads(shipped.schema("extensions").read_text())
            schema = {"$ref": f"#/$defs/{name}", "$defs": published["$defs"]}
            self.problems += explain(self.file, self.text, value, schema, pointer)

    def _lifecycle(
        self, job: Mapping[str, Any], states: tuple[str, ...], known: set[str]
    ) -> Lifecycle:
        pointer = "/components/schemas/Job/x-lifecycle"
        key = msgspec.convert(job["x-lifecycle"], extensions.LifecycleKey)
        if key.field != "status":
            self.complain(f"{pointer}/field", "lifecycle", "a job's state stands in its status")
        self._check_names(f"{pointer}/initial", (key.initial,), states, "state")
        self._check_names(f"{pointer}/terminal", key.terminal, states, "state")
        for stamp in (key.stamps.made, key.stamps.moved):
            self._check_names(f"{pointer}/stamps", (stamp,), tuple(MOMENTS), "moment of a job")
        for index, row in enumerate(key.transitions):
            at = f"{pointer}/transitions/{index}"
            self._check_names(f"{at}/from", row.sources, states, "state")
            self._check_names(f"{at}/to", (row.to,), states, "state")
            self._check_names(f"{at}/by", (row.by,), (SERVER, *sorted(known)), "operationId")
            if row.not_before is not None:
                moments = tuple(MOMENTS)
                self._check_names(f"{at}/notBefore", (row.not_before,), moments, "moment of a job")
        left = {source for row in key.transitions for source in row.sources}
        if set(key.terminal) != set(states) - left:
            ends = ", ".join(s for s in states if s not in left)
            message = f"the states that no transition leaves are {ends}"
            self.complain(f"{pointer}/terminal", "lifecycle", message, list(key.terminal))
        if self.problems:
            raise InvalidSourceError(self.problems)
        rows = [
            Transition(r.event, r.by, r.sources, r.to, r.not_before, r.otherwise)
            for r in key.transitions
        ]
        return Lifecycle(key.initial, key.terminal, key.stamps.moved, rows)

    def _check_names(
        self, pointer: str, names: tuple[str, ...], known: tuple[str, ...], kind: str
    ) -> None:
        for name in names:
            if name not in known:
                message = f"{name!r} is no {kind}; known are {', '.join(known)}"
                self.complain(pointer, "dangling", message)

    def _check_links(self, value: Any, pointer: str, known: set[str]) -> None:
        if not isinstance(value, dict):
            return
        for name, member in value.items():
            below = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
            if name == "links":
                for link, target in member.items():
                    at = f"{below}/{link}/operationId"
                    self._check_names(at, (target["operationId"],), tuple(known), "operationId")
            else:
                self._check_links(member, below, known)

    def _operations(self, states: tuple[str, ...]) -> Iterator[Operation]:
        for template, item in self.raw["paths"].items():
            for method in METHODS:
                if method in item:
                    yield self._operation(template, item, method, states)

    def _operation(
        self, template: str, item: Mapping[str, Any], method: str, states: tuple[str, ...]
    ) -> Operation:
        raw = item[method]
        pointer = f"/paths/{template.replace('/', '~1')}/{method}"
        declared = [*item.get("parameters", ()), *raw.get("parameters", ())]
        resolved = [self._resolved(parameter) for parameter in declared]
        parameters = tuple(Parameter(p["name"], p["in"], p["schema"]) for p in resolved)
        return Operation(
            operation_id=raw["operationId"],
            method=method.upper(),
            template=template,
            pointer=pointer,
            parameters=parameters,
            answers={int(code): self._resolved(r) for code, r in raw["responses"].items()},
            paging=self._paging(f"{pointer}/x-pagination", raw, parameters),
            conflict=self._conflict(f"{pointer}/x-conflict", raw, parameters, states),
        )

    def _paging(
        self, pointer: str, raw: Mapping[str, Any], parameters: tuple[Parameter, ...]
    ) -> Paging | None:
        if "x-pagination" not in raw:
            return None
        key = msgspec.convert(raw["x-pagination"], extensions.PaginationKey)
        queries = tuple(p.name for p in parameters if p.where == "query")
        for name, row in (("limit", key.limit), ("page", key.page)):
            at = f"{pointer}/{name}"
            self._check_names(f"{at}/parameter", (row.parameter,), queries, "query parameter")
            if row.max is not None and not row.min <= row.default <= row.max:
                self.complain(
                    f"{at}/default", "pagination", "lies outside min and max", row.default
                )
        limit, page = (Bound(r.parameter, r.default, r.min, r.max) for r in (key.limit, key.page))
        return Paging(limit, page)

    def _conflict(
        self,
        pointer: str,
        raw: Mapping[str, Any],
        parameters: tuple[Parameter, ...],
        states: tuple[str, ...],
    ) -> Conflict | None:
        if "x-conflict" not in raw:
            return None
        key = msgspec.convert(raw["x-conflict"], extensions.ConflictKey)
        in_path = tuple(p.name for p in parameters if p.where == "path")
        self._check_names(f"{pointer}/parameter", (key.parameter,), in_path, "path parameter")
        self._check_names(f"{pointer}/while", key.states, states, "state")
        self._check_names(f"{pointer}/key", (key.key,), ("referenceId",), "key of a job")
        return Conflict(key.parameter, key.key, key.states, key.status)

    def _resolved(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return *value*, or what its local ``$ref`` points to."""
        if "$ref" not in value:
            return value
        found: Any = self.raw
        for token in value["$ref"].removeprefix("#/").split("/"):
            found = found[token.replace("~1", "/").replace("~0", "~")]
        return self._resolved(found)
