"""Long work in an event loop, done in slices: others have their turn after each."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import TypeVar

T = TypeVar("T")


async def iterate_in_slices(items: Sequence[T], size: int) -> AsyncIterator[Sequence[T]]:
    """Yield *items*, *size* at a time.

    Args:
        items: what is worked on; it does not change meanwhile.
        size: how many of them take a few milliseconds.
    """
    for start in range(0, len(items), size):
        if start:
            await asyncio.sleep(0)
        yield items[start : start + size]
