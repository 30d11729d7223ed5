"""How the middleware is put around what answers a request."""

from collections.abc import Iterable

from mockserver.http.messages import Handler, Middleware


def staged(handle: Handler, stages: Iterable[Middleware]) -> Handler:
    """Return *handle* within *stages*; the first is the outermost."""
    for stage in reversed(tuple(stages)):
        handle = stage(handle)
    return handle
