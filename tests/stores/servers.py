"""Servers of one state, without sockets: the worlds as a process has them in memory."""

import itertools
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import NamedTuple

from msgspec import structs

from mockserver.faults.rule import FaultRule
from mockserver.records.fixtures.fixtures import Fixtures
from mockserver.records.record import Planned, Record
from mockserver.records.rule import Rule
from mockserver.replicas.persistence import DatabasePersistence
from mockserver.replicas.shared_time import SharedTime
from mockserver.store.sql.database import Database
from mockserver.store.sql.opening import database_at
from mockserver.worlds.factory import WorldFactory
from mockserver.worlds.registry import Worlds
from mockserver.worlds.world import World
from tests.stores.apis import NOW, ONE, Api, jobs

WALL = 1_700_000_000.0
_names = itertools.count(1)


def seed(records: Iterable[Record] = (), rules: tuple[Rule, ...] = ()) -> Fixtures:
    """Return the fixtures of a world with these jobs."""
    return jobs().seed(records, rules)


def job(
    number: int, *, scope: str = ONE, user: str | None = None, plan: tuple[Planned, ...] = ()
) -> Record:
    """Return a job that was made an hour ago."""
    made = jobs().record(number, scope, referenceId=user or f"u{number}")
    return structs.replace(made, plan=plan)


class Server(NamedTuple):
    """One of several servers that share a state."""

    api: Api
    factory: WorldFactory
    worlds: Worlds
    persistence: DatabasePersistence
    database: Database

    async def world(self, name: str = "default") -> World:
        """Return a world as the next request would see it."""
        await self.persistence.refresh()
        return self.worlds.by_name[name]

    async def make_world(self, of: Fixtures, name: str | None = None) -> World:
        """Create a world, as the control API does."""
        chosen = name or f"world-{next(_names)}"
        async with self.persistence.change(None):
            world = await self.factory.create(chosen, of)
            self.worlds.add(world)
        return world

    def find_opened(self, secret: str) -> str | None:
        """Return the name of the world that a credential opens."""
        headers = {"authorization": f"Bearer {secret}"}
        world, caller = self.worlds.find_caller(headers, (), None)
        return None if caller is None else world.name

    async def keys(self, name: str = "default", now: int = NOW) -> list[int | str]:
        """Return the keys of all records of a world, as they were made."""
        found = await (await self.world(name)).records.all(self.api.kind, now)
        return [record.key for record in found]


@asynccontextmanager
async def serving(
    url: str,
    of: Fixtures | None = None,
    *,
    api: Api | None = None,
    reseed: bool = False,
    capacity: int = 4,
    speed: float = 0.0,
    faults: tuple[FaultRule, ...] = (),
) -> AsyncIterator[Server]:
    """Run a server of the state at *url*, by default with clocks that stand still."""
    api = api or jobs()
    keys = itertools.count(1)
    shared = SharedTime(lambda: WALL + time.monotonic(), time.monotonic)
    worlds = Worlds(api.contract, api.kinds, api.seed() if of is None else of)
    database = database_at(url)
    persistence = DatabasePersistence(
        worlds, database, shared, api.lifecycles_of, capacity=capacity, reseed=reseed
    )
    factory = WorldFactory(
        worlds,
        persistence,
        api.lifecycles_of,
        now=None,
        speed=speed,
        wall=lambda: WALL,
        new_key=lambda: f"made-key-{id(keys)}-{next(keys)}",
        faults=faults,
    )
    async with persistence.open(factory.create_default):
        yield Server(api, factory, worlds, persistence, database)
