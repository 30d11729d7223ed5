"""What every store of records promises."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from msgspec import Struct

from mockserver.contract.contract import Conflict, Move
from mockserver.records.arguments import Arguments
from mockserver.records.kind import Kind
from mockserver.records.lifecycle import Lifecycle, Unmoved, choose, make
from mockserver.records.listing.query import Query, Slice
from mockserver.records.record import Key, Record, Scope

#: Is told of each record that is made (before: None), changed, or gone (after: None).
Observe = Callable[[Kind, Record | None, Record | None], object]


class RecordNotFoundError(LookupError):
    """The scope has no record of that key."""


class KeyTakenError(Exception):
    """The scope has a record of that key already."""


class ConflictError(Exception):
    """The contract refuses another record beside one that is there; *status* answers it."""

    def __init__(self, conflict: Conflict, value: Any) -> None:
        super().__init__(f"a record with {conflict.key} {value!r} already exists")
        self.status = conflict.status


class MoveCall(Struct, frozen=True):
    """What a client asks of a record: an *operation* by its name, with its *arguments*.

    *members* are what it writes besides, by JSON Pointer, unless it is refused.
    """

    operation: str
    arguments: Arguments = Arguments()
    members: Mapping[str, Any] = {}


class Moved(Struct, frozen=True):
    """What a call did to a record: it was *before*, and is *after* (None: it is gone).

    *move* is None where the call asks for no move. A move that takes effect later leaves the
    record in its state, with the move pending.
    """

    before: Record
    after: Record | None
    move: Move | None


def answer_call(
    lifecycle: Lifecycle | None, before: Record, call: MoveCall, now: int
) -> Moved | Unmoved:
    """Return what *call* does to a record at *now*, or why it does nothing."""
    written = before.with_members(call.members) if call.members else before
    if lifecycle is None:
        return Moved(before, written, None)
    move = choose(lifecycle, before.state, call.operation, call.arguments)
    if isinstance(move, Unmoved):
        return move
    return Moved(before, written if move is None else make(lifecycle, written, move, now), move)


class Records(Protocol):
    """The records of one world, of every kind.

    Each call is atomic, and first makes the moves that are due at *now* (epoch milliseconds):
    nobody sees a record that should have moved. A returned record is a value; it does not change.
    A *scope* None is any: then a key that several scopes have finds the record that was made first.
    """

    def revision(self, now: int) -> int | None:
        """Return a number that is another one after every change of any record, seen at *now*.

        What other servers have changed counts once their changes have been taken over. None means
        that this store cannot tell cheaply; then nothing may be remembered.
        """
        ...

    async def page(self, kind: Kind, scope: Scope, query: Query, now: int) -> Slice:
        """Return the page of *query* of the list of *kind* in *scope*.

        Raises:
            InvalidArgumentError: the query begins after a record that is not there.
        """
        ...

    async def get(self, kind: Kind, scope: Scope | None, key: Key, now: int) -> Record:
        """Return one record.

        Raises:
            RecordNotFoundError: there is no such record.
        """
        ...

    async def add(
        self, kind: Kind, record: Record, now: int, conflict: Conflict | None = None
    ) -> Record:
        """Keep *record*, and return it with its serial number.

        It keeps the serial number that it has, if that is free, and so the place that goes with it;
        else it is the newest. It is believed to be what it says at *now*: no move is made that was
        due before. A kind without a key has its serial numbers as keys.

        Raises:
            KeyTakenError: its scope has a record of that key.
            ConflictError: *conflict* refuses it beside another of its scope.
        """
        ...

    async def move(
        self,
        kind: Kind,
        scope: Scope | None,
        key: Key,
        call: MoveCall,
        now: int,
    ) -> Moved | Unmoved:
        """Make the move that *call* asks for, or return why it may not happen.

        Of several calls at once for one record, one succeeds and the others find its new state.

        Raises:
            RecordNotFoundError: there is no such record.
        """
        ...

    async def change(
        self,
        kind: Kind,
        scope: Scope | None,
        key: Key,
        change: Callable[[Record], Record | None],
        now: int,
    ) -> Record | None:
        """Replace a record by what *change* makes of it (None: it is gone), and return that.

        Raises:
            RecordNotFoundError: there is no such record.
        """
        ...

    async def all(self, kind: Kind, now: int) -> Sequence[Record]:
        """Return all records of *kind* of all scopes, as they were made."""
        ...

    async def highest(self, kind: Kind, scope: Scope | None, now: int) -> int:
        """Return the highest key so far that is an integer, in one scope or all; 0 without one.

        A key that was taken counts though its record is gone: numbers only ever grow.
        """
        ...

    async def highest_at(self, kind: Kind, pointer: str, now: int) -> int:
        """Return the highest integer so far at a place of any record of *kind*; 0 without one.

        All records are read when a place is asked for the first time, and none after that.
        """
        ...

    async def use_lifecycles(self, lifecycles: Mapping[str, Lifecycle], now: int) -> None:
        """Move records by *lifecycles*, by the names of their kinds, from *now* on.

        A kind that is not named moves as its contract says.

        Raises:
            StoreUnavailableError: other servers keep this from being done.
        """
        ...

    async def settle(self, now: int) -> None:
        """Make the moves that are due at *now*, though nobody looks at a record."""
        ...
