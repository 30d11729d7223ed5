"""A test's hand: a record is moved now, whether or not it is due."""

import msgspec
from msgspec import structs

from mockserver.records.lifecycle import Lifecycle
from mockserver.records.moments import moment_of, stamp_of
from mockserver.records.places import Place
from mockserver.records.record import Record
from mockserver.records.routes import route


class NoRouteError(ValueError):
    """No moves of the lifecycle lead from the record's state to the one that is asked for."""


def force(lifecycle: Lifecycle, record: Record, to: str | None, now: int) -> Record | None:
    """Return *record* after the moves that lead to a state, all at *now*; None if it is gone.

    Where a move may not happen before a moment of the record, that moment is moved to *now*: what
    the contract rules out stays ruled out.

    Raises:
        NoRouteError: there is no way to that state.
    """
    steps = route(lifecycle, record.state, to)
    if steps is None:
        if to is None:
            raise NoRouteError(f"no moves remove a record that is {record.state}")
        raise NoRouteError(f"no moves lead from {record.state} to {to}")
    for move, target in steps:
        if move.not_before is not None:
            record = _not_later(lifecycle, record, move.not_before, now)
        if target is None:
            return None
        record = lifecycle.enter(record, target, now)
    return structs.replace(record, pending=None)


def _not_later(lifecycle: Lifecycle, record: Record, pointer: str, now: int) -> Record:
    members, place, unit = record.members(), Place(pointer), lifecycle.unit_of(pointer)
    moment = moment_of(place.read(members), unit)
    if moment is None or moment <= now:
        return record
    place.write(members, stamp_of(now, unit))
    return structs.replace(record, text=msgspec.json.encode(members))
