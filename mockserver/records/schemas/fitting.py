"""Whether a value is one that a schema means, without a validator."""

import math
import re
from collections.abc import Mapping
from typing import Any

from mockserver.records.schemas.formats import FORMATS
from mockserver.records.schemas.schema import Schema, intersect_types

#: Schemas may contain themselves; nobody writes this many parts of one.
_MOST_DEEP = 24
_ALTERNATIVES = ("oneOf", "anyOf")


def merge_parts(schema: Schema, part: Any) -> Mapping[str, Any]:
    """Return what *part* says, with its ``allOf`` and the first alternative that is not null.

    It is worked out once for each part of the schema.
    """
    if not isinstance(part, dict) or not part:
        return {}
    # The part is kept as well, so that no other one ever has its identity.
    known = schema.merged.get(id(part))
    if known is None:
        known = schema.merged[id(part)] = (part, _merge(schema, part, 0))
    return known[1]


def _merge(schema: Schema, part: Any, depth: int) -> dict[str, Any]:
    said = dict(schema.resolve(part))
    if depth > _MOST_DEEP:
        return said
    more = list(said.pop("allOf", ()))
    for word in _ALTERNATIVES:
        branches = said.pop(word, ())
        useful = [b for b in branches if schema.resolve(b).get("type") != "null"]
        more += useful[:1]
        said["null"] = said.get("null", False) or len(useful) < len(branches)
    may_be_null = bool(said.pop("null", False))
    for branch in more:
        _add(said, _merge(schema, branch, depth + 1))
    if may_be_null and isinstance(said.get("type"), str):
        said["type"] = [said["type"], "null"]
    return said


def _add(said: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Let *said* say *more* as well."""
    for word, value in more.items():
        if word == "properties":
            known = dict(said.get(word, {}))
            for name, part in value.items():
                known[name] = {"allOf": [known[name], part]} if name in known else part
            said[word] = known
        elif word == "items" and word in said:
            said[word] = {"allOf": [said[word], value]}
        elif word == "required":
            said[word] = [*said.get(word, ()), *value]
        elif word in ("minimum", "minLength", "minItems"):
            said[word] = max(said.get(word, value), value)
        elif word in ("maximum", "maxLength", "maxItems"):
            said[word] = min(said.get(word, value), value)
        elif word == "type" and word in said:
            said[word] = intersect_types(said[word], value)
        elif word == "enum":
            said[word] = [v for v in said.get(word, value) if v in value] or value
        else:
            said.setdefault(word, value)


def fits(schema: Schema, part: Any, value: Any) -> bool:
    """Return whether *value* has the type, the bounds and the members that *part* wants.

    This sees what samples go wrong by, and spares a start the loading of a validator.
    """
    said = merge_parts(schema, part)
    kinds = said.get("type")
    if kinds is not None and not any(_is(kind, value) for kind in _list(kinds)):
        return False
    if ("enum" in said and value not in said["enum"]) or said.get("const", value) != value:
        return False
    if isinstance(value, str):
        return _text_fits(said, value)
    if isinstance(value, dict):
        return _object_fits(schema, said, value)
    if isinstance(value, list):
        items = said.get("items", {})
        in_bounds = said.get("minItems", 0) <= len(value) <= said.get("maxItems", math.inf)
        return in_bounds and all(fits(schema, items, item) for item in value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    low, high = said.get("minimum", -math.inf), said.get("maximum", math.inf)
    return bool(not is_number or low <= value <= high)


def _object_fits(schema: Schema, said: Mapping[str, Any], value: Mapping[str, Any]) -> bool:
    known = said.get("properties", {})
    rest = said.get("additionalProperties")
    return (
        all(name in value for name in said.get("required", ()))
        and not (rest is False and value.keys() - known.keys())
        and all(fits(schema, known.get(name, rest), v) for name, v in value.items())
    )


def _text_fits(said: Mapping[str, Any], text: str) -> bool:
    if not said.get("minLength", 0) <= len(text) <= said.get("maxLength", math.inf):
        return False
    check = FORMATS.get(str(said.get("format")))
    in_form = check is None or check(text)
    return in_form and ("pattern" not in said or re.search(said["pattern"], text) is not None)


def kinds_of(said: Mapping[str, Any]) -> list[str]:
    """Return the types that a value may have, as its schema says or its other words suggest."""
    if "type" in said:
        return _list(said["type"])
    for kind, words in (
        ("object", ("properties", "additionalProperties", "required")),
        ("array", ("items", "minItems")),
        ("string", ("format", "pattern", "minLength", "maxLength")),
        ("number", ("minimum", "maximum", "multipleOf")),
    ):
        if any(word in said for word in words):
            return [kind]
    return ["string"]


def _list(kinds: Any) -> list[str]:
    return list(kinds) if isinstance(kinds, list) else [kinds]


def _is(kind: str, value: Any) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    if kind == "integer":
        return isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    shapes: dict[str, Any] = {
        "string": str,
        "number": int | float,
        "object": dict,
        "array": list,
        "null": type(None),
    }
    return kind in shapes and isinstance(value, shapes[kind])
