"""Whether records of fixtures can be there at all: by their contract, and beside each other."""

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.domain.timestamp import format_timestamp
from mockserver.records.fixture_expectations import (
    Expected,
    Moment,
    expect,
    list_later,
    list_unique,
)
from mockserver.records.fixture_files import Flaw
from mockserver.records.kind import Kind
from mockserver.records.places import Place
from mockserver.records.progress import Progress
from mockserver.records.record import Key, Record, Scope


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
        self._conflicts = {
            state: tuple(Place(pointer) for pointer in list_unique(kind, state))
            for state in kind.states or ("",)
        }
        self._expected: dict[str, Expected] = {}
        if kind.lifecycle is not None:
            lifecycle, stamps = kind.lifecycle, kind.lifecycle.stamps
            self._made = None if stamps.made is None else Moment(stamps.made, stamps.unit)
            self._state_place = next(iter(lifecycle.state_places), "")
            self._later = [Moment(p, lifecycle.unit_of(p)) for p in list_later(kind)]
            self._expected = {state: expect(lifecycle, state) for state in lifecycle.states}

    def check(
        self, record: Record, members: Mapping[str, Any], *, is_exact: bool = False
    ) -> list[Flaw]:
        """Return what is wrong with *record*, whose *members* the pointers lead into.

        One that *is_exact* was there, so that only its key can be wrong.
        """
        flaws = [] if self._is_first(record) else [self._tell_twice(record)]
        if is_exact:
            return flaws
        for place in self._conflicts.get(record.state, ()):
            flaws += self._check_conflict(place, record.scope, members)
        expected = self._expected.get(record.state)
        if expected is None:
            return flaws
        made = self._made.read(members) if self._made is not None else None
        least, now = made or 0, self._now
        is_ordered = least <= now
        for moment in expected.past:
            found = moment.read(members)
            if found is not None and not least <= found <= now:
                is_ordered = False
        for moment in self._later:
            found = moment.read(members)
            if found is not None and found < least:
                is_ordered = False
        if is_ordered:
            flaws += self._check_state(record, expected, members)
        else:
            # If moments are wrong themselves, whether they fit the state says nothing new.
            flaws += self._check_order(expected, made, members)
        return flaws

    def _is_first(self, record: Record) -> bool:
        """Return whether the key of *record* is new in its scope."""
        is_alone = self._kind.has_one_sequence or self._kind.key is None
        scope = () if is_alone else record.scope
        keys = self._keys.get(scope)
        if keys is None:
            keys = self._keys[scope] = set()
        before = len(keys)
        keys.add(record.key)
        return len(keys) > before or not record.key

    def _tell_twice(self, record: Record) -> Flaw:
        if self._kind.key is None:
            return Flaw("", "twice", f"the number {record.key} is that of another record")
        pointer = self._kind.key.pointer
        told = f"{record.key!r} is the key of another record; write another"
        return Flaw(
            pointer, "twice", told if self._kind.has_one_sequence else f"{told}, or another scope"
        )

    def _check_conflict(
        self, place: Place, scope: Scope, members: Mapping[str, Any]
    ) -> Iterator[Flaw]:
        value = place.read(members)
        if value is None:
            return
        active = (place.pointer, scope, value)
        if active in self._active:
            told = (
                f"is {value!r} of another record that has not ended; the API refuses a second one"
            )
            yield Flaw(place.pointer, "conflict", f"{told}: write another, or let one have ended")
        self._active.add(active)

    def _check_order(
        self, expected: Expected, made: int | None, members: Mapping[str, Any]
    ) -> Iterator[Flaw]:
        now = format_timestamp(self._now)
        made_at = [] if self._made is None else [self._made]
        past = {moment.pointer for moment in (*made_at, *expected.past)}
        for moment in (*made_at, *expected.past, *self._later):
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
        self, record: Record, expected: Expected, members: Mapping[str, Any]
    ) -> list[Flaw]:
        """Return where the moments of *record* contradict its state."""
        flaws, entry = [], expected.entry
        entered = entry.read(members) if entry is not None else None
        if entered is not None:
            for moment in expected.begins:
                begins = moment.read(members)
                if begins is not None and entered < begins:
                    flaws.append(_tell_early(record.state, expected, moment, begins))
            for other, moment in expected.others:
                found = moment.read(members)
                if found is not None and found > entered:
                    told = f"the record became {other} after it came to be {record.state} "
                    told += f"({format_timestamp(entered)}); write an earlier moment"
                    flaws.append(Flaw(moment.pointer, "state", told))
        elif entry is not None and expected.is_needed:
            told = f"a record that is {record.state} has moved; write when"
            flaws.append(Flaw(entry.pointer, "state", told))
        for moment in expected.ended:
            if moment.read(members) is not None:
                told = f"a record that is {record.state} has not ended; take this out, or write how"
                flaws.append(Flaw(moment.pointer, "state", told))
        if self._progress is not None and expected.is_moving:
            flaws += self._check_due(self._progress, record)
        return flaws

    def _check_due(self, progress: Progress, record: Record) -> Iterator[Flaw]:
        due = progress.next_due(record)
        if due is not None and due.at <= self._now:
            at, now = format_timestamp(due.at), format_timestamp(self._now)
            told = f"is {due.to} since {at}, before the world begins ({now}); write that state"
            yield Flaw(self._state_place, "state", told)


def _tell_early(state: str, expected: Expected, moment: Moment, begins: int) -> Flaw:
    told = f"a record is not {state} before {moment.pointer[1:]} ({format_timestamp(begins)})"
    pointer = "" if expected.entry is None else expected.entry.pointer
    return Flaw(pointer, "state", f"{told}; write a later moment")
