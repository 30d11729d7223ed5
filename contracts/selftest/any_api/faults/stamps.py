"""Faults made of the timestamps, and of the members that never change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from contracts.contract.api import Api
from contracts.contract.json_values import get_value, put
from contracts.contract.moments import UNSET, read_moment
from contracts.contract.roles import Creation
from contracts.engine.comparison import explain_unfollowed
from contracts.roles.declared import has_creation, has_moves
from contracts.selftest.any_api.call import Call, Entry
from contracts.selftest.any_api.faults.late import Later
from contracts.selftest.any_api.faults.promise import (
    Fault,
    Promise,
    Unchecked,
    get_stamps,
)
from contracts.selftest.any_api.miniature import AnyMiniature
from contracts.selftest.any_api.values import (
    Unset,
    find_property,
    find_unit,
    find_unset,
    write_moment,
)

HOUR, DAY = 3600.0, 86_400.0


def shift(api: Api, record: Any, place: str, seconds: float) -> None:
    """Move a timestamp of *record*, if it is set."""
    unit = find_unit(api, find_property(api, place))
    value = get_value(record, place)
    moment = None if value in UNSET else read_moment(value, unit)
    if moment is not None:
        put(record, place, write_moment(moment + seconds, unit))


def _unset(api: Api, record: Any, place: str) -> None:
    """Take a timestamp of *record* away."""
    unset = find_unset(api, place)
    if isinstance(unset, Unset):
        record.pop(place[1:], None)
    else:
        put(record, place, unset)


@dataclass
class ShowsAnotherUnit(AnyMiniature):
    """A timestamp is in another unit."""

    place: str = ""

    def show(self, entry: Entry) -> Any:
        shown = super().show(entry)
        value = get_value(shown, self.place)
        if value not in UNSET:
            factor = 1000 if get_stamps(self.api).unit == "s" else 0.001
            put(shown, self.place, value[:10] if isinstance(value, str) else int(value * factor))
        return shown


@dataclass
class LacksAStamp(AnyMiniature):
    """The timestamp of a state is not set in it."""

    state: str = ""
    place: str = ""

    def show(self, entry: Entry) -> Any:
        shown = super().show(entry)
        if self.get_state(entry) == self.state:
            _unset(self.api, shown, self.place)
        return shown


@dataclass
class MovesBeforeItIsMade(AnyMiniature):
    """A timestamp is a day before the record was made."""

    place: str = ""

    def show(self, entry: Entry) -> Any:
        shown = super().show(entry)
        made = get_stamps(self.api).made or ""
        if get_value(shown, self.place) not in UNSET:
            put(shown, self.place, get_value(shown, made))
            shift(self.api, shown, self.place, -DAY)
        return shown


class StampsGoBack(AnyMiniature):
    """A move sets the timestamp of the last move to an earlier one."""

    def stamp(self, entry: Entry, place: str) -> None:
        moved = place == get_stamps(self.api).moved
        if moved and self.read_stamp(entry, place) not in UNSET:
            shift(self.api, entry.record, place, -60)
        else:
            super().stamp(entry, place)


@dataclass
class Restamps(Later):
    """After a while, a timestamp is an hour later."""

    place: str = ""

    def spoil(self, entry: Entry, shown: Any) -> Any:
        shift(self.api, shown, self.place, HOUR)
        return shown


@dataclass
class StampsANewRecord(AnyMiniature):
    """A new record has the timestamp of a state in which it has not been."""

    place: str = ""

    def make(self, call: Call, creation: Creation, wanted: Any) -> Entry:
        entry = super().make(call, creation, wanted)
        self.stamp(entry, self.place)
        return entry


class StampsNoNewRecord(AnyMiniature):
    """A new record does not say when it was made."""

    def make(self, call: Call, creation: Creation, wanted: Any) -> Entry:
        entry = super().make(call, creation, wanted)
        _unset(self.api, entry.record, get_stamps(self.api).made or "")
        return entry


@dataclass
class ChangesWhatIsKept(Later):
    """After a while, a member that is kept has another value."""

    place: str = ""

    def spoil(self, entry: Entry, shown: Any) -> Any:
        put(shown, self.place, make_other(self.api, self.place, get_value(shown, self.place)))
        return shown


def make_other(api: Api, place: str, value: Any) -> Any:
    """Return another value than *value* of the property at *place*."""
    schema = find_property(api, place)
    if others := [one for one in schema.get("enum", ()) if one not in (None, value)]:
        return others[0]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, str):
        return "2031-01-01T00:00:00Z" if schema.get("format") == "date-time" else f"{value}0"
    return {**value, "other": 1} if isinstance(value, dict) else [1]


def derive(api: Api) -> Iterator[Promise]:
    """Go through what the timestamps and what is kept promise."""
    life, stamps = api.resource.lifecycle, get_stamps(api)
    if life is None:
        return
    clause, unfollowed = f"{life.clause}/stamps", explain_unfollowed(api)
    for place in stamps.places:
        name, settings = place[1:], {"place": place}
        yield Fault(
            f"{name} is in another unit", f"{clause}/unit", ShowsAnotherUnit, None, settings
        )
        if stamps.made is not None and place != stamps.made:
            sentence = f"{name} is before {stamps.made[1:]}"
            yield Fault(sentence, clause, MovesBeforeItIsMade, settings=settings)
    for state, place in stamps.entered.items():
        below, given = f"{clause}/entered/{state}", {"state": state, "place": place}
        yield Fault(f"{place[1:]} is not set while {state}", below, LacksAStamp, settings=given)
    for place in dict.fromkeys(stamps.entered.values()):
        yield _derive_restamp(api, place, unfollowed)
    if stamps.moved is not None:
        yield _derive_back(api, f"{clause}/moved", unfollowed)
    yield from _derive_new(api, clause)
    for place in life.keeps:
        promise = f"that {place[1:]} stays the same"
        if place == api.resource.key:
            why = "a record of another key is another record"
            yield Unchecked(promise, f"{life.clause}/keeps", why)
        elif unfollowed:
            yield Unchecked(promise, f"{life.clause}/keeps", unfollowed)
        else:
            sentence, given = f"{place[1:]} changes", {"place": place}
            yield Fault(sentence, f"{life.clause}/keeps", ChangesWhatIsKept, settings=given)


def _derive_restamp(api: Api, place: str, unfollowed: str) -> Promise:
    life, stamps = api.resource.lifecycle, get_stamps(api)
    sharing = {state for state, one in stamps.entered.items() if one == place}
    moves = life.moves if life else ()
    final = any(
        not any(
            sharing.intersection(move.targets)
            for move in moves
            if life and life.find_reachable(state).intersection(move.sources)
        )
        for state in sharing
    )
    clause = f"{life.clause if life else ''}/stamps/entered"
    why = unfollowed or ("" if final else "a record can come into each of its states again")
    if why:
        return Unchecked(f"that {place[1:]} stays as it was set", clause, why)
    return Fault(f"{place[1:]} changes later", clause, Restamps, settings={"place": place})


def _derive_back(api: Api, clause: str, unfollowed: str) -> Promise:
    why = unfollowed or has_moves(api)
    if why:
        return Unchecked("that the timestamp of the last move never goes back", clause, why)
    return Fault("a move stamps an earlier moment than the last one", clause, StampsGoBack)


def _derive_new(api: Api, clause: str) -> Iterator[Promise]:
    life, stamps = api.resource.lifecycle, get_stamps(api)
    if life is None or has_creation(api):
        return
    if stamps.made is not None and find_unset(api, stamps.made) is not Unset.NEVER:
        yield Fault(f"a new record has no {stamps.made[1:]}", f"{clause}/made", StampsNoNewRecord)
    own = stamps.entered.get(life.initial[0])
    for place in dict.fromkeys(stamps.entered.values()):
        later = [s for s, one in stamps.entered.items() if one == place and s not in life.initial]
        if place != own and later:
            sentence = f"a new record has {place[1:]}, of {later[0]}"
            given = {"place": place}
            yield Fault(sentence, f"{clause}/entered", StampsANewRecord, settings=given)
