"""The control API stands before the contract's operations, or on a port of its own."""

from collections.abc import Awaitable, Callable

from mockserver.control.services import Services
from mockserver.http import errors
from mockserver.http.messages import Handler, Middleware, Request, Response
from mockserver.settings import Settings

PREFIX = "/__admin"


def control(services: Services, settings: Settings) -> Callable[[], Handler]:
    """Return what makes the control API, once somebody calls it: it is not needed to start."""

    def made() -> Handler:
        from mockserver.control.api import ControlApi

        return ControlApi(services, settings)

    return made


def stage(make: Callable[[], Handler]) -> Middleware:
    """Return the stage; *make* is called with the first request for the control API."""
    made: list[Handler] = []

    def around(handle: Handler) -> Handler:
        def administered(request: Request) -> Awaitable[Response]:
            if not request.path.startswith(PREFIX):
                return handle(request)
            if not made:
                made.append(make())
            return made[0](request)

        return administered

    return around


async def nothing_else(request: Request) -> Response:
    """Answer what is not for the control API, on its own port."""
    return errors.no_such_path(request.path, [PREFIX]).response
