"""The contracts that the tests of records speak of: those that come along, and small ones."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from mockserver.contract.contract import Contract
from mockserver.contract.reader import load
from mockserver.records.kind import Kind
from mockserver.resources import files
from tests.apis.overlaid import APIS, NAMES

JOBS = "jobs"
OTHERS = NAMES
ALL = [JOBS, *OTHERS]


@cache
def contract(name: str) -> Contract:
    """Return a contract that comes along, its overlay applied."""
    if name == JOBS:
        return load(files.contract())
    return load(APIS / name / "openapi.yaml", [APIS / name / "overlay.yaml"])


@cache
def kind(name: str) -> Kind:
    """Return the records of a contract that comes along."""
    found = contract(name)
    return Kind(found.resources[0], found.operations)


def small(
    folder: Path,
    *,
    lifecycle: Mapping[str, Any] | None = None,
    pagination: Mapping[str, Any] | None = None,
    properties: Mapping[str, Any] | None = None,
    parameters: Mapping[str, Any] | None = None,
    beside: Mapping[str, Any] | None = None,
    filters: Mapping[str, Any] | None = None,
    operations: Mapping[str, Any] | None = None,
    key: Mapping[str, Any] = MappingProxyType({"type": "string"}),
) -> Kind:
    """Return the records of a description of things at ``/things``, written to *folder*.

    Args:
        folder: where the description is written.
        lifecycle: the ``x-lifecycle`` of a thing; its key is ``id``.
        pagination: the ``x-pagination`` of the list.
        properties: the schemas of what a thing has beside its ``id``.
        parameters: the schemas of the parameters of the list.
        beside: the schemas of what a page has beside ``data``.
        filters: the ``x-filters`` of the list.
        operations: paths with their operations, beside the list and the read.
        key: the schema of ``id``.
    """
    thing: dict[str, Any] = {
        "type": "object",
        "properties": {"id": dict(key), **(properties or {})},
    }
    if lifecycle is not None:
        thing["x-lifecycle"] = {"key": "id", **lifecycle}
    listing: dict[str, Any] = {
        "operationId": "listThings",
        "parameters": [
            {"name": name, "in": "query", "schema": schema}
            for name, schema in (parameters or {}).items()
        ],
        "responses": {"200": _json({"data": {"type": "array", "items": _THING}, **(beside or {})})},
    }
    if pagination is not None:
        listing["x-pagination"] = {"items": "/data", **pagination}
    if filters is not None:
        listing["x-filters"] = filters
    read = {
        "operationId": "readThing",
        "parameters": [_ID],
        "responses": {
            "200": {"description": "", "content": {"application/json": {"schema": _THING}}}
        },
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Things", "version": "1"},
        "paths": {"/things": {"get": listing}, "/things/{id}": {"get": read}, **(operations or {})},
        "components": {"schemas": {"Thing": thing}},
    }
    file = folder / "things.yaml"
    file.write_text(yaml.safe_dump(document, sort_keys=False))
    found = load(file)
    return Kind(found.resources[0], found.operations)


def action(name: str, *codes: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the path of an operation on one thing that takes *body* and declares *codes*."""
    operation: dict[str, Any] = {
        "operationId": name,
        "parameters": [_ID],
        "responses": {code: {"description": ""} for code in ("200", *codes)},
    }
    if body is not None:
        operation["requestBody"] = _json(body)
    return {f"/things/{{id}}/{name}": {"post": operation}}


_THING = {"$ref": "#/components/schemas/Thing"}
_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}


def _json(properties: Mapping[str, Any]) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties}
    return {"description": "", "content": {"application/json": {"schema": schema}}}
