"""Patterns of what a parsed document may hold, and the places where a document differs.

A pattern is a tuple of allowed values, `ANYTHING`, `int`, or one of the classes of this module.
References are followed: it does not matter where in the document a part is written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.contract.errors import Diagnostic
from contracts.contract.pointer import PointerError, escape, resolve

ANYTHING = None

ANNOTATIONS = frozenset(
    {"$comment", "deprecated", "description", "example", "examples", "externalDocs", "summary"}
    | {"tags", "title"}
)
"""Members that promise nothing."""


@dataclass(frozen=True)
class Members:
    """An object with all of the *required* members, some *optional* ones, and annotations."""

    required: Mapping[str, Any]
    optional: Mapping[str, Any] = field(default_factory=dict)

    def knows(self, name: str) -> bool:
        """Tell whether the object may have a member of that name."""
        return name in self.required or name in self.optional or name in ANNOTATIONS

    def of(self, name: str) -> Any:
        """Return the pattern of a member."""
        return self.required.get(name, self.optional.get(name, ANYTHING))


@dataclass(frozen=True)
class Names(Members):
    """An object whose members are named by the document, so that none is an annotation."""

    def knows(self, name: str) -> bool:
        """Tell whether the object may have a member of that name."""
        return name in self.required or name in self.optional


@dataclass(frozen=True)
class Every:
    """An object whose members all fit one pattern."""

    member: Any


@dataclass(frozen=True)
class Chosen:
    """A list of names, all of them among *names*."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class Same:
    """The part of the document at *pointer* itself, not a copy of it."""

    pointer: str


def follow_references(raw: Any, value: Any, pointer: str) -> tuple[str, Any]:
    """Return where the references of *value*, which is at *pointer*, end, and what is there.

    Raises:
        PointerError: they lead nowhere, round in a circle, or to another file.
    """
    passed = {pointer}
    while isinstance(value, Mapping) and "$ref" in value:
        pointer = str(value["$ref"])
        if not pointer.startswith("#/"):
            raise PointerError(f"{pointer} is in another file; write the part in this one")
        if pointer in passed:
            raise PointerError(f"{pointer} leads back to itself; write what is meant")
        passed.add(pointer)
        try:
            value = resolve(raw, pointer)
        except PointerError as error:
            raise PointerError(f"{error}; write a pointer to what is there") from error
    return pointer, value


def diagnose(raw: Any, value: Any, pattern: Any, pointer: str) -> Iterator[Diagnostic]:
    """Go through the places where *value*, which is at *pointer*, differs from *pattern*."""
    if pattern is ANYTHING:
        return
    yield from _diagnose_siblings(value, pointer)
    try:
        here, value = follow_references(raw, value, pointer)
    except PointerError as error:
        yield Diagnostic(f"{pointer}/$ref", str(error))
        return
    if isinstance(pattern, Members | Every):
        yield from _diagnose_object(raw, value, pattern, here)
    elif isinstance(pattern, Same) and here != pattern.pointer:
        yield Diagnostic(here, f"is not the record; write $ref: '{pattern.pointer}'")
    elif isinstance(pattern, Chosen):
        strange = [name for name in _as_list(value) if name not in pattern.names]
        if strange:
            yield Diagnostic(here, f"{json.dumps(strange)} is not declared; remove it")
    elif pattern is int and type(value) is not int:
        yield Diagnostic(here, f"{json.dumps(value)} is not a whole number; write one")
    elif isinstance(pattern, tuple):
        yield from _diagnose_value(value, pattern, here)


def _diagnose_siblings(value: Any, pointer: str) -> Iterator[Diagnostic]:
    """Go through the members beside a reference, where following it would pass over it."""
    if isinstance(value, Mapping) and "$ref" in value:
        for name in sorted(set(value).difference(ANNOTATIONS, {"$ref"})):
            message = f"{name} beside a $ref is not supported; add it where the $ref leads"
            yield Diagnostic(f"{pointer}/{escape(name)}", message)


def _diagnose_value(value: Any, allowed: tuple[Any, ...], pointer: str) -> Iterator[Diagnostic]:
    if not any(_make_comparable(value) == _make_comparable(one) for one in allowed):
        instead = " or ".join(map(json.dumps, allowed))
        yield Diagnostic(pointer, f"{json.dumps(value)} is not supported; write {instead}")


def _diagnose_object(
    raw: Any, value: Any, pattern: Members | Every, pointer: str
) -> Iterator[Diagnostic]:
    if not isinstance(value, Mapping):
        yield Diagnostic(pointer, f"{json.dumps(value)} is not supported; write an object")
    elif isinstance(pattern, Every):
        for name, member in value.items():
            yield from diagnose(raw, member, pattern.member, f"{pointer}/{escape(name)}")
    else:
        yield from _diagnose_members(raw, value, pattern, pointer)


def _diagnose_members(
    raw: Any, value: Mapping[str, Any], pattern: Members, pointer: str
) -> Iterator[Diagnostic]:
    for name, member in value.items():
        here = f"{pointer}/{escape(name)}"
        if pattern.knows(name):
            yield from diagnose(raw, member, pattern.of(name), here)
        else:
            known = ", ".join([*pattern.required, *pattern.optional])
            yield Diagnostic(here, f"{name} is not supported; remove it (supported: {known})")
    for name in pattern.required:
        if name not in value:
            yield Diagnostic(pointer, f"{name} is missing; add it")


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _make_comparable(value: Any) -> Any:
    """Return a form in which true is not 1 and the order of a list means nothing."""
    return sorted(map(repr, value)) if isinstance(value, list) else (type(value), value)
