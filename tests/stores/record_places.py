"""Where records can be kept, each with the same promises."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

from mockserver.records.kind import Kind
from mockserver.records.progress import Pace
from mockserver.records.record import Record
from mockserver.store.interface import MEMORY
from mockserver.store.memory import MemoryRecords
from mockserver.store.records import Observe, Records
from mockserver.store.sql.database import Database
from mockserver.store.sql.opening import database_at
from mockserver.store.sql.planting import plant
from mockserver.store.sql.statements import Statements
from mockserver.store.sql.store import SqlRecords
from mockserver.store.sql.versions import bring_up_to_date
from tests.records.walking import NOW

T = TypeVar("T")
Seed = Mapping[str, Sequence[Record]]

#: Apart from those that worlds of jobs get.
_owners = itertools.count(1_000_000)


def new_owner() -> int:
    """Return a number that no other world has."""
    return next(_owners)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """Open a database that holds the newest tables."""
    database = database_at(url)
    await database.open()
    try:
        async with database.foundation():
            await bring_up_to_date(database)
        yield database
    finally:
        await database.close()


def store_of(
    database: Database,
    owner: int,
    kinds: Sequence[Kind],
    *,
    paces: Mapping[str, Pace] | None = None,
    observe: Observe | None = None,
) -> SqlRecords:
    """Return the records of a world as another server would have them."""
    statements = Statements(database)
    return SqlRecords(database, statements, owner, kinds=kinds, paces=paces, observe=observe)


class RecordPlace:
    """A place for records; *url* may be that of a database, or ``memory``."""

    def __init__(self, url: str) -> None:
        self.url = url

    def run(
        self,
        kinds: Sequence[Kind],
        seed: Seed,
        law: Callable[[Records], Awaitable[T]],
        *,
        paces: Mapping[str, Pace] | None = None,
        observe: Observe | None = None,
        begins: int = NOW,
    ) -> T:
        """Let *law* do something with a store of *seed*."""

        async def held() -> T:
            if self.url == MEMORY:
                return await law(MemoryRecords(kinds, seed, paces, observe, begins))
            async with opened(self.url) as database:
                owner = new_owner()
                await plant(database, owner, kinds, seed, paces=paces, begins=begins)
                return await law(store_of(database, owner, kinds, paces=paces, observe=observe))

        return asyncio.run(held())

    def pair(
        self,
        kinds: Sequence[Kind],
        seed: Seed,
        work: Callable[[SqlRecords, SqlRecords], Awaitable[T]],
    ) -> T:
        """Let *work* do something with two servers of one world, which begins from *seed*."""

        async def both() -> T:
            async with opened(self.url) as first, opened(self.url) as second:
                owner = new_owner()
                await plant(first, owner, kinds, seed, begins=NOW)
                return await work(store_of(first, owner, kinds), store_of(second, owner, kinds))

        return asyncio.run(both())
