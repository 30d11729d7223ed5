"""A fault of our own becomes a 500 and a traceback in the log; the client learns no more."""

import traceback
from collections.abc import Callable

from mockserver.http import errors
from mockserver.http.messages import Handler, Middleware, Request, Response


def stage(say: Callable[[str, str], object]) -> Middleware:
    """Return the stage; *say* logs a kind of line and its message."""

    def around(handle: Handler) -> Handler:
        async def guarded(request: Request) -> Response:
            try:
                return await handle(request)
            except Exception:  # noqa: BLE001 -- the last place that can answer at all
                say("error", traceback.format_exc())
                return errors.unforeseen().response

        return guarded

    return around
