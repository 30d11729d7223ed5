"""What a contract says of the moments that records hold, as far as fixtures can break it."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from mockserver.contract.description.contract import SERVER
from mockserver.records.kind import Kind
from mockserver.records.lifecycle import Lifecycle
from mockserver.records.moments import moment_of
from mockserver.records.places import Place


class Moment:
    """A place of records that holds a moment."""

    __slots__ = ("_name", "_place", "_unit", "pointer")

    def __init__(self, pointer: str, unit: str) -> None:
        self.pointer = pointer
        self._place = Place(pointer)
        self._unit = unit
        # Looked at for each record of millions.
        self._name = pointer[1:] if unit == "ms" and pointer.count("/") == 1 else ""

    def read(self, members: Mapping[str, Any]) -> int | None:
        """Return what the place holds, in epoch milliseconds; None if it holds no moment."""
        if self._name:
            found = members.get(self._name)
            if type(found) is int:
                return found or None
        return moment_of(self._place.read(members), self._unit) or None


class Expected(Struct, frozen=True):
    """What the moments of a record in one state say.

    Attributes:
        entry: says when the record came into the state, if any does.
        is_needed: whether it has to say so.
        past: those that are over when the world begins.
        begins: what the state cannot come before.
        others: the stamps of other states that may have been, by what these are.
        ended: those of nothing but ends, which this state is not.
        is_moving: whether the server moves records on from here.
    """

    entry: Moment | None
    is_needed: bool
    past: tuple[Moment, ...]
    begins: tuple[Moment, ...]
    others: tuple[tuple[str, Moment], ...]
    ended: tuple[Moment, ...]
    is_moving: bool


def expect(lifecycle: Lifecycle, state: str) -> Expected:
    """Return what the moments of records say that are in *state*."""
    stamps = lifecycle.stamps
    own = stamps.entered.get(state)
    others = {
        pointer: other for other, pointer in stamps.entered.items() if pointer not in (own, None)
    }
    ended = {
        pointer: other
        for pointer, other in others.items()
        if state not in lifecycle.terminal
        and all(s in lifecycle.terminal for s, p in stamps.entered.items() if p == pointer)
    }
    entry = own if own is not None else stamps.moved
    past = dict.fromkeys(p for p in (stamps.moved, own, *others) if p is not None)
    return Expected(
        entry=None if entry is None else Moment(entry, stamps.unit),
        is_needed=state not in lifecycle.initial,
        past=tuple(Moment(pointer, stamps.unit) for pointer in past),
        begins=tuple(
            Moment(pointer, lifecycle.unit_of(pointer)) for pointer in list_gates(lifecycle, state)
        ),
        others=tuple(
            (other, Moment(p, stamps.unit)) for p, other in others.items() if p not in ended
        ),
        ended=tuple(Moment(pointer, stamps.unit) for pointer in ended),
        is_moving=bool(lifecycle.list_server_moves(state)),
    )


def list_outcomes(lifecycle: Lifecycle) -> dict[str, tuple[str, ...]]:
    """Return the states to which the server moves records at no moment that the contract names.

    Each comes with the states from which it does so.
    """
    found: dict[str, tuple[str, ...]] = {}
    for move in lifecycle.moves:
        if move.by == SERVER and move.not_before is None:
            for target in move.targets:
                found[target] = (*found.get(target, ()), *move.sources)
    return found


def list_gates(lifecycle: Lifecycle, state: str) -> Iterator[str]:
    """Yield the moments before which no record can come into *state*."""
    for pointer in dict.fromkeys(m.not_before for m in lifecycle.moves if m.not_before is not None):
        reached = set(lifecycle.initial)
        queue = list(reached)
        for one in queue:
            for move in lifecycle.moves:
                if one in move.sources and move.not_before != pointer:
                    further = set(move.targets) - reached
                    reached |= further
                    queue += further
        if state not in reached:
            yield pointer


def list_unique(kind: Kind, state: str) -> Iterator[str]:
    """Yield the places that no two records share of which one is in *state*."""
    for creation in kind.resource.creations:
        conflict = creation.value.conflict
        if conflict is None or (kind.key is not None and conflict.key == kind.key.pointer):
            continue
        if conflict.states is None or state in conflict.states:
            yield conflict.key


def list_later(kind: Kind) -> Iterator[str]:
    """Yield the places for which records are given a moment after that at which they are made."""
    known = {} if kind.lifecycle is None else {m.not_before: None for m in kind.lifecycle.moves}
    for creation in kind.resource.creations:
        for pointer, value in creation.value.set.items():
            is_later = isinstance(value, str) and value.startswith(("$now+", "$nextMidnight"))
            if is_later and pointer in known:
                yield pointer
