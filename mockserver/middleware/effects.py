"""What each effect of a fault does to a call and its response."""

import asyncio
import math

import msgspec

from mockserver.faults import rule
from mockserver.faults.active import ActiveFault
from mockserver.http import writers
from mockserver.http.messages import Response, json_response
from mockserver.parsing.timestamp import parse_duration
from mockserver.worlds.context import ContextHandler, RequestContext
from mockserver.worlds.world import World

#: The status of a response that the client never sees.
_UNSEEN = 502


async def apply_fault(
    fault: ActiveFault,
    context: RequestContext,
    handle: ContextHandler,
) -> Response:
    """Return the response to *context* after *fault* has had its effect; *handle* is the rest."""
    context.faults = (*context.faults, fault.name)
    effect = fault.rule.effect
    if isinstance(effect, rule.Status):
        return _override_status(effect)
    if isinstance(effect, rule.RateLimit):
        return _limit_rate(fault, context.world)
    if isinstance(effect, rule.Delay):
        await asyncio.sleep(_draw_seconds(effect, fault))
        return await handle(context)
    if isinstance(effect, rule.Reset):
        response = await handle(context) if effect.when == "after" else Response(_UNSEEN)
        return response.with_writer(writers.ResetWriter())
    return _change_response(effect, await handle(context))


def wrap_in_fault(fault: ActiveFault, handle: ContextHandler) -> ContextHandler:
    """Return *handle* with *fault* around it."""

    async def apply(context: RequestContext) -> Response:
        return await apply_fault(fault, context, handle)

    return apply


def _change_response(
    effect: rule.Malformed | rule.Truncate | rule.Drip, response: Response
) -> Response:
    if isinstance(effect, rule.Malformed):
        body = response.body[: len(response.body) // 2] + b"<<"
        return Response(response.status, body, _without_length(response), writer=response.writer)
    if isinstance(effect, rule.Truncate):
        return response.with_writer(writers.TruncatingWriter(effect.octets))
    seconds = parse_duration(effect.every) / 1000
    return response.with_writer(writers.DrippingWriter(effect.octets, seconds))


def _without_length(response: Response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name != "Content-Length"}


def _override_status(effect: rule.Status) -> Response:
    body = effect.body
    if body is msgspec.UNSET:
        return Response(effect.status, headers=effect.headers)
    octets = body.encode() if isinstance(body, str) else msgspec.json.encode(body)
    # Spelled as in every other response, so that it is not added a second time.
    headers = {
        "Content-Type" if name.lower() == "content-type" else name: value
        for name, value in effect.headers.items()
    }
    return Response(effect.status, octets, headers)


def _limit_rate(fault: ActiveFault, world: World) -> Response:
    """Return the 429 of RFC 6585, section 4; a client waits in real seconds, not in the world's."""
    milliseconds = fault.opens_in(world.clock.now())
    seconds = max(1, math.ceil(milliseconds / 1000 / (world.clock.speed or 1)))
    return json_response(429, {"error": "too many requests"}, {"Retry-After": str(seconds)})


def _draw_seconds(effect: rule.Delay, fault: ActiveFault) -> float:
    duration = parse_duration(effect.duration) / 1000
    longest = rule.LONGEST_MILLISECONDS / 1000
    if effect.distribution == "uniform" and effect.up_to is not None:
        return fault.random_numbers.uniform(duration, parse_duration(effect.up_to) / 1000)
    if effect.distribution == "log-normal":
        return min(longest, duration * fault.random_numbers.lognormvariate(0, effect.sigma))
    return duration
