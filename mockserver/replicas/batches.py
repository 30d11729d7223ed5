"""Many callers at once, one query for all of them."""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Batches(Generic[T, R]):
    """Handles together all items that were added while it was handling others; none waits for more.

    Args:
        handle: is given what came, and returns a result for each. What it raises, all get.
    """

    def __init__(self, handle: Callable[[Sequence[T]], Awaitable[Sequence[R]]]) -> None:
        self._handle = handle
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._handling: asyncio.Task[None] | None = None

    def add(self, item: T) -> "asyncio.Future[R]":
        """Return what will be the result for *item*, which is handled from now on, not before."""
        result: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, result))
        if self._handling is None:
            # In a context of its own: it takes part in no caller's transaction.
            self._handling = asyncio.create_task(self._run(), context=contextvars.Context())
        return result

    async def _run(self) -> None:
        try:
            while self._waiting:
                taken, self._waiting = self._waiting, []
                await self._run_once(taken)
        finally:
            self._handling = None

    async def _run_once(self, taken: Sequence[tuple[T, "asyncio.Future[R]"]]) -> None:
        try:
            results = await self._handle([item for item, _ in taken])
        except Exception as error:  # noqa: BLE001 -- it is raised again in each waiting caller
            for _, result in taken:
                if not result.done():
                    result.set_exception(error)
            return
        for (_, result), found in zip(taken, results, strict=True):
            # The caller may have been cancelled.
            if not result.done():
                result.set_result(found)
