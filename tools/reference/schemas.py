"""JSON Schemas in words: the type of a value, and the members of an object as a table."""

from collections.abc import Iterator, Mapping
from typing import Any

from tools.reference.markdown import draw_table, escape, show_code

_PLAIN = {"string": "text", "array": "list"}
_BOUNDS = {"minimum": "at least", "maximum": "at most"}


def describe_type(schema: Mapping[str, Any]) -> str:
    """Return what values *schema* takes, in Markdown; what it refers to by name is named."""
    if "$ref" in schema:
        return show_code(str(schema["$ref"]).rpartition("/")[2])
    for union in ("anyOf", "oneOf"):
        if union in schema:
            return " or ".join(dict.fromkeys(describe_type(one) for one in schema[union]))
    if "const" in schema or "enum" in schema:
        values = [schema["const"]] if "const" in schema else schema["enum"]
        return " or ".join("null" if one is None else show_code(one) for one in values)
    stated = schema.get("type", "object" if "properties" in schema else "any value")
    types = [stated] if isinstance(stated, str) else stated
    return " or ".join(_describe_one(one, schema) for one in types)


def draw_members(schema: Mapping[str, Any]) -> str:
    """Return the members of the object that *schema* states, as a table."""
    needed = schema.get("required", ())
    rows = [
        [
            show_code(name) + (" (required)" if name in needed else ""),
            describe_type(member),
            _explain(member),
        ]
        for name, member in schema.get("properties", {}).items()
    ]
    return draw_table(["member", "holds", "meaning"], rows)


def _describe_one(name: str, schema: Mapping[str, Any]) -> str:
    if name == "array" and schema.get("items"):
        return f"list of {describe_type(schema['items'])}"
    bounds = [f"{word} {schema[key]:,}" for key, word in _BOUNDS.items() if key in schema]
    plain = _PLAIN.get(name, name)
    if name == "object" and schema.get("properties"):
        return f"object of {', '.join(map(show_code, schema['properties']))}"
    return f"{plain} ({', '.join(bounds)})" if name in ("integer", "number") and bounds else plain


def _explain(member: Mapping[str, Any]) -> str:
    """Return what is said of a member and of its alternatives, and its default."""
    texts = list(dict.fromkeys(_list_descriptions(member)))
    default = member.get("default")
    if default not in (None, [], {}):
        texts.append(f"Default: `{default}`.")
    return escape(" ".join(texts))


def _list_descriptions(schema: Mapping[str, Any]) -> Iterator[str]:
    if "description" in schema:
        yield schema["description"]
    for union in ("anyOf", "oneOf"):
        for one in schema.get(union, ()):
            yield from _list_descriptions(one)
