"""Stores and journals of worlds in a database."""

import hashlib
from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import structs
from sqlalchemy import and_, delete, func, insert, literal, select, update

from mockserver.domain.lifecycle import Lifecycle
from mockserver.replicas.journal import Recorder, SharedJournal
from mockserver.replicas.time import SharedTime
from mockserver.store.interface import Observe, StoreUnavailableError
from mockserver.store.seed import Seed
from mockserver.store.sql.database import Database
from mockserver.store.sql.rows import rows_of
from mockserver.store.sql.statements import Moves, Statements
from mockserver.store.sql.store import SqlStore
from mockserver.store.sql.tables import directory, exchanges, faults, jobs, journals, seeds, worlds


class DatabaseBacking:
    """Everything is in *database*; `replicas.worlds` sees to it that changes happen one by one.

    Args:
        database: where.
        time: real time, the same for all servers.
        active: the states in which a job keeps a second one for its user from being made.
        capacity: how many exchanges each journal remembers.
    """

    def __init__(
        self, database: Database, time: SharedTime, active: tuple[str, ...], capacity: int
    ) -> None:
        self.database = database
        self.time = time
        self._active = frozenset(active)
        self._capacity = capacity
        self._statements = Statements(database)
        self._moves: dict[int, Moves] = {}
        self._owners: dict[str, int] = {}
        self._recorder = Recorder(database)

    @property
    def seconds(self) -> Callable[[], float]:
        """Real time in seconds."""
        return self.time.seconds

    async def store(
        self, world: str, seed: Seed, lifecycle: Lifecycle, observe: Observe
    ) -> SqlStore:
        """Return the jobs of *world*, which are those of *seed* from now on."""
        del observe
        async with self.database.transaction():
            origin = await self._planted(seed, lifecycle)
            owner = await self._cleared(world, origin)
            copied = [literal(owner), *[c for c in jobs.c if c.name != "owner"]]
            columns = [column.name for column in jobs.c]
            copy = select(*copied).where(jobs.c.owner == origin)
            await self._run(insert(jobs).from_select(columns, copy))
            newest = select(func.coalesce(func.max(jobs.c.job_id), 0))
            last = newest.where(jobs.c.owner == owner).scalar_subquery()
            begin = update(worlds).where(worlds.c.owner == owner).values(last_job=last)
            edition = (await self._asked(begin.returning(worlds.c.edition)))[0][0]
        return self.jobs(owner, seed, lifecycle, edition)

    def jobs(self, owner: int, seed: Seed, lifecycle: Lifecycle, edition: int) -> SqlStore:
        """Return the jobs of the world whose number is *owner*, as they are.

        They move by *lifecycle*, which is that *edition* of the world's.
        """
        return SqlStore(
            self.database,
            self._statements,
            owner=owner,
            moves=self.moves(lifecycle),
            edition=edition,
            active=self._active,
            rules=seed.rules,
        )

    def moves(self, lifecycle: Lifecycle) -> Moves:
        """Return how jobs move by *lifecycle*, which is prepared once."""
        if id(lifecycle) not in self._moves:
            self._moves[id(lifecycle)] = Moves(self.database, lifecycle, self._active)
        return self._moves[id(lifecycle)]

    def journal(self, world: str) -> SharedJournal:
        """Return the journal of *world*."""
        return SharedJournal(self.database, self._recorder, self._owners[world], self._capacity)

    def know(self, world: str, owner: int) -> None:
        """Take note that *world* has the number *owner*."""
        self._owners[world] = owner

    async def forget(self, world: str) -> None:
        """Keep nothing of *world* any longer, nor of a seed that no world starts from."""
        owner = self._owners.pop(world)
        async with self.database.transaction():
            for table in (jobs, faults, journals, exchanges, worlds):
                await self._run(delete(table).where(table.c.owner == owner))
            await self._prune()

    async def kept(self, seed: Seed) -> Seed:
        """Return *seed* without its jobs if the database has them, and keep them there."""
        digest = seed.digest or _digest(seed)
        keep = update(seeds).where(seeds.c.digest == digest).values(kept=True)
        if not await self._asked(keep.returning(seeds.c.owner)):
            return seed
        return structs.replace(seed, jobs=[], digest=digest)

    async def seed(self, owner: int) -> Seed:
        """Return the seed whose number is *owner*, without its jobs."""
        asked = select(seeds.c.state, seeds.c.digest).where(seeds.c.owner == owner)
        state, digest = (await self.database.rows(self.database.prepared(asked), {}))[0]
        try:
            return structs.replace(msgspec.json.decode(state, type=Seed), digest=digest)
        except (msgspec.DecodeError, UnicodeDecodeError):
            # Without the reason, which may quote a key.
            raise StoreUnavailableError("the database holds a seed that cannot be read") from None

    async def _planted(self, seed: Seed, lifecycle: Lifecycle) -> int:
        """Return the number of *seed*, which is kept from now on."""
        digest = seed.digest or _digest(seed)
        found = await self._asked(select(seeds.c.owner).where(seeds.c.digest == digest))
        if found:
            return int(found[0][0])
        owner = await self._next_owner()
        state = msgspec.json.encode(structs.replace(seed, jobs=[])).decode()
        await self._run(insert(seeds).values(owner=owner, digest=digest, kept=False, state=state))
        await self.database.fill(jobs, rows_of(seed.jobs, owner, lifecycle, self._active))
        return owner

    async def _cleared(self, world: str, origin: int) -> int:
        """Return the number of *world*, which has no jobs then and begins from *origin*."""
        named = worlds.c.name == world
        found = await self._asked(select(worlds.c.owner, worlds.c.seed).where(named))
        if found:
            owner, before = int(found[0][0]), found[0][1]
            # Its row is locked before any of its jobs is touched.
            await self._run(update(worlds).where(named).values(seed=origin))
            await self._run(delete(jobs).where(jobs.c.owner == owner))
            if before != origin:
                await self._prune()
        else:
            owner = await self._next_owner()
            row = {"owner": owner, "name": world, "version": 0, "seed": origin}
            await self._run(insert(worlds).values(**row, last_job=0, edition=0, state=""))
            await self._run(insert(journals).values(owner=owner, recorded=0))
        self._owners[world] = owner
        return owner

    async def _prune(self) -> None:
        """Delete the seeds that no world starts from."""
        unused = and_(~seeds.c.kept, seeds.c.owner.not_in(select(worlds.c.seed)))
        of_them = jobs.c.owner.in_(select(seeds.c.owner).where(unused))
        await self._run(delete(jobs).where(of_them))
        await self._run(delete(seeds).where(unused))

    async def _next_owner(self) -> int:
        numbered = update(directory).values(next_owner=directory.c.next_owner + 1)
        return int((await self._asked(numbered.returning(directory.c.next_owner)))[0][0])

    async def _asked(self, statement: Any) -> Any:
        return await self.database.rows(self.database.prepared(statement), {})

    async def _run(self, statement: Any) -> None:
        await self.database.count(self.database.prepared(statement), {})


def _digest(seed: Seed) -> str:
    return hashlib.blake2b(msgspec.json.encode(seed), digest_size=16).hexdigest()
