"""Where jobs can be kept, each with the same promises."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from mockserver.store.interface import MEMORY, SteerableStore
from mockserver.store.memory import MemoryStore
from mockserver.store.seed import Seed
from tests.stores.servers import ACTIVE, LIFECYCLE, Server, serving

T = TypeVar("T")


class Place:
    """A place for jobs.

    Args:
        url: of the place that the tests share; ``memory`` is one, too.
        new: returns the URL of a place that is empty yet.
    """

    def __init__(self, url: str, new: Callable[[], str]) -> None:
        self.url = url
        self.kind = url.partition(":")[0].removesuffix("ql")
        self.new = new

    def run(self, seed: Seed, law: Callable[[SteerableStore], Awaitable[T]]) -> T:
        """Let *law* do something with a store of *seed*."""

        async def held() -> T:
            async with self.opened() as make:
                return await law(await make(seed))

        return asyncio.run(held())

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Callable[[Seed], Awaitable[SteerableStore]]]:
        """Open the place; the context is given a function that makes stores."""
        if self.url == MEMORY:

            async def make(seed: Seed) -> SteerableStore:
                return MemoryStore(seed, LIFECYCLE, ACTIVE)

            yield make
            return
        async with serving(self.url) as server:
            yield server.jobs

    def pair(self, work: Callable[[Server, Server], Awaitable[T]], of: Seed) -> T:
        """Let *work* do something with two servers of one state, which begins from *of*."""

        async def both() -> T:
            # Replacing what is there takes a fifth of the time of a new database.
            async with serving(self.url, of, reseed=True) as first, serving(self.url) as second:
                return await work(first, second)

        return asyncio.run(both())
