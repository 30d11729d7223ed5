"""Each exchange goes into its world's journal, with the faults that touched it."""

from collections.abc import Callable

from mockserver.http.messages import Response
from mockserver.http.metrics import RequestMetrics
from mockserver.worlds.context import ContextHandler, RequestContext
from mockserver.worlds.events import Events
from mockserver.worlds.journal import Entry, Exchange, describe_exchange


def record_exchanges(
    monotonic: Callable[[], float], metrics: RequestMetrics, events: Events
) -> Callable[
    [ContextHandler],
    ContextHandler,
]:
    """Return middleware that records and counts exchanges; *monotonic* is real time in seconds."""
    count = metrics.count

    def wrap(
        handle: ContextHandler,
    ) -> ContextHandler:
        async def record(context: RequestContext) -> Response:
            began = monotonic()
            request, world = context.request, context.world
            at = world.clock.at(began)
            response = await handle(context)
            seconds = monotonic() - began
            is_authenticated = context.is_authenticated
            exchange = Exchange(at, request, context.faults, is_authenticated, response, seconds)
            number = world.journal.record(exchange)
            count(request.operation, request.method, response.status, seconds)
            if context.faults:
                metrics.count_faults(context.faults)
            # A journal that others share is written before the client has the response.
            if not isinstance(number, int):
                number = await number
            if events.subscribers:
                entry = Entry(number, exchange)
                events.publish("request", world.name, describe_exchange(entry))
            return response

        return record

    return wrap
