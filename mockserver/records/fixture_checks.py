"""Whether records of fixtures can be there at all: by their contract, and beside each other."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from mockserver.contract.description.contract import SERVER
from mockserver.domain.timestamp import format_timestamp
from mockserver.records.fixture_files import Flaw
from mockserver.records.kind import Kind
from mockserver.records.lifecycle import Lifecycle
from mockserver.records.moments import moment_of
from mockserver.records.places import Place
from mockserver.records.progress import Progress
from mockserver.records.record import Key, Record, Scope
from mockserver.records.routes import route


class _Moment:
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


class _Expected(Struct, frozen=True):
    """What the moments of a record in one state say.

    Attributes:
        entry: says when the record came into the state, if any does.
        is_needed: whether it has to say so.
        begins: what the state cannot come before.
        others: the stamps of other states, by what they are.
        impossible: those of states from which nothing leads to this one.
    """

    entry: _Moment | None
    is_needed: bool
    begins: tuple[_Moment, ...]
    others: tuple[tuple[str, _Moment], ...]
    impossible: tuple[tuple[str, _Moment], ...]


class Consistency:
    """Checks records of a *kind*, each against the contract and those before it.

    Args:
        kind: what they are.
        now: the moment at which their world begins, in epoch milliseconds.
        progress: how the server moves them, where it moves all at moments that are known.
    """

    def __init__(self, kind: Kind, now: int, progress: Progress | None) -> None:
        self._kind = kind
        self._now = now
        self._progress = progress
        self._keys: dict[Scope, set[Key]] = {}
        self._active: set[tuple[str, Scope, Any]] = set()
        self._conflicts = [
            (Place(conflict.key), conflict.states)
            for conflict in (fact.value.conflict for fact in kind.resource.creations)
            if conflict is not None and (kind.key is None or conflict.key != kind.key.pointer)
        ]
        self._expected: dict[str, _Expected] = {}
        if kind.lifecycle is not None:
            lifecycle, stamps = kind.lifecycle, kind.lifecycle.stamps
            self._made = None if stamps.made is None else _Moment(stamps.made, stamps.unit)
            self._moved = None if stamps.moved is None else _Moment(stamps.moved, stamps.unit)
            self._later = [_Moment(p, lifecycle.unit_of(p)) for p in _list_later(kind)]
            self._expected = {state: self._expect(lifecycle, state) for state in lifecycle.states}

    def check(self, record: Record, members: Mapping[str, Any]) -> list[Flaw]:
        """Return what is wrong with *record*, whose *members* the pointers lead into."""
        scope = () if self._kind.has_one_sequence else record.scope
        flaws: list[Flaw] = []
        keys = self._keys.get(scope)
        if keys is None:
            keys = self._keys[scope] = set()
        if self._kind.key is not None and record.key in keys:
            told = f"{record.key!r} is the key of another record; write another, or another scope"
            flaws.append(Flaw(self._kind.key.pointer, "twice", told))
        keys.add(record.key)
        for place, states in self._conflicts:
            if states is None or record.state in states:
                flaws += self._check_conflict(place, record.scope, members)
        expected = self._expected.get(record.state)
        if expected is None:
            return flaws
        made = None if self._made is None else self._made.read(members)
        if self._are_in_order(expected, made, members):
            flaws += self._check_state(record, expected, members)
        else:
            # If moments are wrong themselves, whether they fit the state says nothing new.
            flaws += self._check_order(expected, made, members)
        return flaws

    def _check_conflict(
        self, place: Place, scope: Scope, members: Mapping[str, Any]
    ) -> Iterator[Flaw]:
        value = place.read(members)
        if value is None:
            return
        active = (place.pointer, scope, value)
        if active in self._active:
            told = f"is {value!r} of another record that has not ended; the API refuses a second one"
            yield Flaw(place.pointer, "conflict", f"{told}: write another, or let one have ended")
        self._active.add(active)

    def _are_in_order(
        self, expected: _Expected, made: int | None, members: Mapping[str, Any]
    ) -> bool:
        """Return whether all moments come after *made*, and none after the world begins."""
        now, least = self._now, made or 0
        if least > now:
            return False
        for moment in (self._moved, expected.entry):
            found = None if moment is None else moment.read(members)
            if found is not None and not least <= found <= now:
                return False
        for moment in self._later:
            found = moment.read(members)
            if found is not None and found < least:
                return False
        for _, moment in expected.others:
            found = moment.read(members)
            if found is not None and not least <= found <= now:
                return False
        return True

    def _check_order(
        self, expected: _Expected, made: int | None, members: Mapping[str, Any]
    ) -> Iterator[Flaw]:
        now = format_timestamp(self._now)
        stamps = [self._made, self._moved, expected.entry, *(m for _, m in expected.others)]
        past = {moment.pointer: moment for moment in stamps if moment is not None}
        for moment in (*past.values(), *self._later):
            found = moment.read(members)
            if found is None:
                continue
            shown = f"is {format_timestamp(found)}"
            if moment.pointer in past and found > self._now:
                told = f"{shown}, later than the world begins ({now})"
                yield Flaw(
                    moment.pointer, "moments", f"{told}; write an earlier moment, or a later now"
                )
            elif made is not None and found < made:
                told = f"{shown}, before the record was made ({format_timestamp(made)})"
                yield Flaw(moment.pointer, "moments", f"{told}; write a later one")

    def _check_state(
        self, record: Record, expected: _Expected, members: Mapping[str, Any]
    ) -> Iterator[Flaw]:
        """Yield where the moments of *record* contradict its state."""
        state, entry = record.state, expected.entry
        entered = None if entry is None else entry.read(members)
        if entry is not None and entered is None and expected.is_needed:
            told = f"a record that is {state} has moved; write when"
            yield Flaw(entry.pointer, "state", told)
        if entry is not None and entered is not None:
            for moment in expected.begins:
                begins = moment.read(members)
                if begins is not None and entered < begins:
                    told = f"a record is not {state} before {moment.pointer[1:]} "
                    told += f"({format_timestamp(begins)}); write a later moment"
                    yield Flaw(entry.pointer, "state", told)
            for other, moment in expected.others:
                found = moment.read(members)
                if found is not None and found > entered:
                    told = f"the record became {other} after it came to be {state} "
                    told += f"({format_timestamp(entered)}); write an earlier moment"
                    yield Flaw(moment.pointer, "state", told)
        for other, moment in expected.impossible:
            if moment.read(members) is not None:
                told = f"a record that became {other} cannot be {state}; take one of them out"
                yield Flaw(moment.pointer, "state", told)
        if self._progress is not None:
            yield from self._check_due(self._progress, record)

    def _check_due(self, progress: Progress, record: Record) -> Iterator[Flaw]:
        due = progress.next_due(record)
        if due is not None and due.at <= self._now:
            at, now = format_timestamp(due.at), format_timestamp(self._now)
            told = f"is {due.to} since {at}, before the world begins ({now}); write that state"
            yield Flaw("", "state", told)

    def _expect(self, lifecycle: Lifecycle, state: str) -> _Expected:
        stamps = lifecycle.stamps
        own = stamps.entered.get(state)
        others = {
            pointer: other for other, pointer in stamps.entered.items() if pointer not in (own, None)
        }
        impossible = {
            pointer: other
            for pointer, other in others.items()
            if not any(
                route(lifecycle, one, state)
                for one, stamp in stamps.entered.items()
                if stamp == pointer and one != state
            )
        }
        entry = own if own is not None else stamps.moved
        return _Expected(
            entry=None if entry is None else _Moment(entry, stamps.unit),
            is_needed=state not in lifecycle.initial,
            begins=tuple(
                _Moment(pointer, lifecycle.unit_of(pointer))
                for pointer in _list_gates(lifecycle, state)
            ),
            others=tuple((other, _Moment(p, stamps.unit)) for p, other in others.items()),
            impossible=tuple((other, _Moment(p, stamps.unit)) for p, other in impossible.items()),
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


def _list_gates(lifecycle: Lifecycle, state: str) -> Iterator[str]:
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


def _list_later(kind: Kind) -> Iterator[str]:
    """Yield the places for which records are given a moment after that at which they are made."""
    known = {} if kind.lifecycle is None else {m.not_before: None for m in kind.lifecycle.moves}
    for creation in kind.resource.creations:
        for pointer, value in creation.value.set.items():
            is_later = isinstance(value, str) and value.startswith(("$now+", "$nextMidnight"))
            if is_later and pointer in known:
                yield pointer
