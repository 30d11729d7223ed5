"""Imports what takes long to import, and what only some laws need, while requests are under way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread

from contracts.engine.law import Law


@contextmanager
def prepare(laws: Iterable[Law]) -> Iterator[None]:
    """Let *laws* import meanwhile what they need, so that no request waits for that.

    An error is left to the law, which imports the same.
    """
    threads = [
        Thread(target=_ignore_errors, args=(one,), name="contracts-imports")
        for one in {law.prepare for law in laws if law.prepare}
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for thread in threads:
            thread.join()


def _ignore_errors(prepare: Callable[[], object]) -> None:
    with suppress(Exception):
        prepare()
