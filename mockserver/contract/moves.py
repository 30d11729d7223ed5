"""How records move where ``x-lifecycle`` does not say: states and moves, assumed by words."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from msgspec import structs

from mockserver.contract import words
from mockserver.contract.contract import SERVER, Fact, Grade, Lifecycle, Move, Stamps
from mockserver.contract.operations import Operation
from mockserver.contract.paging import list_states
from mockserver.contract.schemas import (
    has_type_of,
    member,
    properties,
    types,
    unit_of,
    values,
    walk_nested,
)
from mockserver.contract.structure import Kind
from mockserver.contract.tree import Node
from mockserver.contract.words import is_repeat, is_terminal, plain, target_of
from mockserver.parsing.pointer import escape

#: Azure's word for an operation that is accepted and takes effect later.
_LONG_RUNNING = "x-ms-long-running-operation"


def infer_lifecycle(alike: Sequence[Kind], operations: Sequence[Operation]) -> Lifecycle | None:
    """Return how a record may move, all of it assumed, or None where it has no state.

    *alike* are the kinds of records that share a schema, and so a lifecycle.
    """
    found = next((state for kind in alike if (state := _state(kind)) is not None), None)
    if found is None:
        return None
    field, named, reason = found
    names = tuple(str(value) for value in named)
    states = {str(value): {field: value} for value in named}
    terminal = tuple(name for name in names if is_terminal(name))
    steps = [name for name in names if name not in terminal and words.says_something(name)]
    first = next((n for word in words.INITIAL for n in names if plain(n) == word), None)
    first = first or next(iter(steps), names[0])
    asked = [
        move
        for kind in alike
        for move in (
            *_ask(kind, operations, names, terminal, first),
            *_set_by_body(kind, operations, field, names, terminal),
        )
    ]
    moves = [*_server_moves(names, terminal, first, asked), *asked]
    left = {source for move in moves if move.value.targets for source in move.value.sources}
    return Lifecycle(
        states=Fact(states, Grade.ASSUMED, reason),
        initial=Fact((first,), Grade.ASSUMED, "the first state that does not sound like an end"),
        terminal=Fact(
            tuple(name for name in names if name not in left),
            Grade.ASSUMED,
            "the states that no move leaves",
        ),
        stamps=_stamps(alike[0].record, names),
        keeps=None,
        moves=tuple(moves),
    )


def _state(kind: Kind) -> tuple[str, tuple[Any, ...], str] | None:
    for depth in (1, 2):
        for pointer, node in walk_nested(kind.record, depth):
            above, _, name = pointer.rpartition("/")
            if above and _is_of_another(kind.record, above):
                continue
            if plain(name) in words.STATES and len(values(node)) > 1 and "array" not in types(node):
                return pointer, values(node), f"an enum named {name}"
    listed = list_states(kind.listing.operation) if kind.listing is not None else None
    if listed is not None:
        for name, node in properties(kind.record).items():
            held = tuple(value for value in values(listed[1]) if has_type_of(node, value))
            if plain(name) == plain(listed[0]) and len(held) > 1:
                reason = f"the values of the list's parameter {listed[0]}"
                return f"/{escape(name)}", held, reason
    return None


def _is_of_another(record: Node, pointer: str) -> bool:
    """Return whether *pointer* leads to another record within *record*: it has a key of its own."""
    held = member(record, pointer)
    return held is not None and any(plain(name) in words.KEYS for name in properties(held))


def _stamps(record: Node, states: tuple[str, ...]) -> Fact[Stamps] | None:
    known = dict(walk_nested(record, 1))
    made, moved = (
        next((p for word in names for p in known if plain(p) == word), None)
        for names in (words.MADE, words.MOVED)
    )
    entered = {
        state: pointer
        for state in states
        for pointer in known
        if plain(pointer) in (f"{plain(state)}at", f"{plain(state)}on")
        and pointer not in (made, moved)
    }
    places = [place for place in (made, moved, *entered.values()) if place is not None]
    if not places:
        return None
    shown = member(record, places[0])
    unit = unit_of(shown)
    example = shown.get("example") if shown is not None else None
    if unit == "ms" and example is not None and _counts_seconds(example.value):
        unit = "s"
    return Fact(Stamps(made, moved, entered, unit), Grade.ASSUMED, "the names of the properties")


def _counts_seconds(example: Any) -> bool:
    """Return whether *example* is a moment in seconds: in milliseconds it would be before 1974."""
    return type(example) is int and 10**8 <= example < 10**11


def _server_moves(
    names: tuple[str, ...], terminal: tuple[str, ...], first: str, asked: list[Fact[Move]]
) -> list[Fact[Move]]:
    """Return moves through the states in the order in which they are listed."""
    targets = {n for move in asked if not move.value.given for n in move.value.targets}
    verbs = {name: to for name in names if (to := _settle(name, names)) is not None}
    aside = {*terminal, *verbs, *(n for n in targets if not words.is_active(n)), first}
    steps = [n for n in names if n not in aside and words.says_something(n)]
    chain = [first, *steps] if first not in terminal else steps
    ends = [n for n in terminal if n not in targets and n not in verbs.values()]
    rows: list[tuple[str, tuple[str, ...]]] = [
        (source, (target,)) for source, target in pairwise(chain)
    ]
    if chain and ends:
        rows.append((chain[-1], tuple(ends)))
    rows += [(name, (to,)) for name, to in verbs.items() if name not in chain]
    reason = "the order in which the states are listed"
    return [
        Fact(Move(f"leave {source}", SERVER, (source,), to), Grade.ASSUMED, reason)
        for source, to in rows
    ]


def _settle(state: str, names: tuple[str, ...]) -> str | None:
    """Return the state that one such as *cancelling* or *cancel_requested* leads to, or None."""
    match = re.fullmatch(r"(.+?)(?:ing|[_-]requested)", state, re.IGNORECASE)
    if match is None:
        return None
    ended = tuple(name for name in names if re.search(r"(ed|e|t)$", name) and name != state)
    return target_of(match[1], tuple(n for n in ended if is_terminal(n)))


def _ask(
    kind: Kind,
    operations: Sequence[Operation],
    names: tuple[str, ...],
    terminal: tuple[str, ...],
    first: str,
) -> list[Fact[Move]]:
    moves: list[Fact[Move]] = []
    for operation, verb in actions(kind, operations):
        again = is_repeat(verb)
        to = first if again else target_of(verb, names)
        if to is None:
            continue
        ending = {to, _settle(to, names)}
        sources = (
            terminal if again else tuple(n for n in names if n not in terminal and n not in ending)
        )
        if sources:
            move = Move(verb, operation.name, sources, (to,))
            moves.append(_assume(move, operation, f"the verb {verb}"))
    return moves


def _set_by_body(
    kind: Kind,
    operations: Sequence[Operation],
    field: str,
    names: tuple[str, ...],
    terminal: tuple[str, ...],
) -> list[Fact[Move]]:
    """Return the moves of an operation on a record whose body holds the state to reach."""
    moves: list[Fact[Move]] = []
    for operation in on_record(kind, operations):
        body = operation.body
        if operation.method not in ("POST", "PUT", "PATCH") or body is None:
            continue
        for name, node in properties(body).items():
            listed = [str(v) for v in values(node) if str(v) in names]
            if plain(name) != plain(field) or not listed:
                continue
            for to in listed:
                sources = tuple(n for n in names if n not in terminal and n != to)
                given = {f"/{escape(name)}": to}
                move = Move(f"set {to}", operation.name, sources, (to,), given)
                if sources:
                    moves.append(_assume(move, operation, f"its body has {name}"))
    return moves


def on_record(kind: Kind, operations: Sequence[Operation]) -> list[Operation]:
    """Return the operations on the path of one record."""
    if kind.reading is None:
        return []
    path = kind.reading.operation.segments
    return [o for o in operations if o.segments == path]


def actions(kind: Kind, operations: Sequence[Operation]) -> list[tuple[Operation, str]]:
    """Return the operations just below the path of one record, each with its verb."""
    if kind.reading is None:
        return []
    path = kind.reading.operation.segments
    found: list[tuple[Operation, str]] = []
    shown = {operation.segments for operation in operations if operation.method == "GET"}
    for operation in operations:
        rest = operation.segments[len(path) :]
        if operation.segments[: len(path)] != path or operation.method not in (
            "POST",
            "PUT",
            "PATCH",
        ):
            continue
        if len(rest) == 1 or (len(rest) == 2 and rest[0] == "actions"):
            verb = rest[-1].removeprefix(":")
            if verb != "{}" and operation.segments not in shown:
                found.append((operation, verb))
    return found


def _assume(move: Move, operation: Operation, reason: str) -> Fact[Move]:
    """Return *move* with how *operation* refuses it elsewhere, and when it takes effect."""
    declared: Mapping[str, Node] = operation.responses
    code = int(next((code for code in words.REFUSALS if code in declared), "409"))
    reason += f"; refused with {code} in other states"
    after = None
    if operation.node.value.get(_LONG_RUNNING) is True:
        after = (default_pace(), default_pace())
        reason += f"; takes effect later, as {_LONG_RUNNING} says"
    move = structs.replace(move, otherwise={"*": code}, after=after)
    return Fact(move, Grade.ASSUMED, reason)


def default_pace() -> str:
    """Return how long a record stays in a state that the server leaves at no stated time."""
    return "PT30S"
