"""Bodies of requests: made of the examples of a document, or of its schema."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import jsonschema_rs

from contracts.contract.api import Api, is_json
from contracts.contract.model import Operation
from contracts.engine.verdict import Inapplicable

FORMATS = {
    "uuid": "00000000-0000-4000-8000-000000000000",
    "date-time": "2030-01-01T00:00:00Z",
    "date": "2030-01-01",
    "email": "contracts@example.invalid",
    "uri": "https://example.invalid/",
}
"""A text of each format that a schema may ask for."""

MARKS = ("note", "description", "message", "comment", "title", "name")
"""Members that a person reads, in which a record can be marked as made by the judge."""

DEEPEST = 8
"""How many schemas deep a body is made."""

BESIDE = frozenset(("const", "default", "enum", "example", "properties", "required", "type"))
"""What makes a difference to a value where it stands beside a reference or alternatives."""

FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"

TAKEN = (FORM, MULTIPART)
"""The media types of bodies where an operation takes no JSON, the first of them that it takes."""


def choose_media(operation: Operation) -> str | None:
    """Return the media type of the bodies that are sent: JSON, or else a form; None for no body.

    Raises:
        Inapplicable: the operation takes a body, and none of them.
    """
    if operation.body is None:
        return None
    media = next((name for name in operation.body if is_json(name)), None)
    forms = (name for one in TAKEN for name in operation.body if name.lower() == one)
    media = media or next(forms, None)
    if media is None:
        raise Inapplicable(f"{operation.id} takes a body of {', '.join(operation.body)} only")
    return media


def find_schema(operation: Operation) -> Mapping[str, Any] | None:
    """Return the schema of the bodies that are sent to *operation*; None if it takes none.

    Raises:
        Inapplicable: as `choose_media` does.
    """
    media = choose_media(operation)
    if media is None or operation.body is None:
        return None
    found: Mapping[str, Any] = operation.body[media].get("schema", {})
    return found


def list_properties(api: Api, operation: Operation) -> Mapping[str, Any]:
    """Return the schemas of the members that a body of *operation* may have, by name."""
    schema = find_schema(operation)
    found: Mapping[str, Any] = follow(api, schema).get("properties", {}) if schema else {}
    return found


def make_body(api: Api, operation: Operation) -> Any:
    """Return a body that *operation* accepts: its example, or the least that its schema wants.

    An example that the schema does not allow is passed over: the two contradict each other.
    """
    schema, media = find_schema(operation), choose_media(operation)
    if schema is None or operation.body is None or media is None:
        return None
    examples = operation.body[media].get("examples", {}).values()
    given = [operation.body[media].get("example"), *(one.get("value") for one in examples)]
    body = next((o for o in given if o is not None and api.allows(operation, schema, o)), None)
    return make_value(api, schema) if body is None else body


def mark_body(api: Api, operation: Operation, body: Any, mark: str) -> Any:
    """Return *body* marked by *mark*, if it has a member in which a person would read that."""
    properties = list_properties(api, operation)
    name = next((n for n in MARKS if _takes_text(api, properties.get(n))), None)
    return {**body, name: mark} if isinstance(body, dict) and name else body


def _takes_text(api: Api, schema: Any) -> bool:
    found = follow(api, schema) if isinstance(schema, dict) else {}
    return "string" in list_types(found) and not found.keys() & {"enum", "format", "pattern"}


def make_value(api: Api, schema: Mapping[str, Any], depth: int = 0) -> Any:
    """Return a value of *schema*, with no more than what it requires."""
    found = follow(api, schema)
    if depth > DEEPEST:
        raise Inapplicable("the schema of a body is too deep to make a value of it")
    given = [found[name] for name in ("const", "example", "default") if name in found]
    given += [found[name][0] for name in ("examples", "enum") if found.get(name)]
    given = [value for value in given if _has_format(found.get("format"), value)]
    if given:
        return given[0]
    types = list_types(found)
    parts = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    if depth and ("null" in types or {"type": "null"} in parts):
        return None  # two records of one moment or one name may be a conflict
    if "object" in types or "properties" in found:
        properties = found.get("properties", {})
        return {
            name: make_value(api, properties.get(name, {}), depth + 1)
            for name in found.get("required", ())
        }
    if "array" in types:
        return [make_value(api, found.get("items", {}), depth + 1)] * found.get("minItems", 0)
    return _make_scalar(found, types)


@cache
def _compile_format(form: str) -> Any:
    return jsonschema_rs.Draft202012Validator({"format": form}, validate_formats=True)


def _has_format(form: Any, value: Any) -> bool:
    """Tell whether an example has the format beside it: some documents contradict themselves."""
    is_text = isinstance(form, str) and isinstance(value, str)
    return not is_text or bool(_compile_format(form).is_valid(value))


def _make_scalar(schema: Mapping[str, Any], types: list[str]) -> Any:
    if "integer" in types or "number" in types:
        least = max(schema.get("minimum", 1), schema.get("exclusiveMinimum", 0) + 1)
        return min(least, schema.get("maximum", least))
    if "string" not in types and types:
        return False if "boolean" in types else None
    shortest, longest = schema.get("minLength", 0), schema.get("maxLength")
    if "pattern" in schema:
        return match(schema["pattern"], shortest, longest)
    made = FORMATS.get(schema.get("format", "")) or "contracts"[:longest]
    return made.ljust(shortest, "x")


@cache
def match(pattern: str, shortest: int = 0, longest: int | None = None) -> str:
    """Return the simplest text of *shortest* to *longest* characters that *pattern* matches.

    Raises:
        Inapplicable: none was found.
    """
    # Only a body with a pattern needs it.
    import hypothesis
    from hypothesis.errors import NoSuchExample
    from hypothesis.strategies import from_regex

    def has_length(text: str) -> bool:
        return shortest <= len(text) and (longest is None or len(text) <= longest)

    settings = hypothesis.settings(database=None, derandomize=True)
    try:
        return hypothesis.find(from_regex(pattern), has_length, settings=settings)
    except (re.error, NoSuchExample) as error:
        raise Inapplicable(f"no text was found that matches {pattern!r}; add an example") from error


def follow(api: Api, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return *schema* behind its references; of alternatives the first, of parts all at once.

    What stands beside a reference or alternatives counts, too (JSON Schema 2020-12 Core §10.2).
    """
    for _ in range(DEEPEST):
        kind = next((word for word in ("$ref", "allOf", "oneOf", "anyOf") if schema.get(word)), "")
        if not kind:
            break
        if kind == "allOf":
            own = {name: value for name, value in schema.items() if name != "allOf"}
            parts = [*(follow(api, part) for part in schema["allOf"]), own]
            properties = {n: p for part in parts for n, p in part.get("properties", {}).items()}
            required = [name for part in parts for name in part.get("required", ())]
            whole = {name: value for part in parts for name, value in part.items()}
            return {**whole, "properties": properties, "required": required}
        own = {name: value for name, value in schema.items() if name != kind}
        if kind == "$ref":
            schema = api.resolve(schema["$ref"])
        else:
            parts = schema[kind]
            schema = next((part for part in parts if part != {"type": "null"}), parts[0])
        if own.keys() & BESIDE:
            schema = {"allOf": [schema, own]}
    return schema


def list_types(schema: Mapping[str, Any]) -> list[str]:
    """Return the types that *schema* names; none if it takes any."""
    found = schema.get("type", [])
    return [found] if isinstance(found, str) else list(found)
