"""The kinds of stores, all with the same guarantees."""

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
    """A kind of store.

    Args:
        url: of the store that the tests share, or ``memory``.
        new: returns the URL of an empty store.
    """

    def __init__(self, url: str, new: Callable[[], str]) -> None:
        self.url = url
        self.kind = url.partition(":")[0].removesuffix("ql")
        self.new = new

    def run(self, seed: Seed, law: Callable[[SteerableStore], Awaitable[T]]) -> T:
        """Run *law* with a store of *seed*."""

        async def held() -> T:
            async with self.opened() as make:
                return await law(await make(seed))

        return asyncio.run(held())

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Callable[[Seed], Awaitable[SteerableStore]]]:
        """Open the store; the context gets a function that returns a store of a seed."""
        if self.url == MEMORY:

            async def make(seed: Seed) -> SteerableStore:
                return MemoryStore(seed, LIFECYCLE, ACTIVE)

            yield make
            return
        async with serving(self.url) as server:
            yield server.jobs

    def pair(self, work: Callable[[Server, Server], Awaitable[T]], of: Seed) -> T:
        """Run *work* with two servers of one state, which starts from *of*."""

        async def both() -> T:
            # Replacing the contents takes a fifth of the time of a new database.
            async with serving(self.url, of, reseed=True) as first, serving(self.url) as second:
                return await work(first, second)

        return asyncio.run(both())
