"""The contents of worlds in a database: their records and journals, and what they start from."""

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import structs
from sqlalchemy import and_, delete, func, insert, select, update

from mockserver.records.fixtures.fixtures import Fixtures
from mockserver.records.kind import Kind
from mockserver.records.lifecycle import Lifecycle
from mockserver.replicas.journal import JournalWriter, SharedJournal
from mockserver.store.interface import StoreUnavailableError
from mockserver.store.sql.database import Database
from mockserver.store.sql.planting import clear, copy, plant
from mockserver.store.sql.statements import Statements
from mockserver.store.sql.store import SqlRecords
from mockserver.store.sql.tables import directory, exchanges, faults, journals, kinds, seeds, worlds

_AT_A_TIME = 1_000


class WorldContents:
    """Creates and removes the contents of worlds; `persistence` lets one change happen at a time.

    Args:
        database: where they are kept.
        kinds: the kinds of records that there are, by name.
        capacity: how many exchanges each journal keeps.
    """

    def __init__(self, database: Database, kinds: Mapping[str, Kind], capacity: int) -> None:
        self._database = database
        self._kinds = list(kinds.values())
        self._capacity = capacity
        self._statements = Statements(database)
        #: The seed whose digest was needed last, and that.
        self._digested: tuple[Fixtures, str] | None = None
        self._writer = JournalWriter(database)

    async def create(
        self, world: str, seed: Fixtures, lifecycles: Mapping[str, Lifecycle], begins: int
    ) -> tuple[SqlRecords, SharedJournal]:
        """Return the records of *world*, which are those of *seed* now, and an empty journal.

        Args:
            world: the name of the world.
            seed: what it starts from.
            lifecycles: how its records move, by the names of their kinds.
            begins: the moment at which what the seed says holds, in epoch milliseconds.
        """
        async with self._database.transaction():
            origin = await self._save_seed(seed)
            owner, edition = await self._prepare_world(world, origin)
            await copy(self._database, origin, owner)
            numbered = update(kinds).where(kinds.c.owner == owner).values(edition=edition)
            await self._run(numbered)
            records = self.records(owner, seed, lifecycles, edition)
            await records.believe(begins)
            journal = self.journal(owner)
            await journal.clear()
        return records, journal

    def records(
        self, owner: int, seed: Fixtures, lifecycles: Mapping[str, Lifecycle], edition: int
    ) -> SqlRecords:
        """Return the records of the world whose number is *owner*.

        They move by *lifecycles*, which are the world's of the number *edition*.
        """
        return SqlRecords(
            self._database,
            self._statements,
            owner,
            kinds=self._kinds,
            paces={kind.name: seed.pace_of(kind.name) for kind in self._kinds},
            lifecycles=lifecycles,
            edition=edition,
        )

    def journal(self, owner: int) -> SharedJournal:
        """Return the journal of the world whose number is *owner*."""
        return SharedJournal(self._database, self._writer, owner, self._capacity)

    async def remove(self, world: str) -> None:
        """Delete *world*, and the seeds that are no longer used."""
        async with self._database.transaction():
            rows = await self._query(select(worlds.c.owner).where(worlds.c.name == world))
            owner = int(rows[0][0])
            await clear(self._database, owner)
            for table in (faults, journals, exchanges, worlds):
                await self._run(delete(table).where(table.c.owner == owner))
            await self._prune()

    async def keep_seed(self, seed: Fixtures) -> Fixtures:
        """Return *seed* without its records if the database has them, which then keeps them."""
        digest = seed.digest or self._digest(seed)
        self._digested = None
        keep = update(seeds).where(seeds.c.digest == digest).values(kept=True)
        if not await self._query(keep.returning(seeds.c.owner)):
            return seed
        return structs.replace(seed, records={}, digest=digest)

    async def read_seed(self, owner: int) -> Fixtures:
        """Return the seed whose number is *owner*, without its records."""
        query = select(seeds.c.state, seeds.c.digest).where(seeds.c.owner == owner)
        state, digest = (await self._query(query))[0]
        try:
            return structs.replace(msgspec.json.decode(state, type=Fixtures), digest=digest)
        except (msgspec.DecodeError, UnicodeDecodeError):
            # Without the reason, which may quote a credential.
            raise StoreUnavailableError("the database holds a seed that cannot be read") from None

    async def _save_seed(self, seed: Fixtures) -> int:
        """Return the number of *seed*, after saving it if the database does not have it."""
        digest = seed.digest or self._digest(seed)
        rows = await self._query(select(seeds.c.owner).where(seeds.c.digest == digest))
        if rows:
            return int(rows[0][0])
        owner = await self._next_owner()
        state = msgspec.json.encode(structs.replace(seed, records={})).decode()
        await self._run(insert(seeds).values(owner=owner, digest=digest, kept=False, state=state))
        paces = {kind.name: seed.pace_of(kind.name) for kind in self._kinds}
        await plant(self._database, owner, self._kinds, seed.records, paces=paces)
        return owner

    async def _prepare_world(self, world: str, origin: int) -> tuple[int, int]:
        """Create *world*, or delete its records; let it start from *origin*.

        Returns:
            Its number, and that of its next lifecycles.
        """
        named = worlds.c.name == world
        rows = await self._query(select(worlds.c.owner, worlds.c.seed).where(named))
        if rows:
            owner, before = int(rows[0][0]), rows[0][1]
            # Its row is locked before any of its records is touched.
            await self._run(update(worlds).where(named).values(seed=origin))
            newest = select(func.coalesce(func.max(kinds.c.edition), 0))
            edition = (await self._query(newest.where(kinds.c.owner == owner)))[0][0] + 1
            await clear(self._database, owner)
            if before != origin:
                await self._prune()
        else:
            owner, edition = await self._next_owner(), 0
            row = {"owner": owner, "name": world, "version": 0, "seed": origin, "state": ""}
            await self._run(insert(worlds).values(**row))
            await self._run(insert(journals).values(owner=owner, recorded=0))
        return owner, edition

    async def _prune(self) -> None:
        """Delete the seeds that no world uses."""
        unused = and_(~seeds.c.kept, seeds.c.owner.not_in(select(worlds.c.seed)))
        for (owner,) in await self._query(select(seeds.c.owner).where(unused)):
            await clear(self._database, owner)
            await self._run(delete(seeds).where(seeds.c.owner == owner))

    def _digest(self, seed: Fixtures) -> str:
        if self._digested is None or self._digested[0] is not seed:
            self._digested = seed, _digest(seed)
        return self._digested[1]

    async def _next_owner(self) -> int:
        numbered = update(directory).values(next_owner=directory.c.next_owner + 1)
        return int((await self._query(numbered.returning(directory.c.next_owner)))[0][0])

    async def _query(self, statement: Any) -> Any:
        return await self._database.rows(self._database.prepare(statement), {})

    async def _run(self, statement: Any) -> None:
        await self._database.count(self._database.prepare(statement), {})


def _digest(seed: Fixtures) -> str:
    """Return what tells *seed* from others; its records are many, so some are read at a time."""
    digest = hashlib.blake2b(digest_size=16)
    digest.update(msgspec.json.encode(structs.replace(seed, records={})))
    for name, records in seed.records.items():
        digest.update(msgspec.json.encode(name))
        for start in range(0, len(records), _AT_A_TIME):
            some = records[start : start + _AT_A_TIME]
            digest.update(b"".join(map(msgspec.json.encode, some)))
    return digest.hexdigest()
