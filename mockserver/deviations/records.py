"""Records as an operation meets them in a world that deviates."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import structs

from mockserver.contract.contract import Conflict
from mockserver.records.kind import Kind
from mockserver.records.lifecycle import Lifecycle, Unmoved
from mockserver.records.listing.query import Query, Slice
from mockserver.records.record import Key, Record, Scope
from mockserver.store.records import MoveCall, Moved, Records

Members = dict[str, Any]


class ForwardingRecords:
    """Passes every call on to *inner*; deviations override some, for the kind of one *name*."""

    def __init__(self, inner: Records, name: str) -> None:
        self._inner = inner
        self._name = name

    def revision(self, _: int) -> int | None:
        """Return None: what deviates is not remembered."""
        return None

    async def page(self, kind: Kind, scope: Scope, query: Query, now: int) -> Slice:
        """Return the page of *query* of the list of *kind* in *scope*."""
        return await self._inner.page(kind, scope, query, now)

    async def get(self, kind: Kind, scope: Scope | None, key: Key, now: int) -> Record:
        """Return one record."""
        return await self._inner.get(kind, scope, key, now)

    async def add(
        self, kind: Kind, record: Record, now: int, conflict: Conflict | None = None
    ) -> Record:
        """Keep *record* as the newest, and return it with its serial number."""
        return await self._inner.add(kind, record, now, conflict)

    async def move(
        self, kind: Kind, scope: Scope | None, key: Key, call: MoveCall, now: int
    ) -> Moved | Unmoved:
        """Make the move that *call* asks for, or return why it may not happen."""
        return await self._inner.move(kind, scope, key, call, now)

    async def change(
        self,
        kind: Kind,
        scope: Scope | None,
        key: Key,
        change: Callable[[Record], Record | None],
        now: int,
    ) -> Record | None:
        """Replace a record by what *change* makes of it (None: it is gone), and return that."""
        return await self._inner.change(kind, scope, key, change, now)

    async def all(self, kind: Kind, now: int) -> Sequence[Record]:
        """Return all records of *kind* of all scopes, as they were made."""
        return await self._inner.all(kind, now)

    async def highest(self, kind: Kind, scope: Scope | None, now: int) -> int:
        """Return the highest key so far that is an integer, in one scope or all."""
        return await self._inner.highest(kind, scope, now)

    async def highest_at(self, kind: Kind, pointer: str, now: int) -> int:
        """Return the highest integer so far at a place of any record of *kind*."""
        return await self._inner.highest_at(kind, pointer, now)

    async def settle(self, now: int) -> None:
        """Make the moves that are due at *now*."""
        await self._inner.settle(now)

    async def use_lifecycles(self, lifecycles: Mapping[str, Lifecycle], now: int) -> None:
        """Let records move by other lifecycles, by the name of their kind, from *now* on."""
        await self._inner.use_lifecycles(lifecycles, now)


class DisguisedRecords(ForwardingRecords):
    """Shows what *change* makes of the members of each record."""

    def __init__(self, inner: Records, name: str, change: Callable[[Members], Members]) -> None:
        super().__init__(inner, name)
        self._change = change

    async def page(self, kind: Kind, scope: Scope, query: Query, now: int) -> Slice:
        """Return the page, with each record disguised."""
        found = await self._inner.page(kind, scope, query, now)
        if kind.name != self._name:
            return found
        # Lists are ordered, and led on, by what records are and not by how they look.
        return structs.replace(found, joined=b",".join(map(self._change_text, found.texts)))

    async def get(self, kind: Kind, scope: Scope | None, key: Key, now: int) -> Record:
        """Return one record, disguised."""
        found = await self._inner.get(kind, scope, key, now)
        return self._disguise(found) if kind.name == self._name else found

    async def add(
        self, kind: Kind, record: Record, now: int, conflict: Conflict | None = None
    ) -> Record:
        """Keep *record*, and return it disguised."""
        added = await self._inner.add(kind, record, now, conflict)
        return self._disguise(added) if kind.name == self._name else added

    async def move(
        self, kind: Kind, scope: Scope | None, key: Key, call: MoveCall, now: int
    ) -> Moved | Unmoved:
        """Make the move, and return the record as it was and is, disguised."""
        moved = await self._inner.move(kind, scope, key, call, now)
        if kind.name != self._name or isinstance(moved, Unmoved):
            return moved
        after = None if moved.after is None else self._disguise(moved.after)
        return structs.replace(moved, before=self._disguise(moved.before), after=after)

    async def change(
        self,
        kind: Kind,
        scope: Scope | None,
        key: Key,
        change: Callable[[Record], Record | None],
        now: int,
    ) -> Record | None:
        """Replace a record, and return it disguised."""
        changed = await self._inner.change(kind, scope, key, change, now)
        if kind.name != self._name or changed is None:
            return changed
        return self._disguise(changed)

    def _disguise(self, record: Record) -> Record:
        return structs.replace(record, text=self._change_text(record.text))

    def _change_text(self, text: bytes) -> bytes:
        return msgspec.json.encode(self._change(msgspec.json.decode(text)))
