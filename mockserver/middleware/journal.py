"""Each exchange goes into its world's journal, with the faults that touched it."""

from collections.abc import Callable

from mockserver.http.messages import Answer, Exchange, Handle, Stage
from mockserver.http.metrics import Tally
from mockserver.worlds.events import Events


def stage(monotonic: Callable[[], float], tally: Tally, events: Events) -> Stage:
    """Return the stage; *monotonic* is real time in seconds."""
    count = tally.count

    def around(handle: Handle) -> Handle:
        async def journaled(exchange: Exchange) -> Answer:
            world = exchange.world
            if world is None:
                raise LookupError("a request meets the journal before its world is known")
            began = monotonic()
            at = world.clock.at(began)
            answer = await handle(exchange)
            seconds = monotonic() - began
            number = world.journal.record(at, exchange, answer, seconds)
            count(exchange.operation, exchange.method, answer.status, seconds)
            if exchange.faults:
                tally.count_faults(exchange.faults)
            # A journal that others share is written before the client knows that it was answered.
            if not isinstance(number, int):
                number = await number
            if events.subscribers:
                asked = {"method": exchange.method, "path": exchange.path}
                told = {
                    "entry": number,
                    "status": answer.status,
                    "faults": exchange.faults,
                }
                events.publish(
                    "request", world.name, {**asked, **told, "operation": exchange.operation}
                )
            return answer

        return journaled

    return around
