"""Reads a description of any API, with overlays, into its operations and resources."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from contracts.contract.api import Api
from contracts.contract.description.checks import Checks
from contracts.contract.description.choosing import choose_listing, choose_listings
from contracts.contract.description.credentials import read_security
from contracts.contract.description.files import Files
from contracts.contract.description.lifecycle import read_lifecycle
from contracts.contract.description.listing_keys import (
    read_creations,
    read_filters,
    read_pages,
    read_tenancy,
)
from contracts.contract.description.malformed import drop_malformed
from contracts.contract.description.overlay import apply_overlay
from contracts.contract.description.references import drop_dangling
from contracts.contract.description.shapes import Listing, Shape
from contracts.contract.description.structure import Structure
from contracts.contract.description.upgrade import METHODS, upgrade
from contracts.contract.errors import Diagnostic, DocumentError
from contracts.contract.model import Operation
from contracts.contract.pointer import PointerError, escape, resolve
from contracts.contract.roles import Resource


def read(spec: Path, overlays: Sequence[Path] = (), resource: str | None = None) -> Api:
    """Return what *spec* with its *overlays* says of an API, and of the *resource* to judge.

    Raises:
        DocumentError: a file cannot be read, is not a description, contradicts itself, does not
            have the resource, or has several; says file, line, pointer and what to do.
    """
    return _read_with(parse, spec, overlays, resource)


def read_each(
    spec: Path, overlays: Sequence[Path] = (), resource: str | None = None
) -> tuple[Api, ...]:
    """Return what *spec* says, once for each resource, or for the one that is named.

    Raises:
        DocumentError: as `read` does, but for several resources.
    """
    return _read_with(parse_each, spec, overlays, resource)


T = TypeVar("T")


def _read_with(
    parse_raw: Callable[[Mapping[str, Any], str, str | None, tuple[str, ...]], T],
    spec: Path,
    overlays: Sequence[Path],
    resource: str | None,
) -> T:
    files = Files(main=str(spec))
    raw = files.read(spec)
    for overlay in overlays:
        raw = apply_overlay(files, raw, overlay)
    if not isinstance(raw, dict) or not isinstance(raw.get("paths"), dict):
        raise DocumentError(str(spec), "#", "is not an OpenAPI document: it has no paths")
    try:
        upgraded = upgrade(raw)
        if lost := [*drop_dangling(upgraded), *drop_malformed(upgraded)]:
            files.warn(lost)
        return parse_raw(upgraded, spec.name, resource, tuple(files.warnings))
    except DocumentError as error:
        raise files.fail(error.diagnostics) from error
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        message = f"is not an OpenAPI document that can be read: {error!r}"
        raise DocumentError(str(spec), "#", message) from error


def parse(
    raw: Mapping[str, Any], file: str, resource: str | None = None, warnings: tuple[str, ...] = ()
) -> Api:
    """Return what the description *raw* says; *file* is what reports call it.

    Raises:
        DocumentError: it contradicts itself, has no such resource, or several.
    """
    structure = Structure(raw, read_operations(raw))
    return _parse(structure, [choose_listing(structure, resource)], file, warnings)[0]


def parse_each(
    raw: Mapping[str, Any], file: str, resource: str | None = None, warnings: tuple[str, ...] = ()
) -> tuple[Api, ...]:
    """Return what *raw* says, once for each resource, or for the one that is named.

    Raises:
        DocumentError: it contradicts itself, or has no such resource.
    """
    structure = Structure(raw, read_operations(raw))
    return _parse(structure, choose_listings(structure, resource), file, warnings)


def _parse(
    structure: Structure, listings: Sequence[Listing], file: str, warnings: tuple[str, ...]
) -> tuple[Api, ...]:
    raw, operations, checks = structure.raw, structure.operations, Checks(structure)
    resources, tenancy = [read_resource(checks, o) for o in listings], read_tenancy(checks, raw)
    if checks.diagnostics:
        first, *more = dict.fromkeys(checks.diagnostics)
        raise DocumentError(file, *first, more=more)
    return tuple(
        Api(file, raw, operations, one, read_security(raw, one.list), tenancy, warnings=warnings)
        for one in resources
    )


def read_resource(checks: Checks, listing: Listing) -> Resource:
    """Return the resource of *listing*; faults of its keys are left in *checks*."""
    structure, inferred = checks.structure, dict[str, str]()
    read, shape = structure.find_read(listing) or (None, None)
    holder = next(
        (one for one in (listing.record, shape) if one and "x-lifecycle" in one.schema),
        listing.record,
    )
    raw = checks.get_key(holder.schema, holder.pointer, "x-lifecycle")
    clause = f"{holder.pointer}/x-lifecycle"
    life = read_lifecycle(checks, holder, raw, clause) if raw else None
    key, reason = _find_key(checks, listing, holder, read)
    if reason:
        inferred["key"] = reason
    if structure.get_pagination(listing.operation) is None:
        inferred["list"] = "its success holds an array of objects"
    if read is not None and reason:
        inferred["read"] = "a GET on a path that ends in a parameter, with the same properties"
    shared = _list_path_parameters(read.path) if read else []
    return Resource(
        name=listing.name,
        list=listing.operation,
        read=read,
        items=listing.items,
        key=key,
        key_parameter=_find_key_parameter(read),
        has_integer_keys=_has_integer_keys(structure.find_property(holder, key or ""), read),
        scope=tuple(n for n in _list_path_parameters(listing.operation.path) if n in shared),
        schema=holder.pointer,
        pages=read_pages(checks, listing),
        filters=read_filters(checks, listing),
        lifecycle=life,
        creations=read_creations(checks, listing, life),
        shows=_find_shown(structure, listing, read, shape),
        inferred=inferred,
    )


def _find_key(
    checks: Checks, listing: Listing, holder: Shape, read: Operation | None
) -> tuple[str | None, str]:
    """Return what identifies a record, and from what it is inferred if it is not declared."""
    key = holder.schema.get("x-lifecycle", {}).get("key")
    if key is not None:
        return checks.read_place(f"{holder.pointer}/x-lifecycle/key", key, holder), ""
    parameter = _find_key_parameter(read)
    if read is None or parameter is None:
        return None, ""
    linked = checks.structure.find_linked_key(listing, read, parameter)
    if linked is not None:
        return linked, ""
    reason = f"the property that sounds like {{{parameter}}}"
    return checks.structure.infer_key(listing.record, parameter), reason


def _find_shown(
    structure: Structure, listing: Listing, read: Operation | None, shape: Shape | None
) -> dict[str, str]:
    """Return, by operation, where its success has one record."""
    shown = {read.id: shape.place} if read and shape else {}
    known = [listing.record.schema, *([shape.schema] if shape else [])]
    for operation in structure.operations.values():
        for body in structure.walk_body(operation):
            in_list = body.place.startswith(listing.items) and operation is listing.operation
            if any(body.schema is one for one in known) and not in_list:
                shown.setdefault(operation.id, body.place)
    return shown


def _has_integer_keys(schema: Mapping[str, Any], read: Operation | None) -> bool:
    """Tell whether keys are numbers: as the record says, or else the parameter that takes one."""
    if "type" not in schema and read is not None:
        schema = read.parameters.get(_find_key_parameter(read) or "", {}).get("schema", {})
    types = schema.get("type")
    return "integer" in (types if isinstance(types, list) else [types])


def _find_key_parameter(read: Operation | None) -> str | None:
    return _list_path_parameters(read.path)[-1] if read else None


def _list_path_parameters(path: str) -> list[str]:
    return [part.partition("}")[0] for part in path.split("{")[1:]]


def read_operations(raw: Mapping[str, Any]) -> dict[str, Operation]:
    """Return the operations by id; one without a usable operationId is called METHOD /path."""
    operations: dict[str, Operation] = {}
    for path, item in raw["paths"].items():
        for method in METHODS:
            if isinstance(item.get(method), dict):
                one = _read_operation(raw, path, method, item)
                taken = one.id in operations
                operations[f"{one.method} {path}" if taken else one.id] = one
    return operations


def _read_operation(
    raw: Mapping[str, Any], path: str, method: str, item: Mapping[str, Any]
) -> Operation:
    given, pointer = item[method], f"#/paths/{escape(path)}/{method}"
    parameters = [
        _follow(raw, one, f"{pointer}/parameters")
        for one in [*item.get("parameters", []), *given.get("parameters", [])]
    ]
    responses = {
        str(code): _follow(raw, one, f"{pointer}/responses/{code}")
        for code, one in given.get("responses", {}).items()
        if not str(code).startswith("x-")
    }
    body = _follow(raw, given.get("requestBody", {}), f"{pointer}/requestBody")
    return Operation(
        id=given.get("operationId") or f"{method.upper()} {path}",
        method=method.upper(),
        path=path,
        parameters={one["name"]: one for one in parameters},
        responses={int(code): one for code, one in responses.items() if code.isdigit()},
        pointer=pointer,
        ranges={code: one for code, one in responses.items() if not code.isdigit()},
        body=body.get("content") or None,
    )


def _follow(raw: Mapping[str, Any], value: Mapping[str, Any], pointer: str) -> Mapping[str, Any]:
    """Return *value*, or what its `$ref` names."""
    try:
        while "$ref" in value:
            value = resolve(raw, value["$ref"])
    except PointerError as error:
        diagnostic = Diagnostic(pointer, f"{value['$ref']} is not in the document: {error}")
        raise DocumentError("", *diagnostic) from error
    return value
