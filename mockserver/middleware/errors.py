"""A fault of this server's own becomes a 500 and a traceback in the log, not in the response."""

import traceback
from collections.abc import Callable

from mockserver.http import errors
from mockserver.http.messages import Handler, Middleware, Request, Response


def catch_errors(say: Callable[[str, str], object]) -> Middleware:
    """Return middleware that responds to what fails; *say* logs a kind of line and its message."""

    def wrap(handle: Handler) -> Handler:
        async def catch(request: Request) -> Response:
            try:
                return await handle(request)
            except Exception:  # noqa: BLE001 -- the last place that can respond at all
                say("error", traceback.format_exc())
                return errors.internal_error().response

        return catch

    return wrap
