"""Server-sent events of everything that happens (the HTML standard, 9.2)."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, suppress

import msgspec
from msgspec import Struct

from mockserver.control.comparing import Comparison
from mockserver.control.request import ControlRequest
from mockserver.control.services import Services
from mockserver.http.messages import Response
from mockserver.http.writers import StreamingWriter
from mockserver.store.interface import StoreUnavailableError
from mockserver.worlds.events import Event
from mockserver.worlds.persistence import Watch

_LOOK_SECONDS = 0.05
#: A comment, so that the client and proxies know that the stream is alive.
_ALIVE = b":\n\n"
_ALIVE_LOOKS = 20


class Which(Struct, frozen=True, forbid_unknown_fields=True):
    """The query of the events: a *world*, or all of them."""

    world: str | None = None


async def stream(request: ControlRequest) -> Response:
    """Respond with a stream that lasts until the client disconnects."""
    query = request.read_query(Which)
    if query.world is not None:
        request = request._replace(path={"world": query.world})
        # A world that does not exist is refused.
        _ = request.world
    fields = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
    response = Response(200, headers=fields, streamed=True)
    if request.http.method == "HEAD":
        return response
    return response.with_writer(StreamingWriter(_generate(request, query.world)))


async def _generate(request: ControlRequest, name: str | None) -> AsyncIterator[bytes]:
    """Yield the events as they come."""
    watch = request.services.persistence.watch
    looks = 0
    happening = (
        _listen(request.services, name)
        if watch is None
        else _compare(request.services, name, watch)
    )
    async for events in happening:
        piece = b"".join(_encode(request.view.show(event)) for event in events)
        if not piece and looks % _ALIVE_LOOKS == 0:
            piece = _ALIVE
        looks += 1
        yield piece


async def _listen(services: Services, name: str | None) -> AsyncIterator[Sequence[Event]]:
    """Yield what happens on this server, which is all that happens.

    Moves that time brings about are made when a store is read, so this settles each store.
    """
    events, worlds = services.events, services.worlds
    queue = events.subscribe()
    try:
        while True:
            for world in worlds if name is None else filter(None, [worlds.by_name.get(name)]):
                await world.settle()
            yield _drain(queue, name)
            await asyncio.sleep(_LOOK_SECONDS)
    finally:
        events.unsubscribe(queue)


async def _compare(
    services: Services, name: str | None, watch: Callable[[], AbstractAsyncContextManager[Watch]]
) -> AsyncIterator[Sequence[Event]]:
    """Yield what happens on any of the servers that share a state."""
    async with watch() as watching:
        comparison = Comparison(services, name, watching)
        while True:
            # What has happened meanwhile is told once a state that cannot be reached is back.
            with suppress(StoreUnavailableError):
                yield await comparison.look()
            await watching.wait()


def _drain(queue: deque[Event], name: str | None) -> list[Event]:
    """Empty the queue and return the events of the world *name*, or all (None)."""
    events_of_world = [event for event in queue if name in (None, event.world)]
    queue.clear()
    return events_of_world


def _encode(event: Event) -> bytes:
    data = msgspec.json.encode({"world": event.world, **event.data})
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (event.number, event.kind.encode(), data)
