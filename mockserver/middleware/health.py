"""``GET /__admin/health``: 200 as soon as the server responds at all, since it listens last."""

from collections.abc import Awaitable

from mockserver.http import errors
from mockserver.http.messages import Handler, Request, Response, json_response

PATH = "/__admin/health"
_ALLOW = "GET, HEAD, OPTIONS"


def check_health(handle: Handler) -> Handler:
    """Return *handle*, with the health check before it."""
    healthy = json_response(200, {"status": "ok"})

    def route(request: Request) -> Awaitable[Response]:
        return handle(request) if request.path != PATH else respond(request)

    async def respond(request: Request) -> Response:
        request.operation = "health"
        if request.method in ("GET", "HEAD"):
            return healthy
        if request.method == "OPTIONS":
            return Response(204, headers={"Allow": _ALLOW})
        return errors.method_not_allowed(request.method, _ALLOW).response

    return route
