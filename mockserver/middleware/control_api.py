"""The control API stands before the contract's operations, or on a port of its own."""

from collections.abc import Awaitable

from mockserver.control.services import Services
from mockserver.http import errors
from mockserver.http.messages import Handler, Middleware, Request, Response
from mockserver.settings import Settings

PREFIX = "/__admin"
#: Where clients look for the description of an API; a contract may have such a path itself.
_DOCUMENTS = ("/openapi.json", "/openapi.yaml")


def route_control_api(services: Services, settings: Settings) -> Middleware:
    """Return middleware that hands the requests of the control API to it."""
    # Made with the first request for it: it is not needed to start.
    made: list[Handler] = []
    paths = services.api.paths
    documents = frozenset(path for path in _DOCUMENTS if paths.match("GET", path) is None)

    def wrap(handle: Handler) -> Handler:
        def route(request: Request) -> Awaitable[Response]:
            path = request.path
            if not path.startswith(PREFIX) and path not in documents:
                return handle(request)
            if not made:
                from mockserver.control.api import ControlApi

                made.append(ControlApi(services, settings))
            return made[0](request)

        return route

    return wrap


async def refuse_other_paths(request: Request) -> Response:
    """Respond to what is not for the control API, on its own port."""
    return errors.path_not_found(request.path, [PREFIX]).response
