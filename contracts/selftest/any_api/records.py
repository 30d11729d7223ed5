"""How a miniature of any API makes its records and moves them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from contracts.contract.api import Api
from contracts.contract.json_values import get_value, is_same, put
from contracts.contract.moves import SERVER, Move
from contracts.contract.roles import Creation
from contracts.engine.bodies import make_value
from contracts.roles.creation import list_ahead
from contracts.roles.moments import read_duration
from contracts.selftest.any_api.call import Call, Entry
from contracts.selftest.any_api.values import (
    Unset,
    find_property,
    find_unit,
    find_unset,
    list_stamps,
    make_key,
    make_member,
    write_moment,
)

BODY, PATH = "$request.body#", "$request.path."
"""Where a runtime expression has its value (OpenAPI 3.1.0 §4.8.20.4)."""


class Recorder:
    """Makes records, and moves them."""

    api: Api
    now: Callable[[], float]
    entries: list[Entry]
    made: int

    def select(self, call: Call) -> Sequence[Entry]:
        """Return the records that the caller sees."""
        raise NotImplementedError

    def find_wanted(self, call: Call, creation: Creation) -> Any:
        """Return what *call* says of the key of a conflict; None if it says nothing."""
        given = creation.conflict.given if creation.conflict else ""
        if given.startswith(PATH):
            return call.arguments.get(given.removeprefix(PATH))
        return get_value(call.body, given.removeprefix(BODY)) if given.startswith(BODY) else None

    def find_conflicting(self, call: Call, creation: Creation, wanted: Any) -> list[Entry]:
        """Return the records that prevent another one of the key *wanted*."""
        conflict = creation.conflict
        return [
            entry
            for entry in self.select(call)
            if conflict is not None
            and wanted is not None
            and is_same(get_value(entry.record, conflict.key), wanted)
            and (
                conflict.states is None
                or self.api.resource.find_state(entry.record) in conflict.states
            )
        ]

    def make(self, call: Call, creation: Creation, wanted: Any) -> Entry:
        """Return a new record, with what the request said of it."""
        life = self.api.resource.lifecycle
        entry = self.build(call.caller, call.scope, call.arguments)
        key = self.api.resource.find_key(entry.record)
        entry.record.update(self.take(call.body, entry.record))
        if self.api.resource.key is not None:
            put(entry.record, self.api.resource.key, key)
        if creation.conflict is not None and wanted is not None:
            put(entry.record, creation.conflict.key, wanted)
        if life is not None:
            self.begin(entry, life.initial[0])
        for place, seconds in list_ahead(self.api, creation).items():
            if get_value(call.body, place) is None:
                unit = find_unit(self.api, find_property(self.api, place))
                put(entry.record, place, write_moment(self.now() + seconds, unit))
        return entry

    def take(self, body: Any, record: Mapping[str, Any]) -> dict[str, Any]:
        """Return the members of *body* that a new *record* may have with the values there."""
        properties = record.keys() | find_property(self.api, "").get("properties", {}).keys()
        said = body.items() if isinstance(body, dict) else ()
        return {
            name: value
            for name, value in said
            if name in properties and value is not None and self.allows({**record, name: value})
        }

    def allows(self, record: Mapping[str, Any]) -> bool:
        """Tell whether *record* matches its schema."""
        return not any(self.api.validate(self.api.resource.schema, record))

    def build(self, owner: str, scope: str, arguments: Mapping[str, str]) -> Entry:
        """Return a record of the next number, with the least that its schema asks for and more.

        What filters, the order and the lifecycle look at is there, too.
        """
        resource, api = self.api.resource, self.api
        self.made += 1
        record = make_value(api, {"$ref": resource.schema})
        pages, life = resource.pages, resource.lifecycle
        places = [one.place for one in resource.filters]
        places += [pages.order.by] if pages and pages.order and pages.order.by else []
        places += life.keeps if life else ()
        for place in dict.fromkeys(places):
            for above in _list_above(place):
                if get_value(record, above) is None:
                    put(record, above, make_value(api, find_property(api, above)))
            put(record, place, make_member(api, place, self.made, self.now()))
        for one in resource.filters:
            if one.parameter in arguments and one.relation == "eq":
                put(record, one.place, _read_as(api, one.place, arguments[one.parameter]))
        for parameter in resource.scope:
            if parameter in record:
                record[parameter] = _read_as(api, f"/{parameter}", arguments[parameter])
        if resource.key is not None:
            put(record, resource.key, make_key(api, self.made))
        return Entry(record, owner, scope, self.made)

    def begin(self, entry: Entry, state: str) -> None:
        """Let a new record be in *state* from its beginning."""
        life = self.api.resource.lifecycle
        stamps = life.stamps if life else None
        for place in list_stamps(self.api):
            unset = find_unset(self.api, place)
            if unset is Unset.NEVER or (stamps and place == stamps.made):
                self.stamp(entry, place)
            elif unset is Unset.ABSENT:
                entry.record.pop(place[1:], None)
            else:
                put(entry.record, place, unset)
        self.set_state(entry, state)
        if stamps and state in stamps.entered:
            self.stamp(entry, stamps.entered[state])

    def enter(self, entry: Entry, state: str) -> None:
        """Move a record to *state* now."""
        life = self.api.resource.lifecycle
        self.set_state(entry, state)
        if life is not None and life.stamps is not None:
            for place in (life.stamps.moved, life.stamps.entered.get(state)):
                if place is not None:
                    self.stamp(entry, place)

    def set_state(self, entry: Entry, state: str) -> None:
        """Let the members of a record say that it is in *state*."""
        life = self.api.resource.lifecycle
        for place, value in life.states[state].items() if life else ():
            put(entry.record, place, value)
        entry.since = self.now()

    def list_promises(self, state: str) -> list[tuple[Move, float]]:
        """Return what the server promises to do with a record in *state*, within which seconds."""
        life = self.api.resource.lifecycle
        return [
            (move, read_duration(move.within))
            for move in (life.moves if life else ())
            if move.within and move.by == SERVER and state in move.sources
        ]

    def stamp(self, entry: Entry, place: str) -> None:
        """Write the present moment at *place*."""
        unit = find_unit(self.api, find_property(self.api, place))
        put(entry.record, place, write_moment(self.now(), unit))


def _list_above(place: str) -> Iterator[str]:
    """Go through the places of the objects that the property at *place* lies in."""
    steps = place.split("/")[1:-1]
    for end in range(len(steps)):
        yield f"/{'/'.join(steps[: end + 1])}"


def _read_as(api: Api, place: str, text: str) -> str | int:
    """Return a part of a path as the property at *place* has it."""
    return int(text) if find_property(api, place).get("type") == "integer" else text
