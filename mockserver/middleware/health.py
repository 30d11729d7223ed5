"""``GET /__admin/health``: 200 as soon as the server answers at all, since it listens last."""

from collections.abc import Awaitable

from mockserver.http import errors
from mockserver.http.messages import Answer, Exchange, Handle, json_answer

PATH = "/__admin/health"
_ALLOW = "GET, HEAD, OPTIONS"


def stage(handle: Handle) -> Handle:
    """Return *handle*, with the health check before it."""
    healthy = json_answer(200, {"status": "ok"})

    def checked(exchange: Exchange) -> Awaitable[Answer]:
        return handle(exchange) if exchange.path != PATH else health(exchange)

    async def health(exchange: Exchange) -> Answer:
        exchange.operation = "health"
        if exchange.method in ("GET", "HEAD"):
            return healthy
        if exchange.method == "OPTIONS":
            return Answer(204, headers={"Allow": _ALLOW})
        return errors.method_not_allowed(exchange.method, _ALLOW).answer

    return checked
