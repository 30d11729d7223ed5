"""What a request for a list asks for, as values that every store can follow."""

from msgspec import Struct

from mockserver.records.filters import Condition
from mockserver.records.places import Place
from mockserver.records.record import Key, Record
from mockserver.records.scales import Rank, Scale

#: Where a record stands in an order: by its serial number, after what it is ordered by.
Position = int | tuple[Rank, int]


class Ordering(Struct, frozen=True):
    """An order of records: by what they hold at a *place* (None: as they were made).

    Records that hold the same there follow as they were made.
    """

    pointer: str | None = None
    scale: Scale = Scale()

    def position(self, record: Record) -> Position:
        """Return where *record* stands in this order, from the least to the most."""
        if self.pointer is None:
            return record.serial
        value = Place(self.pointer).read(record.members())
        return (self.scale.of_value(value), record.serial)


class Mark(Struct, frozen=True):
    """Where a page begins or, if it leads *back*, ends: beside a *position*, or the record *key*.

    Neither means the end of the list. *parameter* and *unknown* say how a key is refused that no
    record has.
    """

    position: Position | None = None
    key: Key | None = None
    back: bool = False
    parameter: str = ""
    unknown: int = 400


class Query(Struct, frozen=True):
    """What a page holds: *limit* records of those that fulfil the *conditions*, in an order.

    *limit* None means all. The page begins after *offset* records, or where the *mark* says.
    """

    conditions: tuple[Condition, ...] = ()
    ordering: Ordering = Ordering()
    descending: bool = True
    limit: int | None = None
    offset: int = 0
    mark: Mark | None = None
    wants_total: bool = False


class Slice(Struct, frozen=True):
    """The *records* of a page, and whether there are others *before* and *after* it.

    *total* counts the records of all pages, and is None where the query does not want it.
    """

    records: tuple[Record, ...]
    before: bool
    after: bool
    total: int | None = None
