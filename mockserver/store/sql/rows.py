"""From a record to its row and back."""

from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

import msgspec
from msgspec import Struct

from mockserver.contract.contract import SERVER
from mockserver.records.kind import Kind
from mockserver.records.lifecycle import Lifecycle, targets_of
from mockserver.records.listing.query import Position
from mockserver.records.listing.request import usual_order
from mockserver.records.places import Place
from mockserver.records.progress import Pace, Progress
from mockserver.records.record import Due, Key, Pending, Planned, Record, Scope
from mockserver.store.sql.database import Row
from mockserver.store.sql.sortable import write_sortable
from mockserver.store.sql.tables import records

#: The columns of a record as a page reads them, which knows the scope.
PAGED = (records.c.head, records.c.text, records.c.due_at)
#: Those columns, and the others that a change of a record needs.
SHOWN = (*PAGED, records.c.scope, records.c.edition)
#: A moment that no clock reaches.
NEVER = 2**63

_LONGEST_KEY = 1_000
_DIGEST_SIZE = 16
_SCOPE = msgspec.json.Decoder(tuple[str, ...])


class _Head(Struct, frozen=True, array_like=True):
    """What a row holds of a record beside its text: an array, since each column costs time."""

    serial: int
    key: Key
    state: str
    entered: int
    plan: tuple[Planned, ...]
    pending: Pending | None


_HEAD = msgspec.json.Decoder(_Head)
_ENCODE = msgspec.json.Encoder().encode


class Stored(Struct, frozen=True):
    """A row as it was read: the *record* that it holds, and its *edition*."""

    record: Record
    due_at: int | None
    edition: int


class Rows:
    """The rows of the records of a *kind*, which the server of a world moves at a *pace*.

    They move by *lifecycle*, or else as the contract says.
    """

    def __init__(self, kind: Kind, pace: Pace, lifecycle: Lifecycle | None = None) -> None:
        self.kind = kind
        self.pace = pace
        self.lifecycle = lifecycle = kind.lifecycle if lifecycle is None else lifecycle
        self.progress = None if lifecycle is None else Progress(lifecycle, pace)
        #: The order of the list where a request states none; the rows are counted in it.
        self.ordering = usual_order(kind)
        #: The places whose highest integer this server has been asked for.
        self.counted: set[str] = set()
        self.by_place = bool(self.ordering.columns)
        moves = () if lifecycle is None else lifecycle.moves
        unasked = [move for move in moves if move.by == SERVER or move.after is not None]
        #: Whether rows have to be up to date before they are counted: a record may be gone by
        #: itself, or stand elsewhere.
        self.shifts = self.by_place or any(None in targets_of(move) for move in unasked)
        self._conflicting = {pointer: Place(pointer) for pointer in kind.conflicts}

    def read(self, row: Row, scope: Scope) -> Record:
        """Return the record of a row with `PAGED`."""
        head, text = _HEAD.decode(row[0]), row[1]
        return Record(
            head.key, scope, text, head.state, head.entered, head.serial, head.plan, head.pending
        )

    def read_stored(self, row: Row) -> Stored:
        """Return what a row with `SHOWN` holds."""
        due_at, scope, edition = row[2:5]
        return Stored(self.read(row, _SCOPE.decode(scope)), due_at, edition)

    def settle(self, record: Record, due_at: int | None, now: int) -> Record | None:
        """Return the *record* of a row as it is at *now*; None if it is gone by then."""
        if due_at is None or due_at > now or self.progress is None:
            return record
        return self.progress.settle(record, now)

    def steps(self, record: Record, now: int) -> Iterator[tuple[int, Record, Record | None]]:
        """Yield what happens to *record* until *now*: the moment, and what was before and after."""
        found: Record | None = record
        while found is not None and self.progress is not None:
            due = self.progress.next_due(found)
            if due is None or due.at > now:
                return
            before, found = found, self.progress.happen(found, due)
            yield due.at, before, found

    def write(self, record: Record) -> dict[str, Any]:
        """Return what changes of the row with *record*, by column."""
        return {
            "place": self.place(record),
            "head": write_head(record),
            "text": record.text,
            "due_at": self.find_due(record),
        }

    def place(self, record: Record) -> bytes:
        """Return what *record* is ordered by; empty where that is its serial number alone."""
        if not self.by_place:
            return b""
        return self.place_of(self.ordering.position(record))[0]

    def place_of(self, position: Position) -> tuple[bytes, int]:
        """Return a *position* in the order of the rows as their columns have it."""
        if isinstance(position, int):
            return b"", position
        return write_sortable(position[:-1]), position[-1]

    def conflicts(self, record: Record, due_at: int | None) -> dict[str, bytes]:
        """Return what *record*, which is *due_at* some moment, may keep others from having.

        It is by pointer, and so in some states only; that of a row may change without being
        written.
        """
        held = [
            pointer
            for pointer, states in self.kind.conflicts.items()
            if due_at is not None or states is None or record.state in states
        ]
        if not held:
            return {}
        members = record.members()
        return {p: write_value(record.scope, self._conflicting[p].read(members)) for p in held}

    def find_due(self, record: Record) -> int | None:
        """Return when *record* moves next by itself, if any clock reaches that moment."""
        due: Due | None = None if self.progress is None else self.progress.next_due(record)
        return None if due is None or due.at >= NEVER else due.at

    def counts(self, record: Record) -> dict[str, int]:
        """Return the integers of *record* at the places that are counted, by pointer."""
        if not self.counted:
            return {}
        members = record.members()
        found = {pointer: Place(pointer).read(members) for pointer in self.counted}
        return {pointer: value for pointer, value in found.items() if type(value) is int}

    def is_elsewhere(self, before: Record, after: Record) -> bool:
        """Return whether a change puts a record in another place, or in the way of others.

        That it is in the way no more is seen where that counts.
        """
        if before.text != after.text and self.place(before) != self.place(after):
            return True
        held = self.conflicts(before, self.find_due(before))
        return not self.conflicts(after, self.find_due(after)).items() <= held.items()


def write_head(record: Record) -> str:
    """Return what the row of *record* holds of it beside its text."""
    head = _Head(
        record.serial, record.key, record.state, record.entered, record.plan, record.pending
    )
    return _ENCODE(head).decode()


def write_key(key: Key) -> str:
    """Return *key* as its column has it: its JSON, or a digest if that is too long for an index."""
    if isinstance(key, int):
        return str(key)
    text = msgspec.json.encode(key)
    if len(text) <= _LONGEST_KEY:
        return text.decode()
    return "#" + blake2b(text, digest_size=_DIGEST_SIZE).hexdigest()


def write_scope(scope: Scope) -> str:
    """Return *scope* as its column has it."""
    return msgspec.json.encode(scope).decode()


def write_value(scope: Scope, value: Any) -> bytes:
    """Return what tells a *value* that conflicts in *scope* from others."""
    return blake2b(msgspec.json.encode((scope, value)), digest_size=_DIGEST_SIZE).digest()
