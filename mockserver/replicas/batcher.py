"""Batching: the items of many callers are handled together, such as by one query."""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Batcher(Generic[T, R]):
    """Handles items in batches: what was added during one batch is the next batch.

    Args:
        handle: is given the items of a batch and returns a result for each. An error that it raises
            is raised to all callers of that batch.
    """

    def __init__(self, handle: Callable[[Sequence[T]], Awaitable[Sequence[R]]]) -> None:
        self._handle = handle
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._handling: asyncio.Task[None] | None = None

    def add(self, item: T) -> "asyncio.Future[R]":
        """Return the future result of *item*; its batch starts after this call."""
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._handling is None:
            # In a context of its own, so that it is not part of a caller's transaction.
            self._handling = asyncio.create_task(self._run(), context=contextvars.Context())
        return future

    async def _run(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                await self._run_once(batch)
        finally:
            self._handling = None

    async def _run_once(self, batch: Sequence[tuple[T, "asyncio.Future[R]"]]) -> None:
        try:
            results = await self._handle([item for item, _ in batch])
        except Exception as error:  # noqa: BLE001 -- it is raised again in each waiting caller
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), result in zip(batch, results, strict=True):
            # The caller may have been cancelled.
            if not future.done():
                future.set_result(result)
