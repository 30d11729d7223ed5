"""Each exchange goes into its world's journal, with the faults that touched it."""

from collections.abc import Callable

from mockserver.http.messages import Response
from mockserver.http.metrics import RequestMetrics
from mockserver.worlds.context import ContextHandler, RequestContext
from mockserver.worlds.events import Events
from mockserver.worlds.journal import Exchange


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
            number = world.journal.record(
                Exchange(at, request, context.faults, is_authenticated, response, seconds)
            )
            count(request.operation, request.method, response.status, seconds)
            if context.faults:
                metrics.count_faults(context.faults)
            # A journal that others share is written before the client has the response.
            if not isinstance(number, int):
                number = await number
            if events.subscribers:
                _publish(events, context, response, number)
            return response

        return record

    return wrap


def _publish(events: Events, context: RequestContext, response: Response, number: int) -> None:
    request = context.request
    data = {
        "method": request.method,
        "path": request.path,
        "entry": number,
        "status": response.status,
        "faults": context.faults,
        "operation": request.operation,
    }
    events.publish("request", context.world.name, data)
