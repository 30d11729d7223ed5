"""How the middleware is put around what answers a request."""

from collections.abc import Iterable

from mockserver.http.messages import Handle, Stage


def staged(handle: Handle, stages: Iterable[Stage]) -> Handle:
    """Return *handle* within *stages*; the first is the outermost."""
    for stage in reversed(tuple(stages)):
        handle = stage(handle)
    return handle
