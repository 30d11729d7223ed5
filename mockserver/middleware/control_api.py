"""The control API stands before the contract's operations, or on a port of its own."""

from collections.abc import Awaitable, Callable

from mockserver.control.services import Parts
from mockserver.http import errors
from mockserver.http.messages import Answer, Exchange, Handle, Stage
from mockserver.settings import Settings

PREFIX = "/__admin"


def control(parts: Parts, settings: Settings) -> Callable[[], Handle]:
    """Return what makes the control API, once somebody calls it: it is not needed to start."""

    def made() -> Handle:
        from mockserver.control.api import ControlApi

        return ControlApi(parts, settings)

    return made


def stage(make: Callable[[], Handle]) -> Stage:
    """Return the stage; *make* is called with the first request for the control API."""
    made: list[Handle] = []

    def around(handle: Handle) -> Handle:
        def administered(exchange: Exchange) -> Awaitable[Answer]:
            if not exchange.path.startswith(PREFIX):
                return handle(exchange)
            if not made:
                made.append(make())
            return made[0](exchange)

        return administered

    return around


async def nothing_else(exchange: Exchange) -> Answer:
    """Answer what is not for the control API, on its own port."""
    return errors.no_such_path(exchange.path, [PREFIX]).answer
