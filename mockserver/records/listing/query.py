"""What a request for a list asks for, as values that every store can follow."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

import msgspec
from msgspec import Struct

from mockserver.records.listing.filters import Condition
from mockserver.records.places import Place
from mockserver.records.record import Key, Record
from mockserver.records.scales import Scale

_TEXTS = msgspec.json.Decoder(list[msgspec.Raw])
#: What ends a turned text, so that a longer one comes before one that it begins with.
_END = 1
#: Where a record stands in an order: its serial number, after what it is ordered by if anything.
Position = int | tuple[Any, ...]


class Column(Struct, frozen=True):
    """A *place* that an order compares, on its *scale*; *turned* against the order's direction."""

    place: Place
    scale: Scale = Scale()
    turned: bool = False

    def rank(self, members: dict[str, Any]) -> tuple[Any, ...]:
        """Return what *members* are compared by."""
        kind, number, text = self.scale.of_value(self.place.read(members))
        if not self.turned:
            return (kind, number, text)
        return (-kind, -number, (*(-ord(character) for character in text), _END))


class Ordering(Struct, frozen=True):
    """An order of records: by what they hold in *columns*, the first before the others.

    Records that hold the same in all of them, or any where there are none, follow as they were
    made.
    """

    columns: tuple[Column, ...] = ()

    def position(self, record: Record) -> Position:
        """Return where *record* stands in this order, from the least to the most."""
        if not self.columns:
            return record.serial
        members = record.members()
        if len(self.columns) == 1:
            return (*self.columns[0].rank(members), record.serial)
        ranks = chain.from_iterable(column.rank(members) for column in self.columns)
        return (*ranks, record.serial)


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

    *limit* None means all. The page begins after *offset* records, or where the *mark* says. Where
    *wants_records* is false, only their texts are looked at.
    """

    conditions: tuple[Condition, ...] = ()
    ordering: Ordering = Ordering()
    descending: bool = True
    limit: int | None = None
    offset: int = 0
    mark: Mark | None = None
    wants_total: bool = False
    wants_records: bool = True


class Slice(Struct, frozen=True):
    """The *records* of a page, and whether there are others *before* and *after* it.

    *joined* are the texts of the records with commas between, as a response has them; what needs no
    more reads them alone, since a store may put off making a record until it is looked at. *total*
    counts the records of all pages, and is None where the query does not want it.
    """

    records: Sequence[Record]
    joined: bytes
    before: bool
    after: bool
    total: int | None = None

    @property
    def texts(self) -> list[bytes]:
        """The texts of the records, one by one."""
        return [bytes(text) for text in _TEXTS.decode(b"[%b]" % self.joined)]
