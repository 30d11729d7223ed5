"""What the database holds of worlds: the directory, a record for each, the counts of faults."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, bindparam, delete, func, insert, or_, select, update

from mockserver.faults.active import ActiveFault, Counts
from mockserver.replicas.state import Control
from mockserver.store.sql.database import Database, Statement
from mockserver.store.sql.tables import directory, faults, jobs, metadata, worlds


class Record(NamedTuple):
    """A world: its number, name, the version at its last change, its seed's number.

    *edition* counts its lifecycles; *state* is its control as text.
    """

    owner: int
    name: str
    version: int
    seed: int
    edition: int
    state: str


class Records:
    """Reads and writes the records in *database*."""

    def __init__(self, database: Database) -> None:
        self._database = database
        prepare = database.prepare
        of: BindParameter[int] = bindparam("owner")
        self._read_version = prepare(select(directory.c.version, database.clock))
        self._advance = prepare(
            update(directory).values(version=directory.c.version + 1).returning(directory.c.version)
        )
        columns = [worlds.c[name] for name in Record._fields]
        since = or_(worlds.c.version > bindparam("since"), worlds.c.name == bindparam("also"))
        self._changed = prepare(select(*columns).where(since).order_by(worlds.c.version))
        self._names = prepare(select(worlds.c.name))
        self._number = prepare(select(func.count()).select_from(worlds))
        self._write = prepare(
            update(worlds)
            .where(worlds.c.name == bindparam("called"))
            .values(version=bindparam("version"), state=bindparam("state"))
            .returning(worlds.c.owner, worlds.c.seed)
        )
        self._lock = prepare(select(worlds.c.owner).where(worlds.c.owner == of).with_for_update())
        names = ("name", *Counts.__struct_fields__)
        self._counts = prepare(select(*[faults.c[n] for n in names]).where(faults.c.owner == of))
        self._uncount = prepare(delete(faults).where(faults.c.owner == of))
        named = faults.c.name == bindparam("name")
        self._uncount_one = prepare(delete(faults).where(faults.c.owner == of, named))

    async def create_directory(self) -> None:
        """Create the directory unless it exists."""
        if not await self._rows(self._read_version):
            first = insert(directory).values(one=1, version=1, next_owner=0)
            await self._database.count(self._database.prepare(first), {})

    async def summarize(self) -> str:
        """Return how many jobs and worlds there are, in words; empty if there are none."""
        counted = select(func.count()).where(jobs.c.owner.in_(select(worlds.c.owner)))
        number = (await self._rows(self._number))[0][0]
        held = (await self._rows(self._database.prepare(counted)))[0][0]
        there = "1 world" if number == 1 else f"{number:,} worlds"
        return f"{held:,} jobs in {there}" if number else ""

    async def clear(self) -> None:
        """Delete everything but the directory."""
        # First, as every change does; and a world that another server knows is gone for it as well.
        await self.advance()
        for table in metadata.tables.values():
            if table is not directory:
                await self._database.count(self._database.prepare(delete(table)), {})

    async def read_version(self) -> tuple[int, float | None]:
        """Return the version of the directory, and the database's time."""
        version, seconds = (await self._rows(self._read_version))[0]
        return version, seconds

    async def advance(self) -> int:
        """Lock the directory until the end of the transaction, and return its new version."""
        return int((await self._rows(self._advance))[0][0])

    async def read_changed(self, since: int, also: str) -> Sequence[Record]:
        """Return the records that changed after version *since*, and that of the world *also*."""
        rows = await self._rows(self._changed, since=since, also=also)
        return [Record(*row) for row in rows]

    async def read_names(self) -> set[str]:
        """Return the names of all worlds."""
        return {row[0] for row in await self._rows(self._names)}

    async def count_worlds(self) -> int:
        """Return how many worlds there are."""
        return int((await self._rows(self._number))[0][0])

    async def write(self, name: str, version: int, control: Control) -> tuple[int, int]:
        """Write the record of a world; return its number and its seed's."""
        values = {"called": name, "version": version, "state": control.encode()}
        owner, seed = (await self._rows(self._write, **values))[0]
        return owner, seed

    async def lock(self, owner: int) -> None:
        """Lock a world until the end of the transaction."""
        await self._rows(self._lock, owner=owner)

    async def read_counts(self, owner: int) -> Mapping[str, Counts]:
        """Return the counts of a world's faults, by name."""
        rows = await self._rows(self._counts, owner=owner)
        return {name: Counts(*numbers) for name, *numbers in rows}

    async def replace_counts(self, owner: int, active: Iterable[ActiveFault]) -> None:
        """Replace the counts of a world's faults by those of *active*."""
        await self._database.count(self._uncount, {"owner": owner})
        await self._fill(owner, active)

    async def update_counts(self, owner: int, active: Sequence[ActiveFault]) -> None:
        """Replace the counts of *active*; other faults of the world keep theirs."""
        for fault in active:
            await self._database.count(self._uncount_one, {"owner": owner, "name": fault.name})
        await self._fill(owner, active)

    async def _fill(self, owner: int, active: Iterable[ActiveFault]) -> None:
        rows = [
            (owner, f.name, *(getattr(f.counts, n) for n in Counts.__struct_fields__))
            for f in active
        ]
        if rows:
            await self._database.fill(faults, rows)

    async def _rows(self, statement: Statement, **values: Any) -> Sequence[Any]:
        return await self._database.rows(statement, values)
