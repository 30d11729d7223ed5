"""Questions about a schema: its properties, its values, and the arrays and objects within it."""

from collections.abc import Iterator
from typing import Any

from mockserver.contract.tree import Node
from mockserver.parsing.pointer import escape, split

#: Schemas may contain themselves; nobody writes this many parts of one.
_MOST_DEEP = 8
_ALTERNATIVES = ("oneOf", "anyOf")
#: In which unit a property holds a moment, by its format.
_UNITS = {
    "date-time": "rfc3339",
    "unixtime": "s",
    "unix-time": "s",
    "date-time-rfc-2822": "rfc2822",
}


def parts(schema: Node, depth: int = 0) -> Iterator[Node]:
    """Yield *schema* and what it is made of by ``allOf``, ``oneOf`` and ``anyOf``."""
    yield schema
    if depth < _MOST_DEEP:
        for word in ("allOf", *_ALTERNATIVES):
            below = schema.get(word)
            for _, part in below.members() if below is not None else ():
                yield from parts(part, depth + 1)


def properties(schema: Node) -> dict[str, Node]:
    """Return the properties of an object, those of its parts included."""
    found: dict[str, Node] = {}
    for part in parts(schema):
        below = part.get("properties")
        for name, node in below.members() if below is not None else ():
            found.setdefault(name, node)
    return found


def types(schema: Node) -> frozenset[str]:
    """Return the types that a value may have, without null; empty if nothing is said."""
    return frozenset(_list_types(schema)) - {"null"}


def is_nullable(schema: Node) -> bool:
    """Return whether a value may be null."""
    return "null" in _list_types(schema)


def _list_types(schema: Node) -> Iterator[str]:
    for part in parts(schema):
        said = part.value.get("type") if isinstance(part.value, dict) else None
        listed = said if isinstance(said, list) else [said]
        yield from (name for name in listed if isinstance(name, str))


def items(schema: Node) -> Node | None:
    """Return the schema of an array's items, or None if it is not an array of anything said."""
    return next((found for part in parts(schema) if (found := part.get("items"))), None)


def values(schema: Node) -> tuple[Any, ...]:
    """Return the values that *schema* lists (enum and const), without null."""
    found: list[Any] = []
    for part in parts(schema):
        if isinstance(part.value, dict):
            listed = part.value.get("enum")
            found += listed if isinstance(listed, list) else []
            found += [part.value["const"]] if "const" in part.value else []
    return tuple(dict.fromkeys(v for v in found if isinstance(v, str | int)))


def member(schema: Node, pointer: str) -> Node | None:
    """Return the schema of what *pointer* leads to in a value of *schema*, or None."""
    found: Node | None = schema
    for token in split(pointer):
        if found is None:
            return None
        below = properties(found).get(token)
        found = below if below is not None else items(found) if token.isdecimal() else None
    return found


def is_open(schema: Node, pointer: str) -> bool:
    """Return whether a value of *schema* may have what *pointer* names though nothing says so."""
    found = schema
    for token in split(pointer):
        if not properties(found) and items(found) is None:
            return True
        below = member(found, f"/{escape(token)}")
        if below is None:
            return any(
                part.value.get("additionalProperties") not in (None, False)
                for part in parts(found)
                if isinstance(part.value, dict)
            )
        found = below
    return True


def has_type_of(schema: Node, value: Any) -> bool:
    """Return whether *schema* allows values of the type that *value*, a scalar, has."""
    kinds = types(schema)
    if isinstance(value, bool) or not isinstance(value, int):
        return not kinds or ("boolean" if isinstance(value, bool) else "string") in kinds
    return not kinds or bool(kinds & {"integer", "number"})


def unit_of(schema: Node | None) -> str:
    """Return in which unit a property holds a moment."""
    if schema is None:
        return "ms"
    said, kinds = schema.get_text("format") or "", types(schema)
    if said == "date-time" and kinds and "string" not in kinds:
        return "s"  # A number with that format is what Unix counts.
    return _UNITS.get(said, "rfc3339" if "string" in kinds else "ms")


def is_object(schema: Node) -> bool:
    """Return whether *schema* describes an object with properties."""
    return bool(properties(schema))


def walk_nested(schema: Node, depth: int) -> Iterator[tuple[str, Node]]:
    """Yield the pointer and the schema of each property, *depth* steps down at most."""
    for name, node in properties(schema).items():
        pointer = f"/{escape(name)}"
        yield pointer, node
        if depth > 1:
            for below, deeper in walk_nested(node, depth - 1):
                yield pointer + below, deeper


def pointer_of(place: str) -> str:
    """Return the JSON Pointer that a place stands for: a pointer, or the name of a property."""
    return place if place.startswith("/") else f"/{escape(place)}"


def shares(one: frozenset[str], other: frozenset[str]) -> float:
    """Return which part of the smaller set of names the two have in common."""
    least = min(len(one), len(other))
    return len(one & other) / least if least else 0.0
