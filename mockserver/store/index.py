"""Records in an order, so that a page far in costs what the first does."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from mockserver.records.listing.filters import Condition, fulfils
from mockserver.records.listing.query import Ordering, Position, Query, Slice
from mockserver.records.record import Record

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
        #: Of the records, in the same order: a page of texts looks at nothing else.
        self._texts = [self._at(position).text for position in self._positions]
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
            self._texts.append(record.text)
        else:
            rank = bisect_left(self._positions, position)
            self._positions.insert(rank, position)
            self._texts.insert(rank, record.text)
        for conditions, index in self._narrowed.items():
            if fulfils(record, conditions):
                index.add(record)

    def discard(self, record: Record) -> None:
        """Take out *record*, as it was taken in."""
        rank = bisect_left(self._positions, self._ordering.position(record))
        del self._positions[rank], self._texts[rank]
        for conditions, index in self._narrowed.items():
            if fulfils(record, conditions):
                index.discard(record)

    def replace(self, before: Record, after: Record) -> None:
        """Take in *after* in place of *before*."""
        if before.text == after.text:
            return
        if self._narrowed or self._ordering.columns:
            self.discard(before)
            self.add(after)
        else:
            self._texts[bisect_left(self._positions, before.serial)] = after.text

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

    def page(self, query: Query, position: Position | None) -> Slice:
        """Return the page of *query*; *position* is that of its mark, None for the end."""
        found = self.narrow(query.conditions) if query.conditions else self
        return found.cut(query, *found.window(query, position))

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

    def cut(self, query: Query, start: int, stop: int) -> Slice:
        """Return the page of *query* that begins after *start* records and ends before *stop*."""
        size = len(self._positions)
        part, step = slice(start, stop), 1
        if query.descending:
            part, step = slice(size - stop, size - start), -1
        return Slice(
            records=self._read(self._positions[part][::step]) if query.wants_records else (),
            joined=b",".join(self._texts[part][::step]),
            before=start > 0 and size > 0,
            after=stop < size,
            total=size if query.wants_total else None,
        )

    def _read(self, positions: Sequence[Position]) -> tuple[Record, ...]:
        # A page has many records, and all positions are of one type.
        serials: Any = positions
        if self._ordering.columns:
            serials = [position[-1] for position in serials]
        return tuple(map(self._records.__getitem__, serials))

    def _at(self, position: Position) -> Record:
        return self._records[position if isinstance(position, int) else position[-1]]

    def _rank(self, position: Position, query: Query, *, after: bool) -> int:
        """Return how many records come before the *position*, or are not *after* it."""
        side: Callable[..., int] = bisect_right if after != query.descending else bisect_left
        found = side(self._positions, position)
        return len(self) - found if query.descending else found
