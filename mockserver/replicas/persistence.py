"""The state of a server in a database that it shares with other servers.

A server works on worlds in its memory. Before each request it reads one number, the version of
the directory, and takes over the worlds that have changed since it last read it. A change locks the
directory, is made in memory, and is written before that is unlocked: one change after the other.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

from mockserver.faults.active import Faults
from mockserver.http.cache import ResponseCache
from mockserver.records.fixtures.fixtures import Fixtures
from mockserver.records.lifecycle import Lifecycle
from mockserver.replicas.batcher import Batcher
from mockserver.replicas.contents import WorldContents
from mockserver.replicas.directory import Directory, WorldRow
from mockserver.replicas.journal import SharedJournal
from mockserver.replicas.shared_time import SharedTime
from mockserver.replicas.world_state import WorldState, capture_state, create_faults
from mockserver.store.sql.database import LONG, Database
from mockserver.store.sql.store import SqlRecords
from mockserver.store.sql.tables import directory
from mockserver.store.sql.versions import bring_up_to_date
from mockserver.worlds.clock import WorldClock
from mockserver.worlds.registry import Worlds
from mockserver.worlds.world import DEFAULT, World

_UNUSED = (
    "--seed, --now, --speed, --fault, --scenario and --deviation are for an empty store, "
    "and --reseed replaces what is there"
)


class DatabasePersistence:
    """Keeps *worlds* the same as they are in *database*.

    Args:
        worlds: those of this server.
        database: where the state is kept.
        time: real time, the same for all servers.
        lifecycles_of: returns how records move in a world with the deviations of these names, by
            the names of their kinds.
        capacity: how many exchanges each journal keeps.
        reseed: whether what the database holds is replaced when it is opened.
    """

    shared = True

    def __init__(  # noqa: PLR0913 -- made once, by app.py
        self,
        worlds: Worlds,
        database: Database,
        time: SharedTime,
        lifecycles_of: Callable[[tuple[str, ...]], Mapping[str, Lifecycle]],
        *,
        capacity: int,
        reseed: bool,
    ) -> None:
        self.summary = ""
        self.seconds = time.seconds
        self._worlds = worlds
        self._database = database
        self._time = time
        self._lifecycles_of = lifecycles_of
        self._contents = WorldContents(database, worlds.kinds, capacity)
        self._directory = Directory(database)
        self._reseed = reseed
        self._lock = asyncio.Lock()
        self._version = 0
        #: The rows of the worlds as this server has them, by name.
        self._rows: dict[str, WorldRow] = {}
        #: The name of a world that may differ from its row, since a change of it has failed.
        self._stale = ""
        #: The database's own number of changes at the last refresh, where it has one.
        self._last_revision: int | None = None
        self._reads: Batcher[None, int] = Batcher(self._read_versions)

    @asynccontextmanager
    async def open(self, create: Callable[[], Awaitable[World]]) -> AsyncIterator[None]:
        """Open the database for as long as the context is open; fill it if it is empty."""
        await self._database.open()
        try:
            async with self._database.foundation():
                await bring_up_to_date(self._database, reseed=self._reseed)
                await self._directory.create()
                previous = await self._directory.summarize()
                if previous and self._reseed:
                    await self._directory.clear()
                elif previous:
                    await self._directory.refuse_others(sorted(self._worlds.kinds))
                async with self.change(DEFAULT):
                    filled = await self._fill(previous, create)
                # A million records need not be in the memory of each server as well.
                self._worlds.seed = seed = await self._contents.keep_seed(self._worlds.seed)
                if not previous or self._reseed:
                    self._worlds.default.seed = seed
            names = " and ".join(sorted(self._worlds.kinds)) or "records"
            self.summary = f"The {names} are kept in {self._database.address}: {filled}"
            yield
        finally:
            await self._database.close()

    async def _fill(self, previous: str, create: Callable[[], Awaitable[World]]) -> str:
        """Fill a database without worlds; return in words what it holds; it held *previous*."""
        if self._rows:
            return f"{previous}, as it was left; {_UNUSED}"
        counts = {name: len(of) for name, of in self._worlds.seed.records.items()}
        self._worlds.add(await create())
        held = ", ".join(f"{counts.get(name, 0):,} {name}" for name in sorted(self._worlds.kinds))
        filled = f"{held or 'nothing'} of the fixtures"
        return f"{filled}, which replaced {previous}" if previous else filled

    async def refresh(self) -> None:
        """Take over what other servers have changed."""
        self._database.look()
        read_revision = self._database.revision
        revision = None if read_revision is None else read_revision(directory)
        settled = not (self._lock.locked() or self._stale)
        if settled and revision is not None and revision == self._last_revision:
            self._time.set(None)
            return
        if await self._reads.add(None) != self._version or not settled:
            async with self._lock:
                await self._take_over(await self._read_version())
        self._last_revision = revision

    @asynccontextmanager
    async def change(self, world: str | None) -> AsyncIterator[None]:
        """Let only the context change that world, or create one."""
        async with self._lock:
            before = set(self._worlds.by_name)
            entered = False
            try:
                async with self._database.transaction(LONG):
                    version = await self._directory.advance()
                    await self._read_version()
                    await self._take_over(version - 1)
                    before = set(self._worlds.by_name)
                    await self._lock_counts(world)
                    entered = True
                    yield
                    changed = set(self._worlds.by_name) - (before - {world})
                    rows = [await self._write(name, version) for name in sorted(changed)]
            except BaseException:
                # The database has undone what the context did; memory has not.
                for name in set(self._worlds.by_name) - before:
                    self._worlds.remove(self._worlds.by_name[name])
                # If it has not been entered, what was stale before still is.
                if entered:
                    self._stale = world or ""
                raise
            self._rows |= {row.name: row for row in rows}
            for name in before - set(self._worlds.by_name):
                self._rows.pop(name, None)
            self._version = version

    @asynccontextmanager
    async def count_faults(self, world: World) -> AsyncIterator[Faults]:
        """Let only the context count calls for the faults of *world*."""
        async with self._database.transaction():
            owner = await self._lock_counts(world.name)
            before = {fault.name: fault.counts for fault in world.faults}
            yield world.faults
            if owner is not None:
                counted = [f for f in world.faults if f.counts != before.get(f.name)]
                await self._directory.update_counts(owner, counted)

    async def create(
        self, world: str, seed: Fixtures, lifecycles: Mapping[str, Lifecycle], begins: int
    ) -> tuple[SqlRecords, SharedJournal]:
        """Return the records of *world*, which are those of *seed* now, and an empty journal."""
        return await self._contents.create(world, seed, lifecycles, begins)

    async def remove(self, world: World) -> None:
        """Remove *world* and all that is kept of it."""
        self._worlds.remove(world)
        await self._contents.remove(world.name)

    async def _lock_counts(self, name: str | None) -> int | None:
        """Lock a world and take over the counts of its faults; return its number."""
        world, row = self._worlds.by_name.get(name or ""), self._rows.get(name or "")
        if world is None or row is None:
            return None
        await self._directory.lock(row.owner)
        counts = await self._directory.read_counts(row.owner)
        for fault in world.faults:
            fault.counts = counts.get(fault.name, fault.counts)
        return row.owner

    async def _read_versions(self, callers: Sequence[None]) -> Sequence[int]:
        """Return the version of the directory, once for each caller that waits."""
        return [await self._read_version()] * len(callers)

    async def _read_version(self) -> int:
        """Return the version of the directory, and set the time."""
        version, seconds = await self._directory.read_version()
        self._time.set(seconds)
        return version

    async def _write(self, name: str, version: int) -> WorldRow:
        world = self._worlds.by_name[name]
        owner, seed = await self._directory.write(name, version, capture_state(world))
        await self._directory.replace_counts(owner, world.faults)
        return WorldRow(owner, name, version, seed, 0, "")

    async def _take_over(self, version: int) -> None:
        """Make the worlds of this server what the database says they are in *version*."""
        for row in await self._directory.read_changed(self._version, self._stale):
            await self._apply(row)
        if len(self._rows) != await self._directory.count_worlds() or self._stale:
            names = await self._directory.read_names()
            for name in set(self._rows) - names:
                del self._rows[name]
                if name in self._worlds.by_name:
                    self._worlds.remove(self._worlds.by_name[name])
        self._version, self._stale = version, ""

    async def _apply(self, row: WorldRow) -> None:
        """Make one world what its row says."""
        state = WorldState.decode(row.state)
        before = self._rows.get(row.name)
        world = self._worlds.by_name.get(row.name)
        same = before is not None and before.seed == row.seed and row.name != self._stale
        seed = world.seed if world and same else await self._contents.read_seed(row.seed)
        # Nothing is awaited from here on, so no request meets a world that is half changed.
        if world is not None and (before is None or before.owner != row.owner):
            self._worlds.remove(world)
            world = None
        lifecycles = self._lifecycles_of(state.deviations)
        clock = WorldClock.resume(state.clock, self.seconds)
        records = self._contents.records(row.owner, seed, lifecycles, row.edition)
        if world is None:
            world = World(
                row.name,
                seed,
                clock=clock,
                records=records,
                secrets=state.secrets,
                holders=state.holders,
                journal=self._contents.journal(row.owner),
            )
            self._worlds.add(world)
        elif (world.secrets, world.holders) != (state.secrets, state.holders):
            self._worlds.rekey(world, state.secrets, state.holders)
        world.seed, world.clock, world.deviations = seed, clock, state.deviations
        world.response_cache = ResponseCache()
        world.records, world.lifecycles = records, lifecycles
        world.faults = create_faults(state)
        self._rows[row.name] = row
