"""Takes out of the schemas of a document what JSON Schema does not allow as it is written.

One such word in one schema of a vendor's document would keep all the others from being judged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from math import isfinite
from typing import Any

import jsonschema_rs

from contracts.contract.errors import Diagnostic
from contracts.contract.pointer import escape

TYPES = frozenset(("string", "integer", "number", "boolean", "object", "array", "null"))
LISTS, MAPS = ("allOf", "anyOf", "oneOf", "prefixItems"), ("properties", "patternProperties")
ONE = (
    *("items", "additionalProperties", "not", "contains", "propertyNames"),
    *("unevaluatedItems", "unevaluatedProperties", "if", "then", "else"),
)
ANNOTATIONS = frozenset(
    ("title", "description", "deprecated", "readOnly", "writeOnly", "examples", "format")
)
"""Words by which no value is judged: nothing is lost without them."""

DATA = frozenset(("example", "examples", "default", "enum", "const", "value"))


def drop_malformed(raw: Mapping[str, Any]) -> list[Diagnostic]:
    """Take words of the wrong form out of the schemas in *raw*; tell the first place of each."""
    found: dict[str, Diagnostic] = {}
    waiting, seen = list(_find_roots(raw, "#")), set[int]()
    while waiting:
        pointer, schema = waiting.pop()
        if id(schema) in seen:
            continue
        seen.add(id(schema))
        if isinstance(schema.get("required"), list):
            schema["required"] = list(dict.fromkeys(filter(_is_text, schema["required"])))
        for word in [word for word in schema if not _is_well_formed(word, schema[word])]:
            told = f"{word} is not written as JSON Schema needs it, so it is not judged"
            if word not in ANNOTATIONS:
                found.setdefault(word, Diagnostic(f"{pointer}/{escape(word)}", told))
            del schema[word]
        waiting += _list_below(pointer, schema)
    return list(found.values())


def _find_roots(value: Any, pointer: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Go through the schemas that are not part of another one."""
    if isinstance(value, list):
        for at, item in enumerate(value):
            yield from _find_roots(item, f"{pointer}/{at}")
    if not isinstance(value, dict):
        return
    for name, member in value.items():
        below = f"{pointer}/{escape(name)}"
        if name in ("schemas", "definitions") and pointer in ("#", "#/components"):
            for each, schema in member.items() if isinstance(member, dict) else ():
                if isinstance(schema, dict):
                    yield f"{below}/{escape(each)}", schema
        elif name == "schema" and isinstance(member, dict):
            yield below, member
        elif name not in DATA:
            yield from _find_roots(member, below)


def _list_below(pointer: str, schema: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for word in ONE:
        if isinstance(schema.get(word), dict):
            yield f"{pointer}/{word}", schema[word]
    for word in (*LISTS, *MAPS):
        below = schema.get(word, ())
        named = below.items() if isinstance(below, dict) else enumerate(below)
        for name, part in named:
            if isinstance(part, dict):
                yield f"{pointer}/{word}/{escape(str(name))}", part


def _is_well_formed(word: str, value: Any) -> bool:
    form = FORMS.get(word)
    return form is None or form(value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_number(value: Any) -> bool:
    # YAML has numbers that JSON has not.
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _is_count(value: Any) -> bool:
    return _is_number(value) and value >= 0 and value == int(value)


def _is_schema(value: Any) -> bool:
    return isinstance(value, dict | bool)


def _is_type(value: Any) -> bool:
    kinds = value if isinstance(value, list) else [value]
    known = all(isinstance(kind, str) and kind in TYPES for kind in kinds)
    return bool(kinds) and known and len(set(kinds)) == len(kinds)


@cache
def _compiles(pattern: str) -> bool:
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern})
    except jsonschema_rs.ValidationError:
        return False
    return True


def _are_schemas(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_is_schema, value))


FORMS: Mapping[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("title", "description", "format"), _is_text),
    **dict.fromkeys(("deprecated", "readOnly", "writeOnly", "uniqueItems"), _is_flag),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _is_number),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), _is_count),
    **dict.fromkeys(("minProperties", "maxProperties"), _is_count),
    **dict.fromkeys(ONE, _is_schema),
    **dict.fromkeys(LISTS, _are_schemas),
    **dict.fromkeys(MAPS, lambda v: isinstance(v, dict) and all(map(_is_schema, v.values()))),
    **dict.fromkeys(("enum", "examples", "required"), lambda v: isinstance(v, list)),
    "multipleOf": lambda value: _is_number(value) and value > 0,
    "pattern": lambda value: isinstance(value, str) and _compiles(value),
    "type": _is_type,
}
"""Which values each word of JSON Schema takes (2020-12 Validation §6, Core §10)."""
