"""The clock of a world: read, set, advance, speed, stop."""

from typing import Annotated

from msgspec import Meta, Struct, to_builtins

from mockserver.client import models
from mockserver.control.request import ControlRequest, RefusedError
from mockserver.domain.scalars import Duration, Timestamp
from mockserver.domain.timestamp import format_timestamp, parse_duration
from mockserver.http.messages import Response, json_response
from mockserver.seeding.rows import read_timestamp
from mockserver.worlds.clock import LATEST, BackwardsError
from mockserver.worlds.world import BaseWorld

Speed = Annotated[float, Meta(ge=0, le=1e9)]


class ClockChange(Struct, frozen=True, forbid_unknown_fields=True):
    """*now* to go on from, *speed* in world seconds per second; what is left out stays."""

    now: Timestamp | None = None
    speed: Speed | None = None


class Advance(Struct, frozen=True, forbid_unknown_fields=True):
    """How much later it shall be."""

    by: Duration


async def read(request: ControlRequest) -> Response:
    """Answer what time it is in the world, and how fast it passes."""
    return json_response(200, _describe(request.world))


async def change(request: ControlRequest) -> Response:
    """Set the time, the speed, or both."""
    world, asked = request.world, request.read_body(ClockChange)
    if asked.now is not None:
        try:
            timestamp = read_timestamp(asked.now)
        except ValueError as error:
            hint = "give a day that exists"
            raise RefusedError(409, str(error), "/now", hint) from None
        _go_to(world, timestamp, "/now")
    if asked.speed is not None:
        world.clock.run(asked.speed)
    return await _settle(request, world)


async def advance(request: ControlRequest) -> Response:
    """Let it be later; every job moves just as if that time had passed."""
    world, asked = request.world, request.read_body(Advance)
    _go_to(world, world.clock.now() + parse_duration(asked.by), "/by")
    return await _settle(request, world)


async def stop(request: ControlRequest) -> Response:
    """Let the time stand still."""
    world = request.world
    world.clock.run(0)
    return await _settle(request, world)


def _go_to(world: BaseWorld, timestamp: int, where: str) -> None:
    if timestamp > LATEST:
        hint = "no clock goes beyond the year 9999"
        raise RefusedError(409, "that is too far in the future", where, hint)
    try:
        world.clock.set(timestamp)
    except BackwardsError:
        hint = "reset the world, or restore an earlier snapshot"
        what = f"the clock cannot go back from {format_timestamp(world.clock.now())}"
        raise RefusedError(409, what, where, hint) from None


async def _settle(request: ControlRequest, world: BaseWorld) -> Response:
    """Make the moves that are due now, and answer the time."""
    await world.settle()
    shown = _describe(world)
    request.services.events.publish("clock", world.name, to_builtins(shown))
    return json_response(200, shown)


def _describe(world: BaseWorld) -> models.ClockState:
    now = world.clock.now()
    return models.ClockState(format_timestamp(now), now, world.clock.speed)
