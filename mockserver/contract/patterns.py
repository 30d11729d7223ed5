"""Patterns of what a parsed document may hold, and where a document differs from one.

A pattern is a tuple of the values that may stand there, `ANYTHING`, `int` for any whole number, or
one of the classes here.
References are followed, so that it does not matter where a part of a document is written.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mockserver.parsing.pointer import escape, split

ANYTHING = None
#: Members that tell people something and promise nothing.
ANNOTATIONS = frozenset(
    ("$comment", "deprecated", "description", "example", "examples", "externalDocs")
).union(("summary", "tags", "title"))


class Difference(NamedTuple):
    """Where a document differs from a pattern, as a JSON Pointer, and what to write instead."""

    pointer: str
    message: str


class Form(NamedTuple):
    """An object: the members that it needs and those that it may have, each with its pattern.

    *names* is whether its members are names that the document gives, none of them an annotation.
    """

    needed: Mapping[str, Any]
    optional: Mapping[str, Any] = {}
    names: bool = False


class Each(NamedTuple):
    """A list or an object, all of whose members fit one pattern."""

    pattern: Any


class Names(NamedTuple):
    """A list of some of the *known* names."""

    known: tuple[str, ...]


class At(NamedTuple):
    """What stands at *pointer*, and no copy of it."""

    pointer: str


def follow(raw: Any, value: Any, pointer: str) -> tuple[str, Any]:
    """Return *value*, which stands at *pointer*, or what its references lead to, and its pointer.

    Raises:
        ValueError: a reference leads out of the document, nowhere, or in a circle.
    """
    seen: set[str] = set()
    while isinstance(value, Mapping) and "$ref" in value:
        reference = str(value["$ref"])
        if reference in seen or not reference.startswith("#/"):
            raise ValueError(f"{reference} leads to no part of this file; write one that does")
        seen.add(reference)
        pointer, value = reference[1:], raw
        for name in split(pointer):
            if not isinstance(value, Mapping) or name not in value:
                raise ValueError(f"{reference} leads to nothing; write a pointer to what is there")
            value = value[name]
    return pointer, value


def differences(raw: Any, value: Any, pattern: Any, pointer: str) -> Iterator[Difference]:
    """Yield where *value*, which stands at *pointer* of the document *raw*, differs."""
    if pattern is ANYTHING:
        return
    original = value
    try:
        target, value = follow(raw, value, pointer)
    except ValueError as error:
        yield Difference(f"{pointer}/$ref", str(error))
        return
    yield from _beside_reference(original, pointer)
    if isinstance(pattern, At):
        if target != pattern.pointer:
            yield Difference(target, f"has to be one record; write $ref: '#{pattern.pointer}'")
    elif isinstance(pattern, Each):
        yield from _of_each(raw, value, pattern.pattern, target)
    elif isinstance(pattern, Form):
        yield from _of_form(raw, value, pattern, target)
    elif isinstance(pattern, Names):
        yield from _of_names(value, pattern.known, target)
    else:
        yield from _of_value(value, pattern, target)


def _of_value(value: Any, pattern: Any, pointer: str) -> Iterator[Difference]:
    if pattern is int:
        if type(value) is not int:
            yield Difference(pointer, f"{_text(value)} is not a whole number; write one")
    elif not any(_same(value, allowed) for allowed in pattern):
        yield Difference(pointer, f"{_text(value)} is not kept; write {_alternatives(pattern)}")


def _beside_reference(value: Any, pointer: str) -> Iterator[Difference]:
    """Yield what stands beside a reference and would be passed over where that is followed."""
    if isinstance(value, Mapping) and "$ref" in value:
        for name in value.keys() - ANNOTATIONS - {"$ref"}:
            message = f"{name} beside a $ref is not kept; write it where the reference leads"
            yield Difference(f"{pointer}/{escape(name)}", message)


def _of_names(value: Any, known: tuple[str, ...], pointer: str) -> Iterator[Difference]:
    for name in value if isinstance(value, list) else [value]:
        if name not in known:
            message = f"{_text(name)} is not declared; write some of {', '.join(known)}"
            yield Difference(pointer, message)


def _of_each(raw: Any, value: Any, pattern: Any, pointer: str) -> Iterator[Difference]:
    if isinstance(value, Mapping | list):
        members = value.items() if isinstance(value, Mapping) else enumerate(value)
        for name, member in members:
            yield from differences(raw, member, pattern, f"{pointer}/{escape(name)}")
    else:
        yield Difference(pointer, f"{_text(value)} is not kept; write a list or an object")


def _of_form(raw: Any, value: Any, form: Form, pointer: str) -> Iterator[Difference]:
    if not isinstance(value, Mapping):
        message = f"{_text(value)} is not kept; write an object with {', '.join(form.needed)}"
        yield Difference(pointer, message)
        return
    known = {**form.optional, **form.needed}
    for name, member in value.items():
        at = f"{pointer}/{escape(name)}"
        if name in known:
            yield from differences(raw, member, known[name], at)
        elif form.names or name not in ANNOTATIONS:
            yield Difference(at, f"{name} is not kept; take it out (kept: {', '.join(known)})")
    for name, pattern in form.needed.items():
        if name not in value:
            what = f" as {_alternatives(pattern)}" if type(pattern) is tuple else ""
            yield Difference(pointer, f"{name} is missing; write it{what}")


def _same(value: Any, allowed: Any) -> bool:
    """Return whether both are equal; the order of names in a list means nothing."""
    if isinstance(value, list) and isinstance(allowed, list):
        return sorted(map(repr, value)) == sorted(map(repr, allowed))
    return type(value) is type(allowed) and bool(value == allowed)


def _text(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else text[:79] + "…"


def _alternatives(values: tuple[Any, ...]) -> str:
    return " or ".join(map(_text, values))
