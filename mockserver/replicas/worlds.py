"""The worlds of a database, as each of its servers has them in hand.

A server works on worlds in its memory. Before each request it looks at one number, the version of
the directory, and takes over the worlds that have changed since it last looked. A change locks the
directory, is made in memory, and is written before it is unlocked; so changes come one by one, and
the numbers in the order of the changes.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from mockserver.http.cache import ResponseCache
from mockserver.replicas.batches import Batches
from mockserver.replicas.persistence import DatabaseBacking
from mockserver.replicas.records import Record, Records
from mockserver.replicas.state import Control, control_of, faults_of
from mockserver.store.sql.database import LONG
from mockserver.store.sql.tables import directory, jobs
from mockserver.store.sql.versions import bring_up_to_date
from mockserver.worlds.clock import WorldClock
from mockserver.worlds.factory import WorldFactory
from mockserver.worlds.world import DEFAULT, World, Worlds

_UNUSED = (
    "--seed, --now, --speed, --fault, --scenario and --deviation are for an empty store, "
    "and --reseed begins anew"
)


class SharedWorlds:
    """Keeps *worlds* what they are in the database of *backing*.

    Args:
        founder: makes worlds.
        worlds: those of this server.
        backing: what they are made of.
        reseed: whether what the database holds is replaced when it is opened.
    """

    alone = False

    def __init__(
        self, factory: WorldFactory, worlds: Worlds, backing: DatabaseBacking, *, reseed: bool
    ) -> None:
        self.told = ""
        self._founder = factory
        self._worlds = worlds
        self._backing = backing
        self._database = backing.database
        self._records = Records(backing.database)
        self._reseed = reseed
        self._lock = asyncio.Lock()
        self._version = 0
        self._known: dict[str, Record] = {}
        #: A world that may differ from its record, since a change of it has failed.
        self._doubtful = ""
        #: What the database has told of changes, where it tells.
        self._seen: int | None = None
        self._looks: Batches[None, int] = Batches(self._look)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Open the database for as long as the context is open; fill it if it is empty."""
        await self._database.open()
        try:
            async with self._database.foundation():
                await bring_up_to_date(self._database)
                await self._records.lay()
                found = await self._records.held()
                if found and self._reseed:
                    await self._records.clear()
                async with self.changing(DEFAULT):
                    filled = await self._filled(found)
                # A million jobs need not be in the memory of each server as well.
                self._founder.seed = seed = await self._backing.kept(self._founder.seed)
                if not found or self._reseed:
                    self._worlds.default.seed = seed
            self.told = f"The jobs are kept in {self._database.shown}: {filled}"
            yield
        finally:
            await self._database.close()

    async def _filled(self, found: str) -> str:
        """Fill a database without worlds; return what a user is told of it."""
        if self._known:
            return f"{found}, as it was left; {_UNUSED}"
        seed = self._founder.seed
        self._worlds.add(await self._founder.found(DEFAULT, seed, seed.organizations))
        await self._database.study(jobs)
        filled = f"{len(seed.jobs):,} jobs of the fixtures"
        return f"{filled}, which replaced {found}" if found else filled

    async def fresh(self) -> None:
        """Take over what other servers have changed."""
        seen = self._database.revision(directory)
        sure = not (self._lock.locked() or self._doubtful)
        if sure and seen is not None and seen == self._seen:
            self._backing.time.tell(None)
            return
        if await self._looks.add(None) != self._version or not sure:
            async with self._lock:
                await self._take_over(await self._glance())
        self._seen = seen

    @asynccontextmanager
    async def changing(self, world: str | None) -> AsyncIterator[None]:
        """Let the context change a world, or make one, while nobody else does."""
        async with self._lock:
            before = set(self._worlds.by_name)
            entered = False
            try:
                async with self._database.transaction(LONG):
                    version = await self._records.advance()
                    await self._glance()
                    await self._take_over(version - 1)
                    before = set(self._worlds.by_name)
                    await self._count(world)
                    entered = True
                    yield
                    made = set(self._worlds.by_name) - before
                    written = [await self._write(n, version) for n in self._touched(world, made)]
            except BaseException:
                # Whatever the context did is undone in the database, and not in memory.
                for name in set(self._worlds.by_name) - before:
                    self._worlds.remove(self._worlds.by_name[name])
                # If it did nothing yet, what was doubtful before still is.
                if entered:
                    self._doubtful = world or ""
                raise
            for record in written:
                self._known[record.name] = record
            for name in before - set(self._worlds.by_name):
                self._known.pop(name, None)
            self._version = version

    @asynccontextmanager
    async def counting(self, world: World) -> AsyncIterator[None]:
        """Let the context count calls for the faults of *world* while nobody else does."""
        async with self._database.transaction():
            owner = await self._count(world.name)
            before = {force.name: force.counts for force in world.faults}
            yield
            if owner is not None:
                counted = [f for f in world.faults if f.counts != before.get(f.name)]
                await self._records.recount(owner, counted)

    def _touched(self, world: str | None, made: set[str]) -> Sequence[str]:
        touched = {world, *made} & set(self._worlds.by_name)
        return sorted(name for name in touched if name is not None)

    async def _count(self, name: str | None) -> int | None:
        """Take over how often the faults of a world have fired, and lock it; return its number."""
        world, record = self._worlds.by_name.get(name or ""), self._known.get(name or "")
        if world is None or record is None:
            return None
        await self._records.lock(record.owner)
        counts = await self._records.counts(record.owner)
        for force in world.faults:
            force.counts = counts.get(force.name, force.counts)
        return record.owner

    async def _look(self, askers: Sequence[None]) -> Sequence[int]:
        """Return the version of the directory for each who asked before it was read."""
        return [await self._glance()] * len(askers)

    async def _glance(self) -> int:
        """Return the version of the directory, and take note of the time."""
        version, seconds = await self._records.glance()
        self._backing.time.tell(seconds)
        return version

    async def _write(self, name: str, version: int) -> Record:
        world = self._worlds.by_name[name]
        owner, seed = await self._records.write(name, version, control_of(world))
        await self._records.count(owner, world.faults)
        return Record(owner, name, version, seed, 0, "")

    async def _take_over(self, version: int) -> None:
        """Make the worlds of this server what the database says they are in *version*."""
        for record in await self._records.changed(self._version, self._doubtful):
            await self._take(record)
        if len(self._known) != await self._records.number() or self._doubtful:
            names = await self._records.names()
            for name in set(self._known) - names:
                del self._known[name]
                if name in self._worlds.by_name:
                    self._worlds.remove(self._worlds.by_name[name])
        self._version, self._doubtful = version, ""

    async def _take(self, record: Record) -> None:
        """Make one world what its record says."""
        control = Control.read(record.state)
        before = self._known.get(record.name)
        world = self._worlds.by_name.get(record.name)
        same = before is not None and before.seed == record.seed and record.name != self._doubtful
        seed = world.seed if world and same else await self._backing.seed(record.seed)
        # Nothing is waited for from here on, so nobody meets a world that is half another one.
        if world is not None and (before is None or before.owner != record.owner):
            self._worlds.remove(world)
            world = None
        lifecycle = self._founder.lifecycle_of(control.deviations)
        clock = WorldClock.resumed(control.clock, self._backing.seconds)
        if world is None:
            self._backing.know(record.name, record.owner)
            world = World(
                record.name,
                seed,
                clock=clock,
                store=self._backing.jobs(record.owner, seed, lifecycle, record.edition),
                organizations=control.organizations,
                journal=self._backing.journal(record.name),
            )
            self._worlds.add(world)
        elif world.organizations != control.organizations:
            self._worlds.rekey(world, control.organizations)
        world.seed, world.clock, world.deviations = seed, clock, control.deviations
        world.remembered = ResponseCache()
        world.store = self._backing.jobs(record.owner, seed, lifecycle, record.edition)
        world.faults = faults_of(control)
        self._known[record.name] = record
