"""Writes the rows of records, and what is kept beside them."""

from typing import Any

from mockserver.parsing.integer import INT64_MAX
from mockserver.records.record import Record
from mockserver.store.interface import StoreUnavailableError
from mockserver.store.sql.database import Database, Statement
from mockserver.store.sql.rows import Rows, Stored, write_key, write_scope
from mockserver.store.sql.statements import Writes


class Writer:
    """Writes the records of the world whose number is *owner*.

    *edition* is the number of the lifecycles by which this server lets the records move.
    """

    def __init__(self, database: Database, writes: Writes, owner: int, edition: int) -> None:
        self.edition = edition
        self._database = database
        self._writes = writes
        self._owner = owner

    async def lock(self, rows: Rows) -> int:
        """Lock a kind until the end of the transaction, and return its last serial number.

        Raises:
            StoreUnavailableError: the world is gone, or its records move by other lifecycles now.
        """
        of = {"owner": self._owner, "kind": rows.kind.name}
        found = await self._database.rows(self._writes.lock, of)
        if not found:
            raise StoreUnavailableError("the world is gone")
        last, edition = found[0]
        if edition != self.edition:
            raise StoreUnavailableError("another server has just changed how records move")
        return int(last)

    async def check_edition(self, rows: Rows) -> None:
        """Refuse to go on where another server has changed how records move.

        Raises:
            StoreUnavailableError: it has, or the world is gone.
        """
        of = {"owner": self._owner, "kind": rows.kind.name}
        found = await self._database.rows(self._writes.edition, of)
        if not found or found[0][0] != self.edition:
            raise StoreUnavailableError("another server has just changed how records move")

    async def begin_edition(self, rows: Rows) -> int:
        """Let only servers change the records of a kind that know its new lifecycle."""
        of = {"owner": self._owner, "kind": rows.kind.name}
        return int((await self._database.rows(self._writes.begin_edition, of))[0][0])

    async def insert(self, rows: Rows, record: Record, last: int) -> None:
        """Write a new record, whose kind is locked; *last* was the last serial number."""
        scope, serial = write_scope(record.scope), record.serial
        values = {**rows.write(record), "scope": scope, "serial": serial}
        counts = {"ordinal": 0, "edition": 0, "key": write_key(record.key)}
        await self._count(self._writes.insert, rows, **values, **counts)
        await self._enter(rows, record, is_newest=serial > last)
        await self._count(self._writes.count_up, rows, serial=serial)
        await self._insert_conflicts(rows, record)
        if isinstance(record.key, int):
            await self.raise_highest(rows, scope, record.key)
        await self._count_places(rows, record)

    async def replace(self, rows: Rows, stored: Stored, after: Record) -> bool:
        """Let a row hold *after*, in the place where it is; return False if it was changed."""
        seen = self._identify(stored)
        if not await self._count(self._writes.swap, rows, **rows.write(after), **seen):
            return False
        await self._count_places(rows, after)
        return True

    async def raise_highest(self, rows: Rows, name: str, number: int) -> None:
        """Let the highest integer of that *name* be at least a *number* of 64 bits."""
        if number <= INT64_MAX:
            values = {"name": name, "highest": number}
            await self._count(self._writes.insert_highest, rows, **values)
            await self._count(self._writes.at_least, rows, **values)

    async def _count_places(self, rows: Rows, record: Record) -> None:
        for pointer, number in rows.counts(record).items():
            await self.raise_highest(rows, pointer, number)

    async def put(self, rows: Rows, stored: Stored, after: Record | None) -> bool:
        """Let a row hold *after*, or delete it; return False if it was changed.

        Its kind is locked.
        """
        before = stored.record
        if after is not None:
            if not await self.replace(rows, stored, after):
                return False
            if not rows.is_elsewhere(before, after):
                return True
        elif not await self._count(self._writes.remove, rows, **self._identify(stored)):
            return False
        await self._count(self._writes.forget_conflicts, rows, serial=before.serial)
        if after is None:
            await self._leave(rows, before)
            return True
        await self._insert_conflicts(rows, after)
        if rows.place(before) != rows.place(after):
            await self._leave(rows, before)
            await self._enter(rows, after)
        return True

    async def correct(self, rows: Rows, stored: Stored) -> None:
        """Let a row say when its record moves by another lifecycle; its kind is locked."""
        record = stored.record
        await self.replace(rows, stored, record)
        await self._count(self._writes.forget_conflicts, rows, serial=record.serial)
        await self._insert_conflicts(rows, record)

    def _identify(self, stored: Stored) -> dict[str, int]:
        serial = stored.record.serial
        return {"serial": serial, "seen": stored.edition, "current": self.edition}

    async def _enter(self, rows: Rows, record: Record, *, is_newest: bool = False) -> None:
        """Count a record where it stands, and those behind it one higher."""
        position = _position(rows, record)
        if rows.by_place or not is_newest:
            await self._count(self._writes.shift[rows.by_place], rows, by=1, **position)
        await self._count(self._writes.number[rows.by_place], rows, **position)

    async def _leave(self, rows: Rows, record: Record) -> None:
        """Count those one lower that stood behind a record."""
        position = _position(rows, record)
        await self._count(self._writes.shift[rows.by_place], rows, by=-1, **position)

    async def _insert_conflicts(self, rows: Rows, record: Record) -> None:
        for pointer, value in rows.conflicts(record, rows.find_due(record)).items():
            values = {"serial": record.serial, "pointer": pointer, "value": value}
            await self._count(self._writes.insert_conflict, rows, **values)

    async def _count(self, statement: Statement, rows: Rows, **values: Any) -> int:
        of = {"owner": self._owner, "kind": rows.kind.name}
        return await self._database.count(statement, {**of, **values})


def _position(rows: Rows, record: Record) -> dict[str, Any]:
    place, scope = rows.place(record), write_scope(record.scope)
    return {"scope": scope, "place": place, "serial": record.serial}
