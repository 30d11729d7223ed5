"""What happens around requests, from the outside to the inside: a file each, but for `effects`."""

from collections.abc import Iterable

from mockserver.exchange import Handle, Stage


def staged(handle: Handle, stages: Iterable[Stage]) -> Handle:
    """Return *handle* within *stages*; the first is the outermost."""
    for stage in reversed(tuple(stages)):
        handle = stage(handle)
    return handle
