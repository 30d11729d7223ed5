"""The state of a server that is kept in a database, and shared with its other servers.

A server works on worlds in its memory. Before each request it reads one number, the version of
the directory, and takes over the worlds that have changed since it last read it. A change locks the
directory, is made in memory, and is written before it is unlocked; so changes come one by one, and
the numbers in the order of the changes.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from mockserver.domain.lifecycle import Lifecycle
from mockserver.faults.active import Faults
from mockserver.http.cache import ResponseCache
from mockserver.replicas.batches import Batches
from mockserver.replicas.journal import SharedJournal
from mockserver.replicas.records import Record, Records
from mockserver.replicas.state import Control, create_faults, read_control
from mockserver.replicas.stores import Stores
from mockserver.replicas.time import SharedTime
from mockserver.store.seed import Seed
from mockserver.store.sql.database import LONG, Database
from mockserver.store.sql.store import SqlStore
from mockserver.store.sql.tables import directory, jobs
from mockserver.store.sql.versions import bring_up_to_date
from mockserver.worlds.clock import WorldClock
from mockserver.worlds.world import DEFAULT, BaseWorld, World, Worlds

_UNUSED = (
    "--seed, --now, --speed, --fault, --scenario and --deviation are for an empty store, "
    "and --reseed replaces what is there"
)


class DatabasePersistence:
    """Keeps *worlds* what they are in *database*.

    Args:
        worlds: those of this server.
        database: where the state is kept.
        time: real time, the same for all servers.
        lifecycle_of: returns how jobs move in a world with the deviations of these names.
        active: the states in which a job keeps a second one for its user from being made.
        capacity: how many exchanges each journal keeps.
        reseed: whether what the database holds is replaced when it is opened.
    """

    shared = True

    def __init__(  # noqa: PLR0913 -- made once, by app.py
        self,
        worlds: Worlds,
        database: Database,
        time: SharedTime,
        lifecycle_of: Callable[[tuple[str, ...]], Lifecycle],
        *,
        active: tuple[str, ...],
        capacity: int,
        reseed: bool,
    ) -> None:
        self.summary = ""
        self.seconds = time.seconds
        self._worlds = worlds
        self._database = database
        self._time = time
        self._lifecycle_of = lifecycle_of
        self._stores = Stores(database, active, capacity)
        self._records = Records(database)
        self._reseed = reseed
        self._lock = asyncio.Lock()
        self._version = 0
        self._known: dict[str, Record] = {}
        #: The name of a world that may differ from its record, since a change of it has failed.
        self._stale = ""
        #: The database's own number of changes at the last refresh, where it has one.
        self._seen: int | None = None
        self._reads: Batches[None, int] = Batches(self._read_versions)

    @asynccontextmanager
    async def open(self, create: Callable[[], Awaitable[World]]) -> AsyncIterator[None]:
        """Open the database for as long as the context is open; fill it if it is empty."""
        await self._database.open()
        try:
            async with self._database.foundation():
                await bring_up_to_date(self._database)
                await self._records.create_directory()
                found = await self._records.summarize()
                if found and self._reseed:
                    await self._records.clear()
                async with self.change(DEFAULT):
                    filled = await self._fill(found, create)
                # A million jobs need not be in the memory of each server as well.
                self._worlds.seed = seed = await self._stores.keep_seed(self._worlds.seed)
                if not found or self._reseed:
                    self._worlds.default.seed = seed
            self.summary = f"The jobs are kept in {self._database.address}: {filled}"
            yield
        finally:
            await self._database.close()

    async def _fill(self, found: str, create: Callable[[], Awaitable[World]]) -> str:
        """Fill a database without worlds; return what a user should know of it."""
        if self._known:
            return f"{found}, as it was left; {_UNUSED}"
        self._worlds.add(await create())
        await self._database.study(jobs)
        filled = f"{len(self._worlds.seed.jobs):,} jobs of the fixtures"
        return f"{filled}, which replaced {found}" if found else filled

    async def refresh(self) -> None:
        """Take over what other servers have changed."""
        revision = self._database.revision
        seen = None if revision is None else revision(directory)
        settled = not (self._lock.locked() or self._stale)
        if settled and seen is not None and seen == self._seen:
            self._time.set(None)
            return
        if await self._reads.add(None) != self._version or not settled:
            async with self._lock:
                await self._take_over(await self._read_version())
        self._seen = seen

    @asynccontextmanager
    async def change(self, world: str | None) -> AsyncIterator[None]:
        """Let the context change a world, or create one, and no other do so."""
        async with self._lock:
            before = set(self._worlds.by_name)
            entered = False
            try:
                async with self._database.transaction(LONG):
                    version = await self._records.advance()
                    await self._read_version()
                    await self._take_over(version - 1)
                    before = set(self._worlds.by_name)
                    await self._lock_counts(world)
                    entered = True
                    yield
                    worlds = set(self._worlds.by_name)
                    touched = (worlds - before) | (worlds & {world})
                    written = [await self._write(name, version) for name in sorted(touched)]
            except BaseException:
                # Whatever the context did is undone in the database, and not in memory.
                for name in set(self._worlds.by_name) - before:
                    self._worlds.remove(self._worlds.by_name[name])
                # If it did nothing yet, what was stale before still is.
                if entered:
                    self._stale = world or ""
                raise
            for record in written:
                self._known[record.name] = record
            for name in before - set(self._worlds.by_name):
                self._known.pop(name, None)
            self._version = version

    @asynccontextmanager
    async def count_faults(self, world: BaseWorld) -> AsyncIterator[Faults]:
        """Let the context count calls for the faults of *world*, and no other do so."""
        async with self._database.transaction():
            owner = await self._lock_counts(world.name)
            before = {fault.name: fault.counts for fault in world.faults}
            yield world.faults
            if owner is not None:
                counted = [f for f in world.faults if f.counts != before.get(f.name)]
                await self._records.update_counts(owner, counted)

    async def create(
        self, world: str, seed: Seed, lifecycle: Lifecycle
    ) -> tuple[SqlStore, SharedJournal]:
        """Return the jobs of *world*, which are those of *seed* now, and an empty journal."""
        return await self._stores.create(world, seed, lifecycle)

    async def remove(self, world: World) -> None:
        """Remove *world* and all that is kept of it."""
        self._worlds.remove(world)
        await self._stores.remove(world.name)

    async def _lock_counts(self, name: str | None) -> int | None:
        """Lock a world and take over how often its faults have fired; return its number."""
        world, record = self._worlds.by_name.get(name or ""), self._known.get(name or "")
        if world is None or record is None:
            return None
        await self._records.lock(record.owner)
        counts = await self._records.read_counts(record.owner)
        for fault in world.faults:
            fault.counts = counts.get(fault.name, fault.counts)
        return record.owner

    async def _read_versions(self, waiting: Sequence[None]) -> Sequence[int]:
        """Return the version of the directory for each that waits for it."""
        return [await self._read_version()] * len(waiting)

    async def _read_version(self) -> int:
        """Return the version of the directory, and set the time."""
        version, seconds = await self._records.read_version()
        self._time.set(seconds)
        return version

    async def _write(self, name: str, version: int) -> Record:
        world = self._worlds.by_name[name]
        owner, seed = await self._records.write(name, version, read_control(world))
        await self._records.replace_counts(owner, world.faults)
        return Record(owner, name, version, seed, 0, "")

    async def _take_over(self, version: int) -> None:
        """Make the worlds of this server what the database says they are in *version*."""
        for record in await self._records.read_changed(self._version, self._stale):
            await self._apply(record)
        if len(self._known) != await self._records.count_worlds() or self._stale:
            names = await self._records.read_names()
            for name in set(self._known) - names:
                del self._known[name]
                if name in self._worlds.by_name:
                    self._worlds.remove(self._worlds.by_name[name])
        self._version, self._stale = version, ""

    async def _apply(self, record: Record) -> None:
        """Make one world what its record says."""
        control = Control.read(record.state)
        before = self._known.get(record.name)
        world = self._worlds.by_name.get(record.name)
        same = before is not None and before.seed == record.seed and record.name != self._stale
        seed = world.seed if world and same else await self._stores.read_seed(record.seed)
        # Nothing is awaited from here on, so no request meets a world that is half changed.
        if world is not None and (before is None or before.owner != record.owner):
            self._worlds.remove(world)
            world = None
        lifecycle = self._lifecycle_of(control.deviations)
        clock = WorldClock.resume(control.clock, self.seconds)
        store = self._stores.store(record.owner, seed, lifecycle, record.edition)
        if world is None:
            world = World(
                record.name,
                seed,
                clock=clock,
                store=store,
                organizations=control.organizations,
                journal=self._stores.journal(record.owner),
            )
            self._worlds.add(world)
        elif world.organizations != control.organizations:
            self._worlds.rekey(world, control.organizations)
        world.seed, world.clock, world.deviations = seed, clock, control.deviations
        world.remembered = ResponseCache()
        world.store = store
        world.faults = create_faults(control)
        self._known[record.name] = record
