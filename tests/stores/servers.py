"""Servers of one state, without sockets: the worlds as a process has them in memory."""

import itertools
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import NamedTuple

from mockserver.contract.reader import load
from mockserver.domain.job import Job, Plan
from mockserver.domain.tenancy import Organization, Project
from mockserver.faults.rule import FaultRule
from mockserver.profiles.jobs.deviations.lifecycles import Lifecycles
from mockserver.replicas.persistence import DatabasePersistence
from mockserver.replicas.shared_time import SharedTime
from mockserver.resources import files
from mockserver.store.interface import SteerableStore
from mockserver.store.seed import Rule, Seed
from mockserver.store.sql.database import Database
from mockserver.store.sql.opening import database_at
from mockserver.worlds.factory import WorldFactory
from mockserver.worlds.world import World, Worlds

DOCUMENT = load(files.contract())
LIFECYCLE = DOCUMENT.lifecycle
ACTIVE = DOCUMENT.active_states
ONE, TWO = Project(1, "One"), Project(2, "Two")
KEY = "the-key-of-the-tests"
DEMO = Organization("Demo", KEY, (ONE, TWO))
#: 2021-06-17T07:00:00Z, the midnight after it, and an hour.
NOW = 1_623_913_200_000
MIDNIGHT = 1_623_974_400_000
HOUR = 3_600_000
WALL = 1_700_000_000.0
QUICK = Rule("quick+*", Plan(1_000, "completed"))
FAILING = Rule("fail+*", Plan(60_000, "failed", "out of disk"))

_names = itertools.count(1)


def seed(jobs: Iterable[Job] = (), rules: tuple[Rule, ...] = (QUICK, FAILING)) -> Seed:
    """Return a seed of these jobs."""
    return Seed(NOW, (DEMO,), rules, list(jobs))


def job(
    job_id: int,
    status: str = "scheduled",
    *,
    project: Project = ONE,
    user: str | None = None,
    start_at: int | None = None,
    plan: Plan | None = None,
) -> Job:
    """Return a job that is valid at `NOW`."""
    began = status not in LIFECYCLE.before_start
    start = (NOW - HOUR if began else MIDNIGHT) if start_at is None else start_at
    moved = None if status == LIFECYCLE.initial else start if began else NOW
    return Job(job_id, project, user or f"u{job_id}", status, NOW - HOUR, start, moved, None, plan)


class Server(NamedTuple):
    """One of several servers that share a state."""

    factory: WorldFactory
    worlds: Worlds
    persistence: DatabasePersistence
    database: Database

    async def world(self, name: str = "default") -> World:
        """Return a world as the next request would see it."""
        await self.persistence.refresh()
        return self.worlds.by_name[name]

    async def make_world(self, of: Seed, name: str | None = None) -> World:
        """Create a world, as the control API does."""
        chosen = name or f"world-{next(_names)}"
        async with self.persistence.change(None):
            world = await self.factory.create(chosen, of, self.factory.issue_keys(of.organizations))
            self.worlds.add(world)
        return world

    async def jobs(self, of: Seed) -> SteerableStore:
        """Return the jobs of a new world."""
        return (await self.make_world(of)).store


@asynccontextmanager
async def serving(
    url: str,
    of: Seed | None = None,
    *,
    reseed: bool = False,
    capacity: int = 4,
    speed: float = 0.0,
    faults: tuple[FaultRule, ...] = (),
) -> AsyncIterator[Server]:
    """Run a server of the state at *url*, by default with clocks that stand still."""
    keys = itertools.count(1)
    shared = SharedTime(lambda: WALL + time.monotonic(), time.monotonic)
    worlds = Worlds(seed() if of is None else of)
    lifecycle_of, database = Lifecycles(LIFECYCLE).lifecycle_of, database_at(url)
    persistence = DatabasePersistence(
        worlds,
        database,
        shared,
        lifecycle_of,
        active=ACTIVE,
        capacity=capacity,
        reseed=reseed,
    )
    factory = WorldFactory(
        worlds,
        persistence,
        lifecycle_of,
        now=None,
        speed=speed,
        wall=lambda: WALL,
        new_key=lambda: f"made-key-{id(keys)}-{next(keys)}",
        faults=faults,
    )
    async with persistence.open(factory.create_default):
        yield Server(factory, worlds, persistence, database)
