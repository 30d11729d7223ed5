"""The contents of worlds in a database: their jobs and journals, and the seeds they start from."""

import hashlib
from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import structs
from sqlalchemy import and_, delete, func, insert, literal, select, update

from mockserver.domain.lifecycle import Lifecycle
from mockserver.replicas.journal import JournalWriter, SharedJournal
from mockserver.store.interface import StoreUnavailableError
from mockserver.store.seed import Seed
from mockserver.store.sql.database import Database
from mockserver.store.sql.rows import write_rows
from mockserver.store.sql.statements import Moves, Statements
from mockserver.store.sql.store import SqlStore
from mockserver.store.sql.tables import directory, exchanges, faults, jobs, journals, seeds, worlds


class WorldContents:
    """Creates and removes the contents of worlds; `persistence` lets one change happen at a time.

    Args:
        database: where they are kept.
        active: the states in which a job keeps a second one for its user from being made.
        capacity: how many exchanges each journal keeps.
    """

    def __init__(self, database: Database, active: Iterable[str], capacity: int) -> None:
        self._database = database
        self._active = frozenset(active)
        self._capacity = capacity
        self._statements = Statements(database)
        self._moves: dict[int, Moves] = {}
        self._writer = JournalWriter(database)

    async def create(
        self, world: str, seed: Seed, lifecycle: Lifecycle
    ) -> tuple[SqlStore, SharedJournal]:
        """Return the jobs of *world*, which are those of *seed* now, and an empty journal."""
        async with self._database.transaction():
            origin = await self._save_seed(seed, lifecycle)
            owner = await self._prepare_world(world, origin)
            copied = [literal(owner), *[c for c in jobs.c if c.name != "owner"]]
            columns = [column.name for column in jobs.c]
            copy = select(*copied).where(jobs.c.owner == origin)
            await self._run(insert(jobs).from_select(columns, copy))
            newest = select(func.coalesce(func.max(jobs.c.job_id), 0))
            last = newest.where(jobs.c.owner == owner).scalar_subquery()
            begin = update(worlds).where(worlds.c.owner == owner).values(last_job=last)
            edition = (await self._query(begin.returning(worlds.c.edition)))[0][0]
            journal = self.journal(owner)
            await journal.clear()
        return self.store(owner, seed, lifecycle, edition), journal

    def store(self, owner: int, seed: Seed, lifecycle: Lifecycle, edition: int) -> SqlStore:
        """Return the store of the world whose number is *owner*.

        Its jobs move by *lifecycle*, which is the world's lifecycle number *edition*.
        """
        return SqlStore(
            self._database,
            self._statements,
            owner=owner,
            moves=self._prepare_moves(lifecycle),
            edition=edition,
            active=self._active,
            rules=seed.rules,
        )

    def _prepare_moves(self, lifecycle: Lifecycle) -> Moves:
        """Return the statements of *lifecycle*; they are prepared once."""
        if id(lifecycle) not in self._moves:
            self._moves[id(lifecycle)] = Moves(self._database, lifecycle, self._active)
        return self._moves[id(lifecycle)]

    def journal(self, owner: int) -> SharedJournal:
        """Return the journal of the world whose number is *owner*."""
        return SharedJournal(self._database, self._writer, owner, self._capacity)

    async def remove(self, world: str) -> None:
        """Delete *world*, and the seeds that are no longer used."""
        async with self._database.transaction():
            rows = await self._query(select(worlds.c.owner).where(worlds.c.name == world))
            owner = int(rows[0][0])
            for table in (jobs, faults, journals, exchanges, worlds):
                await self._run(delete(table).where(table.c.owner == owner))
            await self._prune()

    async def keep_seed(self, seed: Seed) -> Seed:
        """Return *seed* without its jobs if the database has them, which then keeps them."""
        digest = seed.digest or _digest(seed)
        keep = update(seeds).where(seeds.c.digest == digest).values(kept=True)
        if not await self._query(keep.returning(seeds.c.owner)):
            return seed
        return structs.replace(seed, jobs=[], digest=digest)

    async def read_seed(self, owner: int) -> Seed:
        """Return the seed whose number is *owner*, without its jobs."""
        query = select(seeds.c.state, seeds.c.digest).where(seeds.c.owner == owner)
        state, digest = (await self._query(query))[0]
        try:
            return structs.replace(msgspec.json.decode(state, type=Seed), digest=digest)
        except (msgspec.DecodeError, UnicodeDecodeError):
            # Without the reason, which may quote a key.
            raise StoreUnavailableError("the database holds a seed that cannot be read") from None

    async def _save_seed(self, seed: Seed, lifecycle: Lifecycle) -> int:
        """Return the number of *seed*, after saving it if the database does not have it."""
        digest = seed.digest or _digest(seed)
        rows = await self._query(select(seeds.c.owner).where(seeds.c.digest == digest))
        if rows:
            return int(rows[0][0])
        owner = await self._next_owner()
        state = msgspec.json.encode(structs.replace(seed, jobs=[])).decode()
        await self._run(insert(seeds).values(owner=owner, digest=digest, kept=False, state=state))
        await self._database.fill(jobs, write_rows(seed.jobs, owner, lifecycle, self._active))
        return owner

    async def _prepare_world(self, world: str, origin: int) -> int:
        """Create *world*, or delete its jobs; let it start from *origin* and return its number."""
        named = worlds.c.name == world
        rows = await self._query(select(worlds.c.owner, worlds.c.seed).where(named))
        if rows:
            owner, before = int(rows[0][0]), rows[0][1]
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
        return owner

    async def _prune(self) -> None:
        """Delete the seeds that no world uses."""
        unused = and_(~seeds.c.kept, seeds.c.owner.not_in(select(worlds.c.seed)))
        theirs = jobs.c.owner.in_(select(seeds.c.owner).where(unused))
        await self._run(delete(jobs).where(theirs))
        await self._run(delete(seeds).where(unused))

    async def _next_owner(self) -> int:
        numbered = update(directory).values(next_owner=directory.c.next_owner + 1)
        return int((await self._query(numbered.returning(directory.c.next_owner)))[0][0])

    async def _query(self, statement: Any) -> Any:
        return await self._database.rows(self._database.prepare(statement), {})

    async def _run(self, statement: Any) -> None:
        await self._database.count(self._database.prepare(statement), {})


def _digest(seed: Seed) -> str:
    return hashlib.blake2b(msgspec.json.encode(seed), digest_size=16).hexdigest()
