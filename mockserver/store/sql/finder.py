"""Finds records in a database: one by its key, or those that are in the way of another."""

from collections.abc import Sequence
from typing import Any

from msgspec import structs

from mockserver.contract.contract import Conflict
from mockserver.records.listing.query import Position, Query
from mockserver.records.places import Place
from mockserver.records.record import Key, Record, Scope
from mockserver.records.refusals import InvalidArgumentError
from mockserver.store.records import ConflictError, KeyTakenError, RecordNotFoundError
from mockserver.store.sql.database import Database, Row, Statement
from mockserver.store.sql.rows import NEVER, Rows, Stored, write_key, write_scope, write_value
from mockserver.store.sql.statements import Reads


class Finder:
    """Finds the records of the world whose number is *owner*.

    *due_at* is when what has been read changes by itself.
    """

    def __init__(self, database: Database, reads: Reads, owner: int) -> None:
        self.due_at = NEVER
        self._database = database
        self._reads = reads
        self._owner = owner

    async def rows(self, statement: Statement, rows: Rows, **values: Any) -> Sequence[Row]:
        """Return what *statement* finds among the *rows* of a kind."""
        of = {"owner": self._owner, "kind": rows.kind.name}
        return await self._database.rows(statement, {**of, **values})

    async def find(
        self, rows: Rows, scope: Scope | None, key: Key, now: int
    ) -> tuple[Stored, Record]:
        """Return what the row of a record holds, and the record as it is at *now*.

        Raises:
            RecordNotFoundError: there is no such record.
        """
        found = await self.one(rows, scope, key)
        if not found:
            raise RecordNotFoundError(key)
        stored = rows.read_stored(found[0])
        if stored.due_at is not None:
            self.due_at = min(self.due_at, stored.due_at)
        record = rows.settle(stored.record, stored.due_at, now)
        if record is None:
            raise RecordNotFoundError(key)
        return stored, record

    async def one(self, rows: Rows, scope: Scope | None, key: Key) -> Sequence[Row]:
        """Return the row of a record, of the first that was made where *scope* is None."""
        values = {"owner": self._owner, "kind": rows.kind.name, "key": write_key(key)}
        if scope is None:
            return await self._database.find(self._reads.get_any, values)
        return await self._database.find(self._reads.get, {**values, "scope": write_scope(scope)})

    async def identify(self, rows: Rows, record: Record, last: int) -> Record:
        """Return *record* with the serial number and the key that it gets.

        Its kind is locked, and *last* is the last serial number.

        Raises:
            KeyTakenError: its scope has a record of that key.
        """
        kind, serial, key = rows.kind, record.serial or last + 1, record.key
        if kind.serials_are_keys and kind.key is not None and isinstance(key, int):
            serial = key
        is_taken = serial <= last and bool(
            await self.rows(self._reads.numbered, rows, serial=serial)
        )
        if is_taken and not kind.serials_are_keys:
            serial, is_taken = last + 1, False
        key = serial if kind.serials_are_keys else key
        if is_taken or await self.one(rows, record.scope, key):
            raise KeyTakenError(key)
        return structs.replace(record, key=key, serial=serial)

    async def position(self, rows: Rows, scope: Scope, query: Query, now: int) -> Position | None:
        """Return where the page of *query* begins or ends; None for the end of the list.

        Raises:
            InvalidArgumentError: it begins beside a record that is not there.
        """
        mark = query.mark
        if mark is None or mark.key is None:
            return None if mark is None else mark.position
        try:
            return query.ordering.position((await self.find(rows, scope, mark.key, now))[1])
        except RecordNotFoundError:
            told = "names no record of this list"
            raise InvalidArgumentError(mark.parameter, mark.unknown, told) from None

    async def refuse_conflict(
        self, rows: Rows, record: Record, conflict: Conflict, now: int
    ) -> None:
        """Refuse *record* where another of its scope is in its way.

        Raises:
            ConflictError: there is one.
        """
        value = Place(conflict.key).read(record.members())
        if value is None:
            return
        same = {"pointer": conflict.key, "value": write_value(record.scope, value)}
        for (serial,) in await self.rows(self._reads.conflicting, rows, **same):
            stored = rows.read_stored(
                (await self.rows(self._reads.numbered, rows, serial=serial))[0]
            )
            other = rows.settle(stored.record, stored.due_at, now)
            if other is not None and (conflict.states is None or other.state in conflict.states):
                raise ConflictError(conflict, value)
