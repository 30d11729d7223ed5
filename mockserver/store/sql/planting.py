"""The records with which worlds begin: planted from a seed, copied from one owner to another."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from msgspec import structs
from sqlalchemy import delete, insert, literal, select

from mockserver.parsing.integer import INT64_MAX
from mockserver.records.kind import Kind
from mockserver.records.progress import Pace
from mockserver.records.record import Key, Record, Scope
from mockserver.store.records import KeyTakenError
from mockserver.store.sql.database import Database, Row
from mockserver.store.sql.rows import Rows, write_head, write_key, write_scope
from mockserver.store.sql.tables import conflicts, highest, kinds, records
from mockserver.store.table import sort_as_made

#: How many rows are written before others have their turn.
_AT_A_TIME = 2_000
#: What an owner has.
_TABLES = (kinds, records, conflicts, highest)


async def plant(  # noqa: PLR0913 -- as `MemoryRecords`, of an owner in a database
    database: Database,
    owner: int,
    of: Sequence[Kind],
    seed: Mapping[str, Sequence[Record]] | None = None,
    *,
    paces: Mapping[str, Pace] | None = None,
    begins: int | None = None,
) -> None:
    """Let *owner*, a world or a seed that has none yet, have the records of *seed*.

    It is done within a transaction, in which other tasks of this process have their turn.

    Args:
        database: where.
        owner: the number of the world or the seed.
        of: the kinds of records that there are.
        seed: the records, by kind, as `MemoryRecords` takes them.
        paces: how the server moves records where the contract leaves it open, by kind.
        begins: when the world begins, in epoch milliseconds: what the seed says holds then. None:
            that is not known yet; see `SqlRecords.believe`.

    Raises:
        KeyTakenError: two records of one scope have the same key.
    """
    async with database.transaction():
        for kind in of:
            planted = _Planted(owner, Rows(kind, (paces or {}).get(kind.name, Pace())))
            rows = planted.rows((seed or {}).get(kind.name, ()), begins)
            while part := list(islice(rows, _AT_A_TIME)):
                await database.fill(records, part)
                await database.fill(conflicts, planted.take_conflicts())
                await asyncio.sleep(0)
            await database.fill(kinds, [(owner, kind.name, planted.last, 0)])
            await database.fill(highest, planted.highest())
        await _study(database)


async def copy(database: Database, source: int, owner: int) -> None:
    """Let *owner*, which has none yet, have the records that *source* has."""
    async with database.transaction():
        for table in _TABLES:
            columns = [column for column in table.c if column.name != "owner"]
            names = ["owner", *(column.name for column in columns)]
            copied = select(literal(owner), *columns).where(table.c.owner == source)
            statement = insert(table).from_select(names, copied)
            await database.count(database.prepare(statement), {})
        await _study(database)


async def clear(database: Database, owner: int) -> None:
    """Delete the records of *owner*, and that it had any."""
    async with database.transaction():
        for table in _TABLES:
            statement = delete(table).where(table.c.owner == owner)
            await database.count(database.prepare(statement), {})


async def _study(database: Database) -> None:
    for table in _TABLES:
        await database.study(table)


class _Planted:
    """The rows of a kind that are planted, and what follows from them."""

    def __init__(self, owner: int, rows: Rows) -> None:
        self.last = 0
        self._owner = owner
        self._rows = rows
        self._conflicts: list[Row] = []
        self._highest: dict[Scope, int] = {}

    def rows(self, seed: Sequence[Record], begins: int | None) -> Iterator[Row]:
        """Yield the rows of the records of a *seed*, with every column in order."""
        kept = list(self._number(seed, begins))
        # By place and serial number, in which they are counted.
        if self._rows.by_place:
            kept.sort(key=lambda record: (self._rows.place(record), record.serial))
        else:
            kept.sort(key=lambda record: record.serial)
        counts: dict[Scope, int] = {}
        scopes: dict[Scope, str] = {}
        of, rows = (self._owner, self._rows.kind.name), self._rows
        for record in kept:
            scope, serial, due_at = record.scope, record.serial, rows.find_due(record)
            counts[scope] = ordinal = counts.get(scope, 0) + 1
            written = scopes.get(scope) or scopes.setdefault(scope, write_scope(scope))
            for pointer, value in rows.conflicts(record, due_at).items():
                self._conflicts.append((*of, serial, pointer, value))
            # In the order of the columns, which `fill` takes them in.
            key, place, head = write_key(record.key), rows.place(record), write_head(record)
            yield (*of, serial, written, key, place, ordinal, head, record.text, due_at, 0)

    def take_conflicts(self) -> list[Row]:
        """Return the rows of what may conflict, of those records whose rows were taken last."""
        taken, self._conflicts = self._conflicts, []
        return taken

    def highest(self) -> list[Row]:
        """Return the rows of the highest keys."""
        name = self._rows.kind.name
        found = self._highest.items()
        return [(self._owner, name, write_scope(scope), key) for scope, key in found]

    def _number(self, seed: Sequence[Record], begins: int | None) -> Iterator[Record]:
        """Yield the records of a *seed*, each with a serial number and a key."""
        kind, progress = self._rows.kind, self._rows.progress
        taken: set[Key | tuple[Scope, Key]] = set()
        for record in sort_as_made(kind, seed):
            serial, key = record.serial or self.last + 1, record.key
            if kind.serials_are_keys:
                serial = key if kind.key is not None and isinstance(key, int) else serial
                key = serial
            name = key if kind.serials_are_keys else (record.scope, key)
            if name in taken:
                raise KeyTakenError(key)
            taken.add(name)
            self.last = max(self.last, serial)
            if isinstance(key, int) and key <= INT64_MAX:
                self._highest[record.scope] = max(key, self._highest.get(record.scope, 0))
            kept = structs.replace(record, key=key, serial=serial)
            yield kept if progress is None or begins is None else progress.believe(kept, begins)
