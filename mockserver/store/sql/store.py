"""The records of one world in a database."""

from collections.abc import Callable, Mapping, Sequence

from msgspec import structs

from mockserver.contract.contract import Conflict
from mockserver.records.kind import Kind
from mockserver.records.lifecycle import Lifecycle, Unmoved
from mockserver.records.listing.query import Query, Slice
from mockserver.records.progress import Pace
from mockserver.records.record import Key, Record, Scope
from mockserver.store.interface import StoreUnavailableError
from mockserver.store.records import (
    MoveCall,
    Moved,
    Observe,
    answer_call,
)
from mockserver.store.sql.database import BRIEF, LONG, Database
from mockserver.store.sql.finder import Finder
from mockserver.store.sql.reader import ListReader
from mockserver.store.sql.rows import NEVER, Rows, Stored, write_scope
from mockserver.store.sql.settler import Settler, moves_alike
from mockserver.store.sql.statements import Statements
from mockserver.store.sql.tables import records
from mockserver.store.sql.writer import Writer

#: How often a change is tried while others keep changing the record.
_MOST_TRIES = 20


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
        lifecycles: how records move, by kind; without one, as the contract says.
        edition: the number that the database gives these lifecycles.
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
        lifecycles: Mapping[str, Lifecycle] | None = None,
        edition: int = 0,
        observe: Observe | None = None,
    ) -> None:
        self._database = database
        self._reads = statements.reads
        self._finder = Finder(database, statements.reads, owner)
        self._writer = Writer(database, statements.writes, owner, edition)
        self._settler = Settler(database, statements.reads, self._finder, self._writer, observe)
        self._owner = owner
        by = lifecycles or {}
        self._of = {
            kind.name: Rows(kind, (paces or {}).get(kind.name, Pace()), by.get(kind.name))
            for kind in kinds
        }
        self._revision = 0
        self._changes = -1

    def revision(self, now: int) -> int | None:
        """Return another number after every change; None if only a look at the database tells."""
        changes = self._database.revision(records)
        if changes is None:
            return None
        # What has been read says when it is due to change by itself.
        if changes != self._changes or now >= self._finder.due_at:
            self._changes, self._finder.due_at = changes, NEVER
            self._revision += 1
        return self._revision

    async def page(self, kind: Kind, scope: Scope, query: Query, now: int) -> Slice:
        """Return the page of *query* of the list of *kind* in *scope*."""
        rows = self._of[kind.name]
        if rows.shifts:
            await self._settler.settle(rows, now)
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
        """Keep *record*, and return it with its serial number."""
        rows = self._of[kind.name]
        if rows.shifts:
            await self._settler.settle(rows, now)
        async with self._database.transaction(LONG if rows.by_place else BRIEF):
            last = await self._writer.lock(rows)
            if rows.progress is not None:
                record = rows.progress.believe(record, now)
            if conflict is not None:
                await self._finder.refuse_conflict(rows, record, conflict, now)
            kept = await self._finder.identify(rows, record, last)
            await self._writer.insert(rows, kept, last)
        self._settler.tell(rows, [(None, kept)])
        return kept

    async def move(
        self,
        kind: Kind,
        scope: Scope | None,
        key: Key,
        call: MoveCall,
        now: int,
    ) -> Moved | Unmoved:
        """Make the move that *call* asks for, or return why it may not happen."""
        rows = self._of[kind.name]
        for _ in range(_MOST_TRIES):
            stored, before = await self._finder.find(rows, scope, key, now)
            outcome = answer_call(rows.lifecycle, before, call, now)
            if isinstance(outcome, Unmoved):
                return outcome
            if await self._swap(rows, stored, outcome, now):
                return outcome
        raise _refuse_changing(key)

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
        raise _refuse_changing(key)

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
                await self._writer.raise_highest(rows, pointer, max([0, *found]))
        return int((await self._finder.rows(self._reads.highest, rows, name=pointer))[0][0])

    async def believe(self, now: int) -> None:
        """Believe the records to be what they say at *now*: what is due waits from then on."""
        for rows in self._of.values():
            await self._settler.believe(rows, now)

    async def use_lifecycles(self, lifecycles: Mapping[str, Lifecycle], now: int) -> None:
        """Move records by *lifecycles* from *now* on, whichever server does it."""
        async with self._database.transaction(LONG):
            await self.settle(now)
            after = {
                name: Rows(rows.kind, rows.pace, lifecycles.get(name))
                for name, rows in sorted(self._of.items())
            }
            for rows in after.values():
                self._writer.edition = await self._writer.begin_edition(rows)
            for name, rows in after.items():
                if not moves_alike(self._of[name].lifecycle, rows.lifecycle):
                    await self._settler.correct(rows)
        self._of = after

    async def settle(self, now: int) -> None:
        """Make the moves that are due at *now*."""
        for rows in self._of.values():
            await self._settler.settle(rows, now)

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
        if swapped:
            self._settler.tell_swapped(rows, stored.record, (moved.before, after), now)
        else:
            await self._writer.check_edition(rows)
        return swapped


def _refuse_changing(key: Key) -> StoreUnavailableError:
    return StoreUnavailableError(f"record {key} is changed all the time")
