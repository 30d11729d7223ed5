"""``GET /__admin/health``: 200 as soon as the server answers at all, since it listens last."""

from collections.abc import Awaitable

from mockserver.http import errors
from mockserver.http.messages import Handler, Request, Response, json_answer

PATH = "/__admin/health"
_ALLOW = "GET, HEAD, OPTIONS"


def stage(handle: Handler) -> Handler:
    """Return *handle*, with the health check before it."""
    healthy = json_answer(200, {"status": "ok"})

    def checked(request: Request) -> Awaitable[Response]:
        return handle(request) if request.path != PATH else health(request)

    async def health(request: Request) -> Response:
        request.operation = "health"
        if request.method in ("GET", "HEAD"):
            return healthy
        if request.method == "OPTIONS":
            return Response(204, headers={"Allow": _ALLOW})
        return errors.method_not_allowed(request.method, _ALLOW).response

    return checked
