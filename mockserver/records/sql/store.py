"""The records of one world in a database."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import structs

from mockserver.contract.description.contract import Conflict
from mockserver.records.kind import Kind
from mockserver.records.lifecycle import Unmoved
from mockserver.records.progress import Pace
from mockserver.records.query import Query, Slice
from mockserver.records.record import Key, Record, Scope
from mockserver.records.sql.finder import Finder
from mockserver.records.sql.reader import ListReader
from mockserver.records.sql.rows import NEVER, Rows, Stored, write_scope
from mockserver.records.sql.statements import Statements
from mockserver.records.sql.writer import Writer
from mockserver.records.store import (
    Call,
    KeyTakenError,
    Moved,
    Observe,
    answer_call,
)
from mockserver.store.interface import StoreUnavailableError
from mockserver.store.sql.database import BRIEF, LONG, Database, Row
from mockserver.store.sql.tables import records

#: How often a change is tried while others keep changing the record.
_MOST_TRIES = 20
#: How many records are moved in one transaction.
_AT_A_TIME = 500

#: A change of a record: what it was, and what it is (None: there is none).
_Change = tuple[Record | None, Record | None]


class SqlRecords:
    """Keeps the records of one world in rows that several servers read and change.

    A read writes nothing: what has happened to a record since its row was written follows from the
    row and the time. Only where that would move the records of a list to other places, or out of
    it, are rows brought up to date before they are read. A change is one statement, under the
    condition that the row is still what was read; of several servers that change a record at once
    one succeeds, and the others look again. Whatever makes or deletes records, or puts them in
    another place of their list, locks the row of their kind first, so that nothing deadlocks; it
    counts the records behind again, so that to delete the oldest takes as long as the list is.

    Args:
        database: where.
        statements: what is asked of it.
        owner: the number of the world there, of whose kinds `planting.plant` has told it.
        kinds: the kinds of records that there are.
        paces: how the server moves records where the contract leaves it open, by kind; the same as
            when the records were planted.
        observe: is told of each record that this server has made, changed or removed.
    """

    def __init__(  # noqa: PLR0913 -- made once for each world
        self,
        database: Database,
        statements: Statements,
        owner: int,
        *,
        kinds: Sequence[Kind],
        paces: Mapping[str, Pace] | None = None,
        observe: Observe | None = None,
    ) -> None:
        self._database = database
        self._reads = statements.reads
        self._finder = Finder(database, statements.reads, owner)
        self._writer = Writer(database, statements.writes, owner)
        self._owner = owner
        self._observe = observe
        self._of = {kind.name: Rows(kind, (paces or {}).get(kind.name, Pace())) for kind in kinds}
        self._revision = 0
        self._changes = -1

    def revision(self, now: int) -> int | None:
        """Return another number after every change; None if only a look at the database tells."""
        revision = self._database.revision
        if revision is None:
            return None
        changes = revision(records)
        # What has been read says when it is due to change by itself.
        if changes != self._changes or now >= self._finder.due_at:
            self._changes, self._finder.due_at = changes, NEVER
            self._revision += 1
        return self._revision

    async def page(self, kind: Kind, scope: Scope, query: Query, now: int) -> Slice:
        """Return the page of *query* of the list of *kind* in *scope*."""
        rows = self._of[kind.name]
        if rows.shifts:
            await self._settle(rows, now)
        position = await self._finder.position(rows, scope, query, now)
        reader = ListReader(
            self._database, self._reads, self._owner, rows=rows, scope=scope, now=now
        )
        found = await reader.page(query, position)
        self._finder.due_at = min(self._finder.due_at, reader.due_at)
        return found

    async def get(self, kind: Kind, scope: Scope | None, key: Key, now: int) -> Record:
        """Return one record."""
        return (await self._finder.find(self._of[kind.name], scope, key, now))[1]

    async def add(
        self, kind: Kind, record: Record, now: int, conflict: Conflict | None = None
    ) -> Record:
        """Keep *record* as the newest, and return it with its serial number."""
        rows = self._of[kind.name]
        if rows.shifts:
            await self._settle(rows, now)
        async with self._database.transaction(LONG if rows.by_place else BRIEF):
            serial = await self._writer.lock(rows) + 1
            if rows.progress is not None:
                record = rows.progress.believe(record, now)
            if conflict is not None:
                await self._finder.refuse_conflict(rows, record, conflict, now)
            key = record.key if kind.key is not None else serial
            if await self._finder.one(rows, record.scope, key):
                raise KeyTakenError(key)
            kept = structs.replace(record, key=key, serial=serial)
            await self._writer.insert(rows, kept)
        self._tell(rows, [(None, kept)])
        return kept

    async def move(
        self,
        kind: Kind,
        scope: Scope | None,
        key: Key,
        call: Call,
        now: int,
    ) -> Moved | Unmoved:
        """Make the move that *call* asks for, or return why it may not happen."""
        rows = self._of[kind.name]
        for _ in range(_MOST_TRIES):
            stored, before = await self._finder.find(rows, scope, key, now)
            outcome = answer_call(kind, before, call, now)
            if isinstance(outcome, Unmoved):
                return outcome
            if await self._swap(rows, stored, outcome, now):
                return outcome
        raise _changing(key)

    async def change(
        self,
        kind: Kind,
        scope: Scope | None,
        key: Key,
        change: Callable[[Record], Record | None],
        now: int,
    ) -> Record | None:
        """Replace a record by what *change* makes of it (None: it is gone), and return that.

        It may be called more than once, while other servers change the record.
        """
        rows = self._of[kind.name]
        for _ in range(_MOST_TRIES):
            stored, before = await self._finder.find(rows, scope, key, now)
            after = change(before)
            if after is not None:
                after = structs.replace(after, serial=before.serial)
            if await self._swap(rows, stored, Moved(before, after, None), now):
                return after
        raise _changing(key)

    async def all(self, kind: Kind, now: int) -> Sequence[Record]:
        """Return all records of *kind* of all scopes, as they were made."""
        rows, found = self._of[kind.name], []
        for row in await self._finder.rows(self._reads.all, rows):
            stored = rows.read_stored(row)
            record = rows.settle(stored.record, stored.due_at, now)
            if record is not None:
                found.append(record)
        return found

    async def highest(self, kind: Kind, scope: Scope | None, now: int) -> int:  # noqa: ARG002 -- no move takes a key
        """Return the highest key so far that is an integer of 64 bits, in one scope or all."""
        rows = self._of[kind.name]
        if scope is None:
            found = await self._finder.rows(self._reads.highest_key, rows)
        else:
            found = await self._finder.rows(self._reads.highest, rows, name=write_scope(scope))
        return int(found[0][0] or 0) if found else 0

    async def highest_at(self, kind: Kind, pointer: str, now: int) -> int:
        """Return the highest integer so far at a place of any record of *kind*."""
        rows = self._of[kind.name]
        if pointer not in rows.counted:
            rows.counted.add(pointer)
            found = [rows.counts(record).get(pointer, 0) for record in await self.all(kind, now)]
            async with self._database.transaction():
                await self._writer.lock(rows)
                await self._writer.raise_highest(rows, pointer, max(found, default=0))
        return int((await self._finder.rows(self._reads.highest, rows, name=pointer))[0][0])

    async def settle(self, now: int) -> None:
        """Make the moves that are due at *now*."""
        for rows in self._of.values():
            await self._settle(rows, now)

    async def _settle(self, rows: Rows, now: int) -> None:
        """Make the moves of a kind that are due at *now*, some records at a time."""
        while await self._finder.rows(self._reads.is_due, rows, now=now):
            async with self._database.transaction(LONG):
                await self._writer.lock(rows)
                due = await self._finder.rows(self._reads.due, rows, now=now, limit=_AT_A_TIME)
                made = [change for row in due for change in await self._make(rows, row, now)]
            made.sort(key=lambda change: change[0])
            self._tell(rows, [change[1:] for change in made])

    async def _make(
        self, rows: Rows, row: Row, now: int
    ) -> Sequence[tuple[int, Record, Record | None]]:
        """Make the moves of one record that are due at *now*; its kind is locked."""
        stored = rows.read_stored(row)
        steps = list(rows.steps(stored.record, now))
        # Where nothing is due any more, the moment of the row is corrected.
        after = steps[-1][2] if steps else stored.record
        return steps if await self._writer.put(rows, stored, after) else []

    async def _swap(self, rows: Rows, stored: Stored, moved: Moved, now: int) -> bool:
        """Let a row hold what its record has become, unless it is not any more as it was."""
        after = moved.after
        if after == moved.before:
            return True
        if after is not None and not rows.is_elsewhere(stored.record, after):
            swapped = await self._writer.replace(rows, stored, after)
        else:
            # All that stand behind it are counted again.
            async with self._database.transaction(LONG):
                await self._writer.lock(rows)
                swapped = await self._writer.put(rows, stored, after)
        if swapped and self._observe is not None:
            steps = rows.steps(stored.record, now)
            self._tell(rows, [*(step[1:] for step in steps), (moved.before, after)])
        return swapped

    def _tell(self, rows: Rows, changes: Iterable[_Change]) -> None:
        if self._observe is not None:
            for before, after in changes:
                self._observe(rows.kind, before, after)


def _changing(key: Key) -> StoreUnavailableError:
    return StoreUnavailableError(f"record {key} is changed all the time")
