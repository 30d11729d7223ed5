"""Cooperative multitasking: long work in the event loop is done in slices.

Other tasks run after each slice, so that no request waits for all of the work.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import TypeVar

T = TypeVar("T")


async def iterate_in_slices(items: Sequence[T], size: int) -> AsyncIterator[Sequence[T]]:
    """Yield *items*, *size* at a time.

    Args:
        items: what to work on; it does not change meanwhile.
        size: how many items take a few milliseconds.
    """
    for start in range(0, len(items), size):
        if start:
            await asyncio.sleep(0)
        yield items[start : start + size]
