"""Records in an order, so that a page far in costs what the first does."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator, Mapping

from mockserver.records.filters import fulfils
from mockserver.records.query import Ordering, Position, Query, Slice
from mockserver.records.record import Record


class Index:
    """The records of one scope in one *ordering*; they themselves are in *records*, by serial."""

    def __init__(
        self, ordering: Ordering, records: Mapping[int, Record], serials: Iterable[int] = ()
    ) -> None:
        self._ordering = ordering
        self._records = records
        position = ordering.position
        #: All are whole numbers, or all pairs: which, says the ordering.
        self._positions: list[Position] = sorted(position(records[s]) for s in serials)

    def __len__(self) -> int:
        return len(self._positions)

    def serials(self) -> Iterator[int]:
        """Yield the serial numbers of the records, in order."""
        for position in self._positions:
            yield position if isinstance(position, int) else position[1]

    def add(self, record: Record) -> None:
        """Take in *record*."""
        insort(self._positions, self._ordering.position(record))

    def discard(self, record: Record) -> None:
        """Take out *record*, as it was taken in."""
        position = self._ordering.position(record)
        del self._positions[bisect_left(self._positions, position)]

    def replace(self, before: Record, after: Record) -> None:
        """Take in *after* in place of *before*."""
        if self._ordering.place is not None and before.text != after.text:
            self.discard(before)
            self.add(after)

    def slice(self, query: Query, position: Position | None) -> Slice:
        """Return the page of *query*; *position* is that of its mark, None for the end.

        Without conditions it costs what the page does. With conditions the records before it are
        read too where they have to be counted.
        """
        return _Reading(self, query).slice(position)

    def rank(self, position: Position, *, after: bool, descending: bool) -> int:
        """Return how many records come before the *position*, or are not *after* it."""
        side: Callable[..., int] = bisect_right if after != descending else bisect_left
        found = side(self._positions, position)
        return len(self) - found if descending else found

    def walk(self, ranks: Iterable[int], *, descending: bool) -> Iterator[Record]:
        """Yield the records of those ranks, counted from the least or from the greatest."""
        last = len(self._positions) - 1
        for rank in ranks:
            position = self._positions[last - rank if descending else rank]
            yield self._records[position if isinstance(position, int) else position[1]]


class _Reading:
    """Reads one page of an index."""

    def __init__(self, index: Index, query: Query) -> None:
        self._index = index
        self._query = query
        self._conditions = query.conditions

    def slice(self, position: Position | None) -> Slice:
        query, size = self._query, len(self._index)
        limit = size if query.limit is None else query.limit
        total = self._count() if query.wants_total else None
        if query.mark is None:
            if not self._conditions:
                return self._cut(query.offset, query.offset + limit, total)
            return self._skip(limit, total)
        rank, descending = self._index.rank, query.descending
        if query.mark.back:
            end = size if position is None else rank(position, after=False, descending=descending)
            found = self._take(range(end - 1, -1, -1), limit + 1)
            behind = self._exists(range(end, size))
            return Slice(tuple(found[:limit][::-1]), len(found) > limit, behind, total)
        start = size if position is None else rank(position, after=True, descending=descending)
        found = self._take(range(start, size), limit + 1)
        before = self._exists(range(start - 1, -1, -1))
        return Slice(tuple(found[:limit]), before, len(found) > limit, total)

    def _cut(self, start: int, stop: int, total: int | None) -> Slice:
        size = len(self._index)
        found = self._walk(range(min(start, size), min(stop, size)))
        return Slice(tuple(found), start > 0 and size > 0, stop < size, total)

    def _skip(self, limit: int, total: int | None) -> Slice:
        """Return a page of what fulfils the conditions, by how many come before it."""
        offset = self._query.offset
        found = self._take(range(len(self._index)), offset + limit + 1)
        page = tuple(found[offset : offset + limit])
        return Slice(page, offset > 0 and bool(found), len(found) > offset + limit, total)

    def _count(self) -> int:
        if not self._conditions:
            return len(self._index)
        ranks = range(len(self._index))
        return sum(1 for record in self._walk(ranks) if fulfils(record, self._conditions))

    def _take(self, ranks: Iterable[int], most: int) -> list[Record]:
        found: list[Record] = []
        for record in self._walk(ranks):
            if not self._conditions or fulfils(record, self._conditions):
                found.append(record)
                if len(found) == most:
                    break
        return found

    def _exists(self, ranks: Iterable[int]) -> bool:
        return bool(self._take(ranks, 1))

    def _walk(self, ranks: Iterable[int]) -> Iterator[Record]:
        return self._index.walk(ranks, descending=self._query.descending)
