"""The kinds of databases, all with the same guarantees."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from mockserver.records.fixtures.fixtures import Fixtures
from tests.stores.apis import Api
from tests.stores.servers import Server, serving

T = TypeVar("T")


class Place:
    """A kind of database.

    Args:
        url: of the store that the tests share.
        new: returns the URL of an empty store.
    """

    def __init__(self, url: str, new: Callable[[], str]) -> None:
        self.url = url
        self.kind = url.partition(":")[0].removesuffix("ql")
        self.new = new

    def pair(
        self,
        work: Callable[[Server, Server], Awaitable[T]],
        of: Fixtures,
        api: Api | None = None,
    ) -> T:
        """Run *work* with two servers of one state, which starts from *of*."""

        async def both() -> T:
            # Replacing the contents takes a fifth of the time of a new database.
            first = serving(self.url, of, api=api, reseed=True)
            async with first as one, serving(self.url, api=api) as other:
                return await work(one, other)

        return asyncio.run(both())
