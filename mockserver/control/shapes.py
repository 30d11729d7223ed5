"""JSON Schemas as HTML: the type of a value in a line, and the members of an object below it."""

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any

_PLAIN = {"string": "text", "array": "list"}


def render_type(schema: Mapping[str, Any]) -> str:
    """Return the type that *schema* states, with its bounds; a union with all of its members."""
    if "$ref" in schema:
        name = escape(find_reference(schema))
        return f"<a href='#{name}'>{name}</a>"
    for union in ("anyOf", "oneOf"):
        if union in schema:
            return _join_alternatives(render_type(member) for member in schema[union])
    if "const" in schema or "enum" in schema:
        values = [schema["const"]] if "const" in schema else schema["enum"]
        return _join_alternatives(
            "null" if v is None else f"<code>{escape(str(v))}</code>" for v in values
        )
    stated = schema.get("type", "object" if "properties" in schema else None)
    if stated is None:
        return "<i>any value</i>"
    types = [stated] if isinstance(stated, str) else stated
    return _join_alternatives(_render_scalar(one, schema) for one in types)


def render_members(schema: Mapping[str, Any]) -> Iterator[str]:
    """Yield the members of the object that *schema* states, or of those that it has within it."""
    for inner in _find_objects(schema):
        yield "<dl>"
        for name, member in inner["properties"].items():
            needed = "" if name in inner.get("required", ()) else " <small>optional</small>"
            yield f"<dt><code>{escape(name)}</code>{needed} {render_type(member)}"
            text, default = member.get("description", ""), member.get("default")
            if default not in (None, [], {}):
                text = f"{text} (default: {default})".strip()
            yield f"<dd>{escape(text)}"
            yield from render_members(member)
        yield "</dl>"


def find_reference(schema: Mapping[str, Any]) -> str:
    """Return the name of what *schema* refers to; empty if it does not."""
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _find_objects(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the objects whose members are stated in *schema* itself, not by a name."""
    if "properties" in schema:
        yield schema
    items = (schema["items"],) if "items" in schema else ()
    for inner in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *items):
        yield from _find_objects(inner)


def _render_scalar(name: str, schema: Mapping[str, Any]) -> str:
    if name == "array" and schema.get("items"):
        return f"list of {render_type(schema['items'])}"
    values = schema.get("additionalProperties")
    if name == "object" and isinstance(values, dict):
        return f"object whose values are {render_type(values)}"
    text = _PLAIN.get(name, name)
    bounds = {
        "string": ("minLength", "maxLength", " characters"),
        "integer": ("minimum", "maximum", ""),
        "number": ("minimum", "maximum", ""),
    }
    if name in bounds:
        text += _render_bounds(schema, *bounds[name])
    if name == "string" and "pattern" in schema:
        text += f" like <code>{escape(schema['pattern'])}</code>"
    return text


def _render_bounds(schema: Mapping[str, Any], least: str, most: str, unit: str) -> str:
    lowest, highest = schema.get(least), schema.get(most)
    if lowest is None and highest is None:
        return ""
    if highest is None:
        return f", {lowest:,}{unit} or more"
    return f", up to {highest:,}{unit}" if lowest is None else f", {lowest:,} to {highest:,}{unit}"


def _join_alternatives(kinds: Iterable[str]) -> str:
    return " <i>or</i> ".join(kinds)
