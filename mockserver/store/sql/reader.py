"""Reads a page of a list in a database.

In the order that the contract declares a page is a range of an index, wherever it begins: of
ordinals where pages or records are counted, of places and serial numbers beside a cursor. A list
that filters reads the records that it passes over, all of them where they have to be counted. Other
orders than the declared one read the whole list and sort it.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from msgspec import structs

from mockserver.records.listing.filters import Condition, fulfils
from mockserver.records.listing.query import Position, Query, Slice
from mockserver.records.record import Record, Scope
from mockserver.store.index import Index
from mockserver.store.sql.database import Database, Row
from mockserver.store.sql.rows import NEVER, Rows, write_scope
from mockserver.store.sql.statements import Reads
from mockserver.store.sql.unread import Joined, Unread

#: More than a list has; a sum of two such numbers still has 64 bits.
_ALL = 2**62
#: How many rows are read at a time where records are passed over.
_AT_A_TIME = 500
#: A page of so many records may be read by one query with others.
_MOST_SHARED = 200
_DUE = 2
#: A place and a serial number, as the columns have them.
_Place = tuple[bytes, int]


class ListReader:
    """Reads the list of one *scope* of the kind of *rows* as it is at *now*.

    *owner* is the number of the world. *due_at* is when what has been read changes by itself.
    """

    def __init__(  # noqa: PLR0913 -- made by the store alone, for each page
        self, database: Database, reads: Reads, owner: int, *, rows: Rows, scope: Scope, now: int
    ) -> None:
        self.due_at = NEVER
        self._database = database
        self._reads = reads
        self._rows = rows
        self._scope = scope
        self._now = now
        self._values = {"owner": owner, "kind": rows.kind.name, "scope": write_scope(scope)}

    async def page(self, query: Query, position: Position | None) -> Slice:
        """Return the page of *query*; *position* is that of its mark, None for the end."""
        if query.ordering != self._rows.ordering:
            return await self._read_sorted(query, position)
        if query.mark is not None:
            return await self._read_beside(query, position)
        if query.conditions:
            return await self._read_filtered(query)
        return await self._read_counted(query)

    async def _read_counted(self, query: Query) -> Slice:
        """Return a page by how many records come before it."""
        limit = _ALL if query.limit is None else query.limit
        start, stop = min(query.offset, _ALL), min(query.offset + limit, _ALL)
        values = {**self._values, "offset": start, "until": stop}
        statement = self._reads.page[query.descending, query.wants_records]
        # What reads many rows would hold up those that ask for few.
        read = self._database.find if limit <= _MOST_SHARED else self._database.rows
        joined, due_at, size, *heads = (await read(statement, values))[0]
        rows = Joined(joined or b"", *heads)
        records: Sequence[Record] = Unread(rows, self._rows, self._scope)
        if due_at is not None:
            if due_at <= self._now and not heads:
                # To move them takes the whole records.
                return await self._read_counted(structs.replace(query, wants_records=True))
            self.due_at = min(self.due_at, due_at)
            if due_at <= self._now:
                settled = (self._rows.settle(record, due_at, self._now) for record in records)
                records = [record for record in settled if record is not None]
                joined = _join(records)
        return Slice(
            records=records,
            joined=joined or b"",
            before=query.offset > 0 and size > 0,
            after=query.offset + limit < size,
            total=size if query.wants_total else None,
        )

    async def _read_beside(self, query: Query, position: Position | None) -> Slice:
        """Return a page that begins, or ends, beside a *position*."""
        back = query.mark is not None and query.mark.back
        limit = _ALL if query.limit is None else query.limit
        descending = query.descending != back
        here = None if position is None else self._rows.place_of(position)
        found: Sequence[Record] = []
        is_behind: bool | None = None
        if here is None and back:
            is_behind = False
        if here is not None or back:
            if query.conditions:
                found = await self._take(here, limit + 1, query.conditions, descending=descending)
            else:
                rows = await self._beyond(here, limit + 1, descending=descending)
                found = self._put_off(rows)
                is_behind = bool(rows[0][-1]) if rows else is_behind
        if is_behind is None:
            is_behind = await self._is_behind(here, query.conditions, descending=descending)
        is_beyond = len(found) > limit
        page = found[:limit]
        page = page[::-1] if back else page
        return Slice(
            records=page,
            joined=_join(page),
            before=is_beyond if back else is_behind,
            after=is_behind if back else is_beyond,
            total=await self._total(query) if query.wants_total else None,
        )

    async def _is_behind(
        self, here: _Place | None, conditions: tuple[Condition, ...], *, descending: bool
    ) -> bool:
        """Return whether there are records at a place, or on its other side."""
        if here is not None:
            here = (here[0], here[1] + (-1 if descending else 1))
        return bool(await self._take(here, 1, conditions, descending=not descending))

    async def _read_filtered(self, query: Query) -> Slice:
        """Return a page of what fulfils the conditions, by how many of those come before it."""
        limit = _ALL if query.limit is None else query.limit
        start, stop = query.offset, query.offset + limit
        most = _ALL if query.wants_total else stop + 1
        found = await self._take(None, most, query.conditions, descending=query.descending)
        return Slice(
            records=found[start:stop],
            joined=_join(found[start:stop]),
            before=start > 0 and bool(found),
            after=len(found) > stop,
            total=len(found) if query.wants_total else None,
        )

    async def _read_sorted(self, query: Query, position: Position | None) -> Slice:
        """Return a page of a list that is read as a whole, and sorted."""
        rows = await self._database.rows(self._reads.scope, self._values)
        records = {record.serial: record for record in self._read(rows)}
        positions = sorted(map(query.ordering.position, records.values()))
        return Index(query.ordering, records, positions).page(query, position)

    async def _total(self, query: Query) -> int:
        if not query.conditions:
            return await self._size()
        walked = self._walk(None, _AT_A_TIME, query.conditions, descending=False)
        return len([None async for _ in walked])

    async def _size(self) -> int:
        return int((await self._database.rows(self._reads.size, self._values))[0][0])

    async def _take(
        self,
        here: _Place | None,
        most: int,
        conditions: tuple[Condition, ...],
        *,
        descending: bool,
    ) -> list[Record]:
        """Return the first records beyond a place that fulfil *conditions*."""
        found: list[Record] = []
        at_a_time = _AT_A_TIME if conditions else min(most, _AT_A_TIME)
        async for record in self._walk(here, at_a_time, conditions, descending=descending):
            found.append(record)
            if len(found) == most:
                break
        return found

    async def _walk(
        self,
        here: _Place | None,
        at_a_time: int,
        conditions: tuple[Condition, ...],
        *,
        descending: bool,
    ) -> AsyncIterator[Record]:
        """Yield the records beyond a place that fulfil *conditions*."""
        while True:
            rows = await self._beyond(here, at_a_time, descending=descending)
            for record in self._read(rows):
                if fulfils(record, conditions):
                    yield record
            if len(rows) < at_a_time:
                return
            last = self._rows.read(rows[-1], self._scope)
            here = self._rows.place(last), last.serial

    async def _beyond(self, here: _Place | None, limit: int, *, descending: bool) -> Sequence[Row]:
        values: Mapping[str, Any] = {**self._values, "limit": limit}
        if here is not None:
            values = {**values, "place": here[0], "serial": here[1]}
        statement = self._reads.beyond[self._rows.by_place, descending, here is not None]
        return await self._database.rows(statement, values)

    def _put_off(self, rows: Sequence[Row]) -> Sequence[Record]:
        """Return the records of *rows*, of which none is made before it is looked at.

        Where one is due they are all made at once, as they are at this moment.
        """
        due = [row[_DUE] for row in rows if row[_DUE] is not None]
        if due and min(due) <= self._now:
            return self._read(rows)
        self.due_at = min(self.due_at, *due, NEVER)
        return Unread(rows, self._rows, self._scope)

    def _read(self, rows: Sequence[Row]) -> list[Record]:
        """Return the records of *rows* that are there at this moment."""
        read, scope, now, found = self._rows.read, self._scope, self._now, []
        for row in rows:
            due_at, record = row[_DUE], read(row, scope)
            if due_at is not None:
                self.due_at = min(self.due_at, due_at)
                settled = self._rows.settle(record, due_at, now)
                if settled is None:
                    continue
                record = settled
            found.append(record)
        return found


def _join(records: Sequence[Record]) -> bytes:
    texts = records.texts if isinstance(records, Unread) else [record.text for record in records]
    return b",".join(texts)
