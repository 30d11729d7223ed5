"""A fault of our own becomes a 500 and a traceback in the log; the client learns no more."""

import traceback
from collections.abc import Callable

from mockserver.http import errors
from mockserver.http.messages import Answer, Exchange, Handle, Stage


def stage(say: Callable[[str, str], object]) -> Stage:
    """Return the stage; *say* logs a kind of line and its message."""

    def around(handle: Handle) -> Handle:
        async def guarded(exchange: Exchange) -> Answer:
            try:
                return await handle(exchange)
            except Exception:  # noqa: BLE001 -- the last place that can answer at all
                say("error", traceback.format_exc())
                return errors.unforeseen().answer

        return guarded

    return around
