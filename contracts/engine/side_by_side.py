"""Makes calls in threads, side by side, and hands back what they come to in their own order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from contracts.http.transport import Transport

T = TypeVar("T")


@contextmanager
def start_side_by_side(
    calls: Sequence[Callable[[], T]], most: int, transport: Transport
) -> Iterator[list[Future[T]]]:
    """Start *calls*, at most so many at a time, and yield what each will come to.

    At the end no call is under way. If this thread is interrupted or has no more use for the
    others, those that did not begin never do; an interrupt also ends the requests under way.
    """
    pool = ThreadPoolExecutor(min(len(calls), most) or 1, thread_name_prefix="contracts")
    try:
        yield [pool.submit(call) for call in calls]
    except (KeyboardInterrupt, GeneratorExit):
        transport.stop()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
