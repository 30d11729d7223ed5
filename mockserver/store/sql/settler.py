"""Brings the rows of records up to date: what has become due, and when something will."""

from collections.abc import Iterable, Sequence

from mockserver.records.lifecycle import Lifecycle
from mockserver.records.record import Record
from mockserver.store.records import Observe
from mockserver.store.sql.database import LONG, Database, Row
from mockserver.store.sql.finder import Finder
from mockserver.store.sql.rows import Rows
from mockserver.store.sql.statements import Reads
from mockserver.store.sql.writer import Writer

#: How many records are moved in one transaction.
_AT_A_TIME = 500
#: More than there are.
_ALL = 2**62
#: A change of a record: what it was, and what it is (None: there is none).
Change = tuple[Record | None, Record | None]


class Settler:
    """Makes the moves that are due, and tells *observe* of each."""

    def __init__(
        self,
        database: Database,
        reads: Reads,
        finder: Finder,
        writer: Writer,
        observe: Observe | None,
    ) -> None:
        self._database = database
        self._reads = reads
        self._finder = finder
        self._writer = writer
        self._observe = observe

    async def settle(self, rows: Rows, now: int) -> None:
        """Make the moves of a kind that are due at *now*, some records at a time."""
        while await self._finder.rows(self._reads.is_due, rows, now=now):
            async with self._database.transaction(LONG):
                await self._writer.lock(rows)
                due = await self._finder.rows(self._reads.due, rows, now=now, limit=_AT_A_TIME)
                made = [change for row in due for change in await self._make(rows, row, now)]
            made.sort(key=lambda change: change[0])
            self.tell(rows, [change[1:] for change in made])

    async def believe(self, rows: Rows, now: int) -> None:
        """Let what is due at *now* be due only later, as of records that are put there then."""
        progress = rows.progress
        if progress is None or not await self._finder.rows(self._reads.is_due, rows, now=now):
            return
        async with self._database.transaction(LONG):
            await self._writer.lock(rows)
            for row in await self._finder.rows(self._reads.due, rows, now=now, limit=_ALL):
                stored = rows.read_stored(row)
                await self._writer.put(rows, stored, progress.believe(stored.record, now))

    async def correct(self, rows: Rows) -> None:
        """Let each row say when its record moves by the lifecycle of *rows*; it is locked."""
        for row in await self._finder.rows(self._reads.all, rows):
            stored = rows.read_stored(row)
            if rows.find_due(stored.record) != stored.due_at:
                await self._writer.correct(rows, stored)

    def tell(self, rows: Rows, changes: Iterable[Change]) -> None:
        """Tell the observer of *changes*."""
        if self._observe is not None:
            for before, after in changes:
                self._observe(rows.kind, before, after)

    def tell_swapped(self, rows: Rows, stored: Record, changed: Change, now: int) -> None:
        """Tell the observer of a change, after what had become of the *stored* record before."""
        if self._observe is not None:
            steps = rows.steps(stored, now)
            self.tell(rows, [*(step[1:] for step in steps), changed])

    async def _make(
        self, rows: Rows, row: Row, now: int
    ) -> Sequence[tuple[int, Record, Record | None]]:
        """Make the moves of one record that are due at *now*; its kind is locked."""
        stored = rows.read_stored(row)
        steps = list(rows.steps(stored.record, now))
        # Where nothing is due any more, the moment of the row is corrected.
        after = steps[-1][2] if steps else stored.record
        return steps if await self._writer.put(rows, stored, after) else []


def moves_alike(before: Lifecycle | None, after: Lifecycle | None) -> bool:
    """Return whether records move at the same moments by themselves."""
    if before is None or after is None:
        return before is after
    if before.schedule is not None or after.schedule is not None:
        return False
    return before.stamps == after.stamps and all(
        before.list_server_moves(state) == after.list_server_moves(state)
        for state in {*before.states, *after.states}
    )
