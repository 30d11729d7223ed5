"""What each effect does to a call: a function from the rest of the way to an answer."""

import asyncio
import math
from collections.abc import Awaitable, Callable

import msgspec

from mockserver.domain.timestamp import parse_duration
from mockserver.faults import rule
from mockserver.faults.active import ActiveFault
from mockserver.http import writers
from mockserver.http.messages import Handler, Request, Response, json_answer
from mockserver.worlds.world import World

#: What stands in for an answer that the client never sees.
_UNSEEN = 502


async def struck(force: ActiveFault, world: World, request: Request, handle: Handler) -> Response:
    """Return the answer to *request* after *force* has had its effect; *handle* is the rest."""
    request.faults = (*request.faults, force.name)
    effect = force.rule.effect
    if isinstance(effect, rule.Status):
        return _status(effect)
    if isinstance(effect, rule.RateLimit):
        return _limited(force, world)
    if isinstance(effect, rule.Delay):
        await asyncio.sleep(_seconds(effect, force))
        return await handle(request)
    if isinstance(effect, rule.Reset):
        response = await handle(request) if effect.when == "after" else Response(_UNSEEN)
        request.delivery = writers.Reset()
        return response
    response = await handle(request)
    if isinstance(effect, rule.Malformed):
        return Response(
            response.status, response.body[: len(response.body) // 2] + b"<<", _kept(response)
        )
    if isinstance(effect, rule.Truncate):
        request.delivery = writers.Truncated(effect.octets)
    else:
        request.delivery = writers.Dripping(effect.octets, parse_duration(effect.every) / 1000)
    return response


def wrapped(
    force: ActiveFault, world: World, handle: Handler
) -> Callable[[Request], Awaitable[Response]]:
    """Return *handle* with *force* around it."""

    async def around(request: Request) -> Response:
        return await struck(force, world, request, handle)

    return around


def _kept(response: Response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name != "Content-Length"}


def _status(effect: rule.Status) -> Response:
    body = effect.body
    if body is msgspec.UNSET:
        return Response(effect.status, headers=effect.headers)
    octets = body.encode() if isinstance(body, str) else msgspec.json.encode(body)
    # Spelled as in every other answer, so that it is not added a second time.
    headers = {
        "Content-Type" if name.lower() == "content-type" else name: value
        for name, value in effect.headers.items()
    }
    return Response(effect.status, octets, headers)


def _limited(force: ActiveFault, world: World) -> Response:
    """Return the 429 of RFC 6585, section 4; a client waits in real seconds, not in the world's."""
    milliseconds = force.opens_in(world.clock.now())
    seconds = max(1, math.ceil(milliseconds / 1000 / (world.clock.speed or 1)))
    return json_answer(429, {"error": "too many requests"}, {"Retry-After": str(seconds)})


def _seconds(effect: rule.Delay, force: ActiveFault) -> float:
    duration = parse_duration(effect.duration) / 1000
    longest = rule.LONGEST_MILLISECONDS / 1000
    if effect.distribution == "uniform" and effect.up_to is not None:
        return force.drawn.uniform(duration, parse_duration(effect.up_to) / 1000)
    if effect.distribution == "log-normal":
        return min(longest, duration * force.drawn.lognormvariate(0, effect.sigma))
    return duration
