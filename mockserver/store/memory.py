"""Records in this process's memory: a dictionary, and the indexes that keep every call cheap.

A million records fit. A page is a slice of an index, so the last one costs what the first does; a
list that filters reads all records for its first page, and no others after it. A heap knows the
next due move, so settling when nothing is due is one comparison.
"""

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import structs

from mockserver.contract.contract import Conflict
from mockserver.records.kind import Kind
from mockserver.records.lifecycle import Lifecycle, Unmoved
from mockserver.records.listing.query import Mark, Ordering, Position, Query, Slice
from mockserver.records.progress import Pace, Progress
from mockserver.records.record import Due, Key, Record, Scope
from mockserver.records.refusals import InvalidArgumentError
from mockserver.store.records import MoveCall, Moved, Observe, RecordNotFoundError, answer_call
from mockserver.store.table import Table, sort_as_made


class MemoryRecords:
    """Keeps records of *kinds*; no call awaits, so each is atomic within its event loop.

    Args:
        kinds: the kinds of records that there are.
        seed: the records to start from, by kind. Those that have a serial number keep it, such as
            those of another store; others are made in the order of their stamps, or of the seed.
        paces: how the server moves records where the contract leaves it open, by kind.
        lifecycles: how records move, by kind; without one, as the contract says.
        observe: is told of each record that is made, changed or gone.
        begins: when the world begins, in epoch milliseconds. What the seed says holds then: a
            move that should have been made before is not, and the record waits from then on.
    """

    def __init__(  # noqa: PLR0913, PLR0917 -- made once for each world
        self,
        kinds: Sequence[Kind],
        seed: Mapping[str, Sequence[Record]] | None = None,
        paces: Mapping[str, Pace] | None = None,
        observe: Observe | None = None,
        begins: int = 0,
        lifecycles: Mapping[str, Lifecycle] | None = None,
    ) -> None:
        self._observe = observe
        self._tables = {kind.name: Table(kind) for kind in kinds}
        self._paces = {kind.name: (paces or {}).get(kind.name, Pace()) for kind in kinds}
        self._due: list[tuple[int, str, int]] = []
        #: What happens next, by kind and serial number; moments that are not here are outdated.
        self._watched: dict[tuple[str, int], Due] = {}
        self._revision = 0
        self._move_by(lifecycles or {})
        for name, records in (seed or {}).items():
            self.plant(name, sort_as_made(self._tables[name].kind, records), begins)

    def plant(self, name: str, records: Iterable[Record], begins: int) -> None:
        """Keep *records* of the kind *name*, as they were made, without telling the observer.

        Raises:
            KeyTakenError: two of one scope have the same key.
        """
        table = self._tables[name]
        progress = self._progress.get(name)
        for record in records:
            due = None if progress is None else progress.next_due(record)
            if due is None:
                table.add(record)
            elif due.at > begins:
                self._expect(table, table.add(record), due)
            else:
                self._watch(table, table.add(structs.replace(record, entered=begins)))

    def revision(self, now: int) -> int | None:
        """Return the number of changes so far, those due at *now* included."""
        self._settle(now)
        return self._revision

    async def page(self, kind: Kind, scope: Scope, query: Query, now: int) -> Slice:
        """Return the page of *query* of the list of *kind* in *scope*."""
        self._settle(now)
        table, mark = self._tables[kind.name], query.mark
        position = None if mark is None else _position(table, scope, query.ordering, mark)
        return table.index(scope, query.ordering).page(query, position)

    async def get(self, kind: Kind, scope: Scope | None, key: Key, now: int) -> Record:
        """Return one record."""
        self._settle(now)
        return self._find(kind, scope, key)

    async def add(
        self, kind: Kind, record: Record, now: int, conflict: Conflict | None = None
    ) -> Record:
        """Keep *record*, and return it with its serial number."""
        self._settle(now)
        table = self._tables[kind.name]
        kept = table.add(self._believe(kind.name, record, now), conflict)
        self._note_change(table, None, kept)
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
        self._settle(now)
        before = self._find(kind, scope, key)
        outcome = answer_call(self._lifecycles.get(kind.name), before, call, now)
        if isinstance(outcome, Moved):
            self._replace(self._tables[kind.name], before, outcome.after)
        return outcome

    async def change(
        self,
        kind: Kind,
        scope: Scope | None,
        key: Key,
        change: Callable[[Record], Record | None],
        now: int,
    ) -> Record | None:
        """Replace a record by what *change* makes of it (None: it is gone), and return that."""
        self._settle(now)
        before = self._find(kind, scope, key)
        after = change(before)
        if after is not None:
            after = structs.replace(after, serial=before.serial)
        self._replace(self._tables[kind.name], before, after)
        return after

    async def all(self, kind: Kind, now: int) -> Sequence[Record]:
        """Return all records of *kind* of all scopes, as they were made."""
        self._settle(now)
        return self._tables[kind.name].all()

    async def highest(self, kind: Kind, scope: Scope | None, now: int) -> int:
        """Return the highest key so far that is an integer, in one scope or all."""
        self._settle(now)
        return self._tables[kind.name].highest(scope)

    async def highest_at(self, kind: Kind, pointer: str, now: int) -> int:
        """Return the highest integer so far at a place of any record of *kind*."""
        self._settle(now)
        return self._tables[kind.name].highest_at(pointer)

    async def use_lifecycles(self, lifecycles: Mapping[str, Lifecycle], now: int) -> None:
        """Move records by *lifecycles* from *now* on."""
        self._settle(now)
        self._move_by(lifecycles)
        self._due.clear()
        self._watched.clear()
        for table in self._tables.values():
            for record in table.records.values():
                self._watch(table, record)
        self._revision += 1

    async def settle(self, now: int) -> None:
        """Make the moves that are due at *now*."""
        self._settle(now)

    def _move_by(self, lifecycles: Mapping[str, Lifecycle]) -> None:
        found = {n: lifecycles.get(n, table.kind.lifecycle) for n, table in self._tables.items()}
        self._lifecycles = {n: lifecycle for n, lifecycle in found.items() if lifecycle is not None}
        self._progress = {n: Progress(of, self._paces[n]) for n, of in self._lifecycles.items()}

    def _find(self, kind: Kind, scope: Scope | None, key: Key) -> Record:
        found = self._tables[kind.name].find(scope, key)
        if found is None:
            raise RecordNotFoundError(key)
        return found

    def _believe(self, name: str, record: Record, now: int) -> Record:
        progress = self._progress.get(name)
        return record if progress is None else progress.believe(record, now)

    def _settle(self, now: int) -> None:
        """Make the moves that are due at *now*, in the order of their moments."""
        while self._due and self._due[0][0] <= now:
            at, name, serial = heapq.heappop(self._due)
            due = self._watched.get((name, serial))
            # A record that moved meanwhile, or is gone, left its old entry behind.
            if due is None or due.at != at:
                continue
            del self._watched[name, serial]
            table = self._tables[name]
            record = table.records[serial]
            self._replace(table, record, self._progress[name].happen(record, due))

    def _replace(self, table: Table, before: Record, after: Record | None) -> None:
        if after != before:
            table.replace(before, after)
            self._note_change(table, before, after)

    def _note_change(self, table: Table, before: Record | None, after: Record | None) -> None:
        self._revision += 1
        if after is not None:
            self._watch(table, after)
        elif before is not None:
            self._watched.pop((table.kind.name, before.serial), None)
        if self._observe is not None:
            self._observe(table.kind, before, after)

    def _watch(self, table: Table, record: Record) -> None:
        """Remember what happens to *record* next; its moment once, however often it changes."""
        progress = self._progress.get(table.kind.name)
        self._expect(table, record, None if progress is None else progress.next_due(record))

    def _expect(self, table: Table, record: Record, due: Due | None) -> None:
        """Remember that *due* happens to *record* next."""
        name = (table.kind.name, record.serial)
        before = self._watched.pop(name, None)
        if due is None:
            return
        self._watched[name] = due
        if before is None or before.at != due.at:
            heapq.heappush(self._due, (due.at, *name))


def _position(table: Table, scope: Scope, ordering: Ordering, mark: Mark) -> Position | None:
    """Return where a page begins or ends that has a *mark*; None for the end of the list."""
    if mark.key is None:
        return mark.position
    found = table.find(scope, mark.key)
    if found is None:
        raise InvalidArgumentError(mark.parameter, mark.unknown, "names no record of this list")
    return ordering.position(found)
