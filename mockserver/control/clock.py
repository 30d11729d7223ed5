"""The clock of a world: read, set, advance, skip to the next move, speed, stop."""

from collections.abc import AsyncIterator
from typing import Annotated

from msgspec import Meta, Struct, to_builtins

from mockserver.client import models
from mockserver.control.record_lookup import find_progress
from mockserver.control.request import ControlRequest
from mockserver.http.messages import Response, json_response
from mockserver.http.refused import RefusedError
from mockserver.parsing.scalars import Duration, Timestamp
from mockserver.parsing.timestamp import format_timestamp, parse_duration, parse_timestamp
from mockserver.worlds.clock import LATEST, BackwardsError
from mockserver.worlds.cooperative import iterate_in_slices
from mockserver.worlds.world import World

_RECORDS_AT_ONCE = 500
Speed = Annotated[float, Meta(ge=0, le=1e9)]


class ClockChange(Struct, frozen=True, forbid_unknown_fields=True):
    """*now* to go on from, *speed* in world seconds per second; what is left out stays."""

    now: Timestamp | None = None
    speed: Speed | None = None


class Advance(Struct, frozen=True, forbid_unknown_fields=True):
    """The duration *by* which the clock advances."""

    by: Duration


async def read(request: ControlRequest) -> Response:
    """Respond with the time of the world and its speed."""
    return json_response(200, _describe(request.world))


async def change(request: ControlRequest) -> Response:
    """Set the time, the speed, or both."""
    world, body = request.world, request.read_body(ClockChange)
    if body.now is not None:
        try:
            timestamp = body.now if isinstance(body.now, int) else parse_timestamp(body.now)
        except ValueError as error:
            hint = "give a date that exists"
            raise RefusedError(409, str(error), "/now", hint) from None
        _go_to(world, timestamp, "/now")
    if body.speed is not None:
        world.clock.run(body.speed)
    return await _settle(request, world)


async def advance(request: ControlRequest) -> Response:
    """Advance the clock; every record moves as if that time had passed."""
    world, body = request.world, request.read_body(Advance)
    _go_to(world, world.clock.now() + parse_duration(body.by), "/by")
    return await _settle(request, world)


async def skip(request: ControlRequest) -> Response:
    """Advance the clock to the next move that a record makes by itself."""
    world = request.world
    now = world.clock.now()
    due = [moment async for moment in _list_due(request, now)]
    if not due:
        hint = "make a record, or advance the clock by a duration"
        raise RefusedError(409, "no record will move by itself", "", hint)
    _go_to(world, max(now, min(due)), "")
    return await _settle(request, world)


async def _list_due(request: ControlRequest, now: int) -> AsyncIterator[int]:
    """Yield when each record that moves by itself moves next, in epoch milliseconds."""
    for kind in request.services.api.kinds.values():
        progress = find_progress(request, kind)
        if progress is None:
            continue
        records = await request.world.records.all(kind, now)
        async for some in iterate_in_slices(records, _RECORDS_AT_ONCE):
            for record in some:
                due = progress.next_due(record)
                if due is not None:
                    yield due.at


async def stop(request: ControlRequest) -> Response:
    """Stop the clock."""
    world = request.world
    world.clock.run(0)
    return await _settle(request, world)


def _go_to(world: World, timestamp: int, where: str) -> None:
    if timestamp > LATEST:
        hint = "a clock stops at the end of the year 9999"
        raise RefusedError(409, "the time is too far in the future", where, hint)
    try:
        world.clock.set(timestamp)
    except BackwardsError:
        hint = "reset the world, or restore an earlier snapshot"
        what = f"the clock cannot go back from {format_timestamp(world.clock.now())}"
        raise RefusedError(409, what, where, hint) from None


async def _settle(request: ControlRequest, world: World) -> Response:
    """Make the moves that are due now, and respond with the time."""
    await world.settle()
    state = _describe(world)
    request.services.events.publish("clock", world.name, to_builtins(state))
    return json_response(200, state)


def _describe(world: World) -> models.ClockState:
    now = world.clock.now()
    return models.ClockState(format_timestamp(now), now, world.clock.speed)
