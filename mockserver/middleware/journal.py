"""Each exchange goes into its world's journal, with the faults that touched it."""

from collections.abc import Callable

from mockserver.http.messages import Handler, Middleware, Request, Response
from mockserver.http.metrics import RequestMetrics
from mockserver.worlds.events import Events


def stage(monotonic: Callable[[], float], metrics: RequestMetrics, events: Events) -> Middleware:
    """Return the stage; *monotonic* is real time in seconds."""
    count = metrics.count

    def around(handle: Handler) -> Handler:
        async def journaled(request: Request) -> Response:
            world = request.world
            if world is None:
                raise LookupError("a request meets the journal before its world is known")
            began = monotonic()
            at = world.clock.at(began)
            response = await handle(request)
            seconds = monotonic() - began
            number = world.journal.record(at, request, response, seconds)
            count(request.operation, request.method, response.status, seconds)
            if request.faults:
                metrics.count_faults(request.faults)
            # A journal that others share is written before the client knows that it was answered.
            if not isinstance(number, int):
                number = await number
            if events.subscribers:
                asked = {"method": request.method, "path": request.path}
                told = {
                    "entry": number,
                    "status": response.status,
                    "faults": request.faults,
                }
                events.publish(
                    "request", world.name, {**asked, **told, "operation": request.operation}
                )
            return response

        return journaled

    return around
