"""Lets one of several parts work at a time, and another one while it waits for a response."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class Baton:
    """What a part holds while it works: hypothesis and schemathesis are not made for threads.

    Both, and `ast` of CPython 3.11, keep state for the whole process. A part may work in threads
    of its own, so that one of them may pass on what another has taken.
    """

    def __init__(self) -> None:
        self._lock = Lock()

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Wait for the baton, and hold it."""
        with self._lock:
            yield

    @contextmanager
    def pass_on(self) -> Iterator[None]:
        """Let another part work meanwhile."""
        self._lock.release()
        try:
            yield
        finally:
            self._lock.acquire()
