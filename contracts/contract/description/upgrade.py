"""Turns Swagger 2.0 and OpenAPI 3.0 into OpenAPI 3.1, as far as the judge reads it.

Schemas stay where they are, so that pointers into the document hold. What a validator of JSON
Schema would read otherwise is rewritten: `nullable`, bounds that are booleans, and members that
only requests have.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.contract.pointer import PointerError, resolve

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
VALUES = frozenset({"example", "examples", "default", "enum", "const", "value"})
"""Members that hold values, not schemas, unless they are names of properties."""


def upgrade(raw: Any) -> Any:
    """Return the description *raw* as one of OpenAPI 3.1; *raw* is changed."""
    if str(raw.get("swagger", "")).startswith("2."):
        raw = _upgrade_swagger(raw)
    _upgrade_schemas(raw, named=False)
    return raw


def _upgrade_schemas(value: Any, *, named: bool) -> None:
    """Rewrite all schemas in *value*, whose members are names of properties if it is *named*."""
    if isinstance(value, list):
        for item in value:
            _upgrade_schemas(item, named=False)
    if not isinstance(value, dict):
        return
    for name, member in value.items():
        if named or name not in VALUES:
            _upgrade_schemas(member, named=name == "properties" and not named)
    if not named:
        _upgrade_schema(value)


def _upgrade_schema(schema: dict[str, Any]) -> None:
    if schema.get("nullable") is True or schema.get("x-nullable") is True:
        schema.pop("nullable", None)
        schema.pop("x-nullable", None)
        _allow_null(schema)
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        strict = schema.pop(exclusive) if isinstance(schema.get(exclusive), bool) else False
        if strict and bound in schema:
            schema[exclusive] = schema.pop(bound)
    properties = schema.get("properties")
    if isinstance(schema.get("required"), list) and isinstance(properties, dict):
        schema["required"] = [
            name
            for name in schema["required"]
            if not (isinstance(properties.get(name), dict) and properties[name].get("writeOnly"))
        ]


def _allow_null(schema: dict[str, Any]) -> None:
    if isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
        if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
            schema["enum"] = [*schema["enum"], None]
    elif schema.keys() & {"$ref", "allOf", "oneOf", "anyOf"}:
        moved = {name: schema.pop(name) for name in [*schema] if not name.startswith("x-")}
        schema["anyOf"] = [moved, {"type": "null"}]


def _upgrade_swagger(raw: dict[str, Any]) -> dict[str, Any]:
    for item in raw.get("paths", {}).values():
        shared = item.pop("parameters", [])
        for method in METHODS:
            if isinstance(item.get(method), dict):
                _upgrade_operation(raw, item[method], shared)
    schemes = raw.get("securityDefinitions", {})
    components = raw.setdefault("components", {})
    components["securitySchemes"] = {
        **{name: _upgrade_scheme(scheme) for name, scheme in schemes.items()},
        **components.get("securitySchemes", {}),  # an overlay may add one in OpenAPI's way
    }
    raw["openapi"] = "3.1.0"
    return raw


def _upgrade_operation(
    raw: Mapping[str, Any], operation: dict[str, Any], shared: list[Any]
) -> None:
    given = [_follow(raw, one) for one in [*shared, *operation.get("parameters", [])]]
    outside = ("name", "in", "required", "description")
    operation["parameters"] = [
        {**{name: one[name] for name in outside if name in one}, "schema": _strip(one, outside)}
        for one in given
        if one.get("in") not in ("body", "formData")
    ]
    takes = operation.get("consumes") or raw.get("consumes") or ["application/json"]
    body = next((one for one in given if one.get("in") == "body"), None)
    form = [one for one in given if one.get("in") == "formData"]
    if body is not None:
        content = {media: {"schema": body.get("schema", {})} for media in takes}
        operation["requestBody"] = {"content": content, "required": bool(body.get("required"))}
    elif form:
        schema = {
            "type": "object",
            "properties": {one["name"]: _strip(one, outside) for one in form},
            "required": [one["name"] for one in form if one.get("required")],
        }
        media = "application/x-www-form-urlencoded"
        operation["requestBody"] = {"content": {media: {"schema": schema}}}
    gives = operation.get("produces") or raw.get("produces") or ["application/json"]
    for code, written in operation.get("responses", {}).items():
        response = {**_follow(raw, written)}
        if "schema" in response:
            response["content"] = {media: {"schema": response["schema"]} for media in gives}
        operation["responses"][code] = response


def _strip(written: Mapping[str, Any], outside: tuple[str, ...]) -> dict[str, Any]:
    return {name: member for name, member in written.items() if name not in outside}


def _upgrade_scheme(scheme: Mapping[str, Any]) -> Mapping[str, Any]:
    if scheme.get("type") == "basic":
        return {"type": "http", "scheme": "basic"}
    return scheme


def _follow(raw: Mapping[str, Any], value: Any) -> dict[str, Any]:
    """Return *value*, or what it refers to; what leads nowhere is empty, and found elsewhere."""
    try:
        while isinstance(value, dict) and isinstance(value.get("$ref"), str):
            value = resolve(raw, value["$ref"])
    except PointerError:
        return {}
    return value if isinstance(value, dict) else {}
