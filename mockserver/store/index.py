"""Records in an order, so that a page far in costs what the first does."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import Any, cast

from mockserver.records.listing.filters import Condition, fulfils
from mockserver.records.listing.query import Ordering, Position, Query, Slice
from mockserver.records.record import Record

_TEXT = attrgetter("text")
#: How many filters of one list are remembered, each with what it has found.
_MOST_NARROWED = 16


class Index:
    """Some records of one scope in one *ordering*; they themselves are in *records*, by serial.

    *positions* are those of the records that it begins with, in order.
    """

    def __init__(
        self, ordering: Ordering, records: Mapping[int, Record], positions: Iterable[Position] = ()
    ) -> None:
        self._ordering = ordering
        self._records = records
        #: All are whole numbers, or all are tuples: which, says the ordering.
        self._positions = list(positions)
        self._narrowed: dict[tuple[Condition, ...], Index] = {}

    def __len__(self) -> int:
        return len(self._positions)

    def order(self, ordering: Ordering) -> "Index":
        """Return the same records in another order."""
        records = (self._at(position) for position in self._positions)
        return Index(ordering, self._records, sorted(map(ordering.position, records)))

    def add(self, record: Record) -> None:
        """Take in *record*."""
        # As a million records are made, no call is made for the position of each.
        position = self._ordering.position(record) if self._ordering.columns else record.serial
        # Most records come in their order.
        if not self._positions or self._positions[-1] < position:  # type: ignore[operator]  # alike
            self._positions.append(position)
        else:
            insort(self._positions, position)
        for conditions, index in self._narrowed.items():
            if fulfils(record, conditions):
                index.add(record)

    def discard(self, record: Record) -> None:
        """Take out *record*, as it was taken in."""
        del self._positions[bisect_left(self._positions, self._ordering.position(record))]
        for conditions, index in self._narrowed.items():
            if fulfils(record, conditions):
                index.discard(record)

    def replace(self, before: Record, after: Record) -> None:
        """Take in *after* in place of *before*."""
        if before.text != after.text and (self._narrowed or self._ordering.columns):
            self.discard(before)
            self.add(after)

    def narrow(self, conditions: tuple[Condition, ...]) -> "Index":
        """Return the records that fulfil *conditions*.

        All records are read for the first page that asks for these; what is found is kept and
        follows all changes until many other conditions have been asked for.
        """
        found = self._narrowed.pop(conditions, None)
        if found is None:
            meant = (p for p in self._positions if fulfils(self._at(p), conditions))
            found = Index(self._ordering, self._records, meant)
        self._narrowed[conditions] = found
        if len(self._narrowed) > _MOST_NARROWED:
            del self._narrowed[next(iter(self._narrowed))]
        return found

    def slice(self, query: Query, position: Position | None) -> Slice:
        """Return the page of *query*; *position* is that of its mark, None for the end."""
        found = self.narrow(query.conditions) if query.conditions else self
        start, stop = found.window(query, position)
        records, size = found.cut(start, stop, descending=query.descending), len(found)
        return Slice(
            records=records,
            joined=b",".join(map(_TEXT, records)),
            before=start > 0 and size > 0,
            after=stop < size,
            total=size if query.wants_total else None,
        )

    def window(self, query: Query, position: Position | None) -> tuple[int, int]:
        """Return how many records come before the page, and before what follows it."""
        size = len(self._positions)
        limit = size if query.limit is None else query.limit
        if query.mark is None:
            start = min(query.offset, size)
            return start, min(start + limit, size)
        if query.mark.back:
            stop = size if position is None else self._rank(position, query, after=False)
            return max(0, stop - limit), stop
        start = size if position is None else self._rank(position, query, after=True)
        return start, min(start + limit, size)

    def cut(self, start: int, stop: int, *, descending: bool) -> tuple[Record, ...]:
        """Return the records of the ranks from *start* to *stop*, from the least or the greatest.

        *stop* is not among them.
        """
        size = len(self._positions)
        part = self._positions[size - stop : size - start] if descending else None
        found = self._positions[start:stop] if part is None else part[::-1]
        # A page has many records, and all positions are of one type.
        records: Mapping[Any, Record] = self._records
        if self._ordering.columns:
            found = [position[-1] for position in cast("Any", found)]
        return tuple(map(records.__getitem__, found))

    def _at(self, position: Position) -> Record:
        return self._records[position if isinstance(position, int) else position[-1]]

    def _rank(self, position: Position, query: Query, *, after: bool) -> int:
        """Return how many records come before the *position*, or are not *after* it."""
        side: Callable[..., int] = bisect_right if after != query.descending else bisect_left
        found = side(self._positions, position)
        return len(self) - found if query.descending else found
