"""Deviations of how records and responses look: keys, states, moments, nulls, media types."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from mockserver.contract.contract import Contract
from mockserver.contract.schemas import member, types
from mockserver.deviations.deviation import Deviation, InterceptedCall, Level
from mockserver.deviations.names import last_word
from mockserver.deviations.records import DisguisedRecords, Members
from mockserver.http.messages import Response
from mockserver.records.kind import Kind
from mockserver.records.lifecycle import Lifecycle
from mockserver.records.moments import moment_of, stamp_of
from mockserver.records.places import Place

_REFUSED = 400
_TEXT = "text/plain"
#: The units of moments that are usual, with what they are called in names.
_UNITS = {"ms": "in-milliseconds", "s": "in-seconds", "rfc3339": "as-text"}


def derive(kind: Kind) -> Iterator[Deviation]:
    """Yield the deviations of how records of *kind* look."""
    show = _Shown(kind)
    key = kind.key
    schema = None if key is None else member(kind.resource.record, key.pointer)
    if key is not None and schema is not None and "integer" in types(schema):
        told = f"Shows the {key.pointer[1:]} as text."
        yield show.make(f"{last_word(key.pointer)}-is-text", told, _change_at(key, str))
    lifecycle = kind.lifecycle
    if lifecycle is not None:
        for pointer in sorted(lifecycle.state_places):
            place = Place(pointer)
            if not any(isinstance(one.get(pointer), str) for one in lifecycle.states.values()):
                continue
            name = f"{last_word(pointer)}-in-capitals"
            told = f"Shows the {pointer[1:]} in capital letters."
            yield show.make(name, told, _change_at(place, _write_in_capitals))
        yield from _derive_moments(show, lifecycle)
    yield show.make("omits-nulls", "Leaves out what is null.", _omit_nulls)
    told = "Adds a member mock to each record, which the contract does not have."
    yield show.make("adds-members", told, lambda m: {**m, "mock": True}, "conforming")


def derive_of_all(contract: Contract) -> Iterator[Deviation]:
    """Yield the deviations of how all responses of *contract* look."""
    if contract.operations:
        clause = contract.operations[0].node.pointer
        told = "Calls its JSON text/plain."
        yield Deviation("plain-text", "must", told, clause, around=_label_plain_text)
        told = "Explains refusals in plain text."
        declared = next(_list_refusals_in_json(contract), None)
        level: Level = "conforming" if declared is None else "must"
        clause = declared or clause
        yield Deviation("errors-as-text", level, told, clause, around=_show_errors_as_text)


def _list_refusals_in_json(contract: Contract) -> Iterator[str]:
    """Yield the pointers of the refusals that are declared to have a body, and none of text."""
    for operation in contract.operations:
        for status, response in operation.responses.items():
            media = response.value.get("content") or {}
            if status.startswith(("4", "default")) and media and _TEXT not in media:
                yield response.pointer


class _Shown:
    """Makes the deviations of how records of a *kind* are shown."""

    def __init__(self, kind: Kind) -> None:
        self._name = kind.name
        self._clause = kind.resource.record.pointer

    def make(
        self, name: str, does: str, change: Callable[[Members], Members], level: Level = "must"
    ) -> Deviation:
        """Return the deviation that each record is shown as *change* makes its members."""
        kind = self._name
        return Deviation(
            name,
            level,
            does,
            self._clause,
            resource=kind,
            records=lambda records, _: DisguisedRecords(records, kind, change),
        )


def _derive_moments(show: _Shown, lifecycle: Lifecycle) -> Iterator[Deviation]:
    """Yield the deviations of the unit of moments, and of moments that are not set."""
    stamps = lifecycle.stamps
    units = dict.fromkeys(lifecycle.stamp_places, stamps.unit)
    awaited = {m.not_before: m for m in lifecycle.moves if m.not_before is not None}
    others = {p: lifecycle.unit_of(p) for p in awaited if p not in units}
    for unit, called in _UNITS.items() if units else ():
        if unit != stamps.unit:
            told = f"Shows moments {called.replace('-', ' ')}."
            change = _change_units({**units, **others}, unit)
            yield show.make(f"moments-{called}", told, change)
    for pointer in units:
        told = f"Shows no {pointer[1:]}; it is null."
        change = _change_at(Place(pointer), lambda _: None)
        yield show.make(f"{last_word(pointer)}-is-not-set", told, change)


def _change_units(units: Mapping[str, str], other: str) -> Callable[[Members], Members]:
    """Return what shows the moments at places, each of a unit by pointer, in an *other* unit."""

    def convert(stamp: Any, unit: str) -> Any:
        moment = moment_of(stamp, unit)
        return stamp if moment is None else stamp_of(moment, other)

    changes = [_change_at(Place(p), partial(convert, unit=unit)) for p, unit in units.items()]

    def change(members: Members) -> Members:
        for change_one in changes:
            members = change_one(members)
        return members

    return change


def _change_at(place: Place, change: Callable[[Any], Any]) -> Callable[[Members], Members]:
    """Return what changes members by what *change* makes of what stands at *place*, if any."""

    def change_members(members: Members) -> Members:
        value = place.read(members)
        if value is not None:
            place.write(members, change(value))
        return members

    return change_members


def _write_in_capitals(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


def _omit_nulls(members: Members) -> Members:
    return {name: value for name, value in members.items() if value is not None}


async def _label_plain_text(call: InterceptedCall) -> Response:
    response = await call.respond()
    if not response.body or response.status >= _REFUSED:
        return response
    return response.with_headers({"Content-Type": _TEXT})


async def _show_errors_as_text(call: InterceptedCall) -> Response:
    response = await call.respond()
    if response.status < _REFUSED or not response.body:
        return response
    return Response(response.status, b"refused\n", {"Content-Type": _TEXT})
