"""The x- keys of the contract, read and checked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema_rs

from contracts.contract.errors import DocumentError
from contracts.contract.model import (
    Bounded,
    Conflict,
    Lifecycle,
    Operation,
    Paging,
    Transition,
)
from contracts.contract.pointer import escape, resolve
from contracts.contract.resources import find

KNOWN = ("x-lifecycle", "x-pagination", "x-conflict")


def find_extensions(raw: Mapping[str, Any], file: str) -> list[tuple[str, str]]:
    """Return (name, pointer) of each extension, all of them known and well formed."""
    rules = json.loads(find("extensions.schema.json").read_text("utf-8"))
    found = []
    for pointer, name, value in _walk_extensions(raw, "#"):
        if name not in KNOWN:
            raise DocumentError(file, pointer, f"{name} is not an extension of this contract")
        schema = {**rules, "$ref": f"#/$defs/{name}"}
        for error in jsonschema_rs.Draft202012Validator(schema).iter_errors(value):
            place = "".join(f"/{escape(step)}" for step in error.instance_path)
            raise DocumentError(file, pointer + place, error.message)
        found.append((name, pointer))
    return found


def _walk_extensions(value: Any, pointer: str) -> Iterator[tuple[str, str, Any]]:
    if isinstance(value, Mapping):
        for key, below in value.items():
            here = f"{pointer}/{escape(key)}"
            if str(key).startswith("x-"):
                yield here, key, below
            elif key not in ("example", "value"):
                yield from _walk_extensions(below, here)
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from _walk_extensions(below, f"{pointer}/{index}")


def get_single(extensions: list[tuple[str, str]], name: str, file: str) -> str:
    """Return the one place of the extension *name*."""
    places = [pointer for found, pointer in extensions if found == name]
    if len(places) != 1:
        message = f"{name} must be declared once, and is declared {len(places)} times"
        raise DocumentError(file, "#", message)
    return places[0]


def read_lifecycle(raw: Mapping[str, Any], pointer: str) -> Lifecycle:
    """Read `x-lifecycle`; the states are the values that the schema allows."""
    given = resolve(raw, pointer)
    schema = resolve(raw, pointer.rpartition("/")[0])
    return Lifecycle(
        field=given["field"],
        states=tuple(schema["properties"].get(given["field"], {}).get("enum", ())),
        initial=given["initial"],
        terminal=tuple(given["terminal"]),
        made=given["stamps"]["made"],
        moved=given["stamps"]["moved"],
        transitions=tuple(
            Transition(
                event=move["event"],
                by=move["by"],
                sources=tuple(move["from"]),
                to=move["to"],
                not_before=move.get("notBefore"),
                otherwise=move.get("otherwise"),
            )
            for move in given["transitions"]
        ),
        pointer=pointer,
    )


def check_lifecycle(life: Lifecycle, operations: Mapping[str, Operation], file: str) -> None:
    """Refuse states and operations that do not exist, and moves out of a terminal state."""
    named = {life.initial, *life.terminal}
    for index, move in enumerate(life.transitions):
        named |= {*move.sources, move.to}
        if move.by != "server" and move.by not in operations:
            pointer = f"{life.pointer}/transitions/{index}/by"
            raise DocumentError(file, pointer, f"no operation is called {move.by!r}")
        if leaving := set(move.sources).intersection(life.terminal):
            pointer = f"{life.pointer}/transitions/{index}/from"
            raise DocumentError(file, pointer, f"a move leaves terminal {sorted(leaving)}")
    left = {source for move in life.transitions for source in move.sources}
    if unsaid := set(life.states).difference(left, life.terminal):
        message = f"no move leaves {sorted(unsaid)}, so they are terminal"
        raise DocumentError(file, f"{life.pointer}/terminal", message)
    if unknown := named.difference(life.states):
        message = f"{sorted(unknown)} are not values of {life.field}"
        raise DocumentError(file, life.pointer, message)
    if all(move.by == "server" for move in life.transitions):
        raise DocumentError(file, f"{life.pointer}/transitions", "no client moves the record")


def read_paging(raw: Mapping[str, Any], pointer: str) -> Paging:
    """Read `x-pagination`."""
    given = resolve(raw, pointer)

    def read_bound(name: str) -> Bounded:
        one = given[name]
        return Bounded(one["parameter"], one["default"], one["min"], one.get("max"), one["outside"])

    return Paging(given["style"], given["items"], read_bound("limit"), read_bound("page"), pointer)


def read_conflict(raw: Mapping[str, Any], pointer: str, life: Lifecycle, file: str) -> Conflict:
    """Read `x-conflict`."""
    given = resolve(raw, pointer)
    if unknown := set(given["while"]).difference(life.states):
        message = f"{sorted(unknown)} are not values of {life.field}"
        raise DocumentError(file, f"{pointer}/while", message)
    return Conflict(
        given["parameter"], given["key"], tuple(given["while"]), given["status"], pointer
    )
