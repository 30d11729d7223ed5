"""Faults of reading one record, and of making one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from contracts.contract.api import Api
from contracts.contract.json_values import put
from contracts.contract.roles import Creation
from contracts.engine.bodies import follow
from contracts.roles.declared import has_creation, has_key
from contracts.selftest.any_api.call import Call, Entry
from contracts.selftest.any_api.faults.promise import Fault, Promise, Unchecked, get_stamps
from contracts.selftest.any_api.faults.stamps import make_other
from contracts.selftest.any_api.miniature import AnyMiniature
from contracts.selftest.messages import Response


class ReadsAnotherRecord(AnyMiniature):
    """A read returns the record that was made before."""

    def read(self, call: Call, entry: Entry) -> Response:
        others = [one for one in self.select(call) if one.number < entry.number]
        return super().read(call, others[-1] if others else entry)


class DoesNotFindTheOldest(AnyMiniature):
    """Records of which the number is even are listed, and not found."""

    def read(self, call: Call, entry: Entry) -> Response:
        return super().read(call, entry) if entry.number % 2 else self.refuse(call.operation, 404)


class ReadsOtherwise(AnyMiniature):
    """A record reads otherwise than it is listed."""

    def read(self, call: Call, entry: Entry) -> Response:
        return super().read(call, replace(entry, record=_change(self.api, entry.record)))


class ReadsOtherwiseEachTime(AnyMiniature):
    """A timestamp is another one each time that a record is read."""

    turns = 0

    def read(self, call: Call, entry: Entry) -> Response:
        self.turns += 1
        place = get_stamps(self.api).places[0]
        record = dict(entry.record)
        for _ in range(self.turns % 2):
            put(record, place, make_other(self.api, place, self.read_stamp(entry, place)))
        return super().read(call, replace(entry, record=record))


class FindsWhatIsNotThere(AnyMiniature):
    """A key that no record has is not found by another status."""

    def refuse(self, operation: Any, status: int) -> Response:
        return super().refuse(operation, 410 if status == 404 else status)


class HidesNewRecords(AnyMiniature):
    """A new record can be read, and is not listed."""

    begun = 0

    def keep(self, entry: Entry) -> None:
        super().keep(entry)
        self.begun = self.begun or entry.number

    def order(self, entries: Sequence[Entry]) -> list[Entry]:
        return [one for one in super().order(entries) if one.record not in self.hidden]

    hidden: tuple[Any, ...] = ()

    def create(self, call: Call, creation: Creation) -> Response:
        before = {one.number for one in self.entries}
        response = super().create(call, creation)
        new = [one.record for one in self.entries if one.number not in before]
        self.hidden = (*self.hidden, *new)
        return response


class ForgetsNewRecords(AnyMiniature):
    """A new record is not kept."""

    def create(self, call: Call, creation: Creation) -> Response:
        before = list(self.entries)
        response = super().create(call, creation)
        self.entries[:] = before
        return response


class IgnoresTheKey(AnyMiniature):
    """A new record has another key than the one that was asked for."""

    def make(self, call: Call, creation: Creation, wanted: Any) -> Entry:
        entry = super().make(call, creation, wanted)
        if creation.conflict is not None:
            put(entry.record, creation.conflict.key, f"{wanted}-0")
        return entry


class AllowsASecond(AnyMiniature):
    """A second record of one key is made."""

    def find_conflicting(self, call: Call, creation: Creation, wanted: Any) -> list[Entry]:
        return []


def _change(api: Api, record: Any) -> Any:
    """Return *record* with another value of a member that says nothing of its state."""
    changed = dict(record)
    properties = follow(api, api.resolve(api.resource.schema)).get("properties", {})
    life = api.resource.lifecycle
    states = [p for members in (life.states.values() if life else ()) for p in members]
    special = {api.resource.key, *states, *get_stamps(api).places}
    for name in (n for n in record if n in properties and f"/{n}" not in special):
        if type(record[name]) in (str, int, bool):
            changed[name] = make_other(api, f"/{name}", record[name])
            return changed
    return changed


def derive(api: Api) -> Iterator[Promise]:
    """Go through what is promised of reading one record, and of making one."""
    resource, read = api.resource, api.resource.read
    if read is not None and not has_key(api):
        at = f"{read.pointer}/responses"
        yield Fault("a read returns another record", at, ReadsAnotherRecord)
        yield Fault("some of the listed records are not found", at, DoesNotFindTheOldest)
        yield Fault("a record reads otherwise than it is listed", at, ReadsOtherwise)
        if get_stamps(api).places:
            yield Fault("a record reads otherwise each time", at, ReadsOtherwiseEachTime)
        if 404 in read.responses:
            sentence = "a record that does not exist gets 410"
            yield Fault(sentence, f"{at}/404", FindsWhatIsNotThere)
        why = "what no response has ever shown cannot be missed"
        listing = f"{resource.list.pointer}/responses"
        yield Unchecked("that the list has each record there is", listing, why)
    if lacking := has_creation(api):
        yield Unchecked("what becomes of a new record", resource.list.pointer, lacking)
        return
    creation = next(
        one for one in resource.creations if resource.find_key_parameter(one.operation) is None
    )
    at = f"{creation.operation.pointer}/responses"
    yield Fault("a new record is not listed", at, HidesNewRecords)
    yield Fault("a new record is not kept", at, ForgetsNewRecords)
    if creation.conflict is not None:
        yield from _derive_conflict(api, creation)


def _derive_conflict(api: Api, creation: Creation) -> Iterator[Promise]:
    conflict, life = creation.conflict, api.resource.lifecycle
    if conflict is None:
        return
    sentence = f"a new record has another {conflict.key[1:]} than asked for"
    yield Fault(sentence, f"{conflict.clause}/key", IgnoresTheKey)
    yield Fault(
        f"a second record of one {conflict.key[1:]} is made", conflict.clause, AllowsASecond
    )
    other = 400 if conflict.status != 400 else 409
    creations = tuple(
        replace(one, conflict=replace(conflict, status=other)) if one is creation else one
        for one in api.resource.creations
    )
    plays = replace(api, resource=replace(api.resource, creations=creations))
    yield Fault(
        f"a second record of one {conflict.key[1:]} gets {other}",
        f"{conflict.clause}/status",
        plays=plays,
    )
    later = [s for s in conflict.states or () if not life or s not in life.initial]
    if later:
        why = "the law makes the second record while the first one is new"
        promise = f"a conflict while {', '.join(later)}"
        yield Unchecked(promise, f"{conflict.clause}/while", why)
