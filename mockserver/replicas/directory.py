"""Which worlds a database has: the directory, the row of each world, and the counts of faults."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, bindparam, delete, func, insert, or_, select, update

from mockserver.faults.active import ActiveFault, Counts
from mockserver.replicas.world_state import WorldState
from mockserver.store.interface import StoreRefusedError
from mockserver.store.sql.database import Database, Statement
from mockserver.store.sql.tables import directory, faults, kinds, metadata, records, worlds


class WorldRow(NamedTuple):
    """A world: its number, its name, the version at its last change, and the number of its seed.

    *edition* counts the lifecycles of its records; *state* is its `WorldState` as text.
    """

    owner: int
    name: str
    version: int
    seed: int
    edition: int
    state: str


class Directory:
    """Reads and writes the directory, the rows of worlds and the counts of faults in *database*."""

    def __init__(self, database: Database) -> None:
        self._database = database
        prepare = database.prepare
        owner: BindParameter[int] = bindparam("owner")
        self._read_version = prepare(select(directory.c.version, database.clock))
        self._advance = prepare(
            update(directory).values(version=directory.c.version + 1).returning(directory.c.version)
        )
        newest = select(func.coalesce(func.max(kinds.c.edition), 0))
        edition = newest.where(kinds.c.owner == worlds.c.owner).scalar_subquery()
        columns = [*(worlds.c[name] for name in ("owner", "name", "version", "seed")), edition]
        columns.append(worlds.c.state)
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
        self._lock = prepare(
            select(worlds.c.owner).where(worlds.c.owner == owner).with_for_update()
        )
        names = ("name", *Counts.__struct_fields__)
        self._counts = prepare(select(*[faults.c[n] for n in names]).where(faults.c.owner == owner))
        self._delete_counts = prepare(delete(faults).where(faults.c.owner == owner))
        named = faults.c.name == bindparam("name")
        self._delete_count = prepare(delete(faults).where(faults.c.owner == owner, named))

    async def create(self) -> None:
        """Create the directory unless it exists."""
        if not await self._rows(self._read_version):
            first = insert(directory).values(one=1, version=1, next_owner=0)
            await self._database.count(self._database.prepare(first), {})

    async def summarize(self) -> str:
        """Return how many records and worlds there are, in words; empty if there are none."""
        number = (await self._rows(self._number))[0][0]
        if not number:
            return ""
        in_worlds = records.c.owner.in_(select(worlds.c.owner))
        counted = select(records.c.kind, func.count()).where(in_worlds).group_by(records.c.kind)
        found = dict(map(tuple, await self._rows(self._database.prepare(counted))))
        names = await self.read_kinds()
        held = ", ".join(f"{found.get(name, 0):,} {name}" for name in names) or "nothing"
        return f"{held} in {'1 world' if number == 1 else f'{number:,} worlds'}"

    async def read_kinds(self) -> Sequence[str]:
        """Return the names of the kinds of records that worlds have."""
        in_worlds = kinds.c.owner.in_(select(worlds.c.owner))
        named = select(kinds.c.kind).where(in_worlds).distinct().order_by(kinds.c.kind)
        return [row[0] for row in await self._rows(self._database.prepare(named))]

    async def refuse_others(self, ours: Sequence[str]) -> None:
        """Refuse a database whose worlds have other kinds of records than *ours*, in order.

        Raises:
            StoreRefusedError: they have.
        """
        theirs = await self.read_kinds()
        if list(theirs) != list(ours):
            raise StoreRefusedError(
                f"{self._database.address} keeps {', '.join(theirs) or 'no records'}, and this "
                f"contract has {', '.join(ours) or 'none'}; replace what it holds with --reseed, "
                "or name another store"
            )

    async def clear(self) -> None:
        """Delete everything but the directory."""
        # As every change does, so that other servers notice that their worlds are gone.
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

    async def read_changed(self, since: int, also: str) -> Sequence[WorldRow]:
        """Return the worlds that changed after version *since*, and the world *also*."""
        rows = await self._rows(self._changed, since=since, also=also)
        return [WorldRow(*row) for row in rows]

    async def read_names(self) -> set[str]:
        """Return the names of all worlds."""
        return {row[0] for row in await self._rows(self._names)}

    async def count_worlds(self) -> int:
        """Return how many worlds there are."""
        return int((await self._rows(self._number))[0][0])

    async def write(self, name: str, version: int, state: WorldState) -> tuple[int, int]:
        """Write the row of a world; return its number and the number of its seed."""
        values = {"called": name, "version": version, "state": state.encode()}
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
        await self._database.count(self._delete_counts, {"owner": owner})
        await self._fill(owner, active)

    async def update_counts(self, owner: int, active: Sequence[ActiveFault]) -> None:
        """Replace the counts of *active*; other faults of the world keep theirs."""
        for fault in active:
            await self._database.count(self._delete_count, {"owner": owner, "name": fault.name})
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
