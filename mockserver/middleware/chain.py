"""How middleware is put around what responds to a request."""

from collections.abc import Callable, Iterable
from typing import TypeVar

H = TypeVar("H")


def compose(handle: H, middleware: Iterable[Callable[[H], H]]) -> H:
    """Return *handle* within *middleware*; the first is the outermost."""
    for wrap in reversed(tuple(middleware)):
        handle = wrap(handle)
    return handle
