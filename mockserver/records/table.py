"""The records of one kind in memory, and what finds them: keys, orders and conflicts."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from msgspec import structs

from mockserver.contract.description.contract import Conflict
from mockserver.records.index import Index
from mockserver.records.kind import Kind
from mockserver.records.places import Place
from mockserver.records.query import Ordering
from mockserver.records.record import Key, Record, Scope
from mockserver.records.store import ConflictError, KeyTakenError

#: The order that each scope has from its first record on.
_AS_MADE = Ordering()
#: How many orders of a scope are kept, so that requests cannot fill the memory.
_MOST_ORDERS = 8


class Table:
    """The records of *kind*, by serial number."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.records: dict[int, Record] = {}
        self._by_key: dict[Key, dict[Scope, int]] = {}
        self._indexes: dict[Scope, dict[Ordering, Index]] = {}
        self._highest: dict[Scope, int] = {}
        self._conflicting = {pointer: Place(pointer) for pointer in kind.conflicts}
        self._by_value: dict[tuple[str, Scope, bytes], set[int]] = {}
        self._counted: dict[Place, int] = {}
        self._next = 1

    def plant(self, records: Sequence[Record]) -> Iterator[Record]:
        """Keep *records*, which have always been there, and yield them with their serials.

        Those that have a serial keep it; the others follow in the order of their stamps.

        Raises:
            KeyTakenError: two of one scope have the same key.
        """
        known = [record for record in records if record.serial]
        made = [(self.kind.find_made(record), record) for record in records if not record.serial]
        if all(moment is not None for moment, _ in made):
            made.sort(key=lambda pair: pair[0] or 0)
        for record in (*known, *(record for _, record in made)):
            yield self._keep(record)

    def add(self, record: Record, conflict: Conflict | None) -> Record:
        """Keep *record* as the newest, and return it with its serial."""
        if conflict is not None:
            self._refuse_conflict(record, conflict)
        return self._keep(record)

    def replace(self, before: Record, after: Record | None) -> None:
        """Keep *after* in place of *before*; None: it is gone."""
        indexes = self._indexes.get(before.scope, {}).values()
        self._forget_values(before)
        if after is not None:
            self.records[before.serial] = after
            self._remember_values(after)
            self._count(after)
            for index in indexes:
                index.replace(before, after)
            return
        for index in indexes:
            index.discard(before)
        del self.records[before.serial]
        scopes = self._by_key[before.key]
        del scopes[before.scope]
        if not scopes:
            del self._by_key[before.key]

    def find(self, scope: Scope | None, key: Key) -> Record | None:
        """Return the record of that key, the first that was made where *scope* is None."""
        scopes = self._by_key.get(key)
        if not scopes:
            return None
        serial = min(scopes.values()) if scope is None else scopes.get(scope)
        return None if serial is None else self.records[serial]

    def all(self) -> Sequence[Record]:
        """Return all records, as they were made."""
        return [self.records[serial] for serial in sorted(self.records)]

    def highest(self, scope: Scope | None) -> int:
        """Return the highest integer that was a key so far; 0 without one."""
        if scope is None:
            return max(self._highest.values(), default=0)
        return self._highest.get(scope, 0)

    def highest_at(self, pointer: str) -> int:
        """Return the highest integer that was at a place since it was first asked for."""
        place = Place(pointer)
        if place not in self._counted:
            self._counted[place] = 0
            for record in self.records.values():
                self._count(record)
        return self._counted[place]

    def index(self, scope: Scope, ordering: Ordering) -> Index:
        """Return the records of *scope* in an order; it is kept until many others are asked for."""
        indexes = self._indexes.get(scope)
        if indexes is None:
            return Index(ordering, self.records)
        if ordering == _AS_MADE:
            return indexes[_AS_MADE]
        found = indexes.pop(ordering, None)
        indexes[ordering] = indexes[_AS_MADE].order(ordering) if found is None else found
        if len(indexes) > _MOST_ORDERS:
            del indexes[next(other for other in indexes if other != _AS_MADE)]
        return indexes[ordering]

    def _keep(self, record: Record) -> Record:
        serial = record.serial or self._next
        if self.kind.has_one_sequence and isinstance(record.key, int):
            serial = record.key
        key = record.key if self.kind.key is not None else serial
        scopes = self._by_key.setdefault(key, {})
        if record.scope in scopes or serial in self.records:
            raise KeyTakenError(key)
        self._next = max(self._next, serial + 1)
        kept = structs.replace(record, key=key, serial=serial)
        scopes[record.scope] = serial
        self.records[serial] = kept
        indexes = self._indexes.get(record.scope)
        if indexes is None:
            indexes = self._indexes[record.scope] = {_AS_MADE: Index(_AS_MADE, self.records)}
        for index in indexes.values():
            index.add(kept)
        if isinstance(key, int):
            self._highest[record.scope] = max(key, self._highest.get(record.scope, 0))
        self._remember_values(kept)
        self._count(kept)
        return kept

    def _count(self, record: Record) -> None:
        members = record.members() if self._counted else {}
        for place, highest in self._counted.items():
            value = place.read(members)
            if type(value) is int and value > highest:
                self._counted[place] = value

    def _refuse_conflict(self, record: Record, conflict: Conflict) -> None:
        value = Place(conflict.key).read(record.members())
        if value is None:
            return
        for serial in self._by_value.get((conflict.key, record.scope, _spell(value)), ()):
            if conflict.states is None or self.records[serial].state in conflict.states:
                raise ConflictError(conflict, value)

    def _remember_values(self, record: Record) -> None:
        for name in self._values(record):
            self._by_value.setdefault(name, set()).add(record.serial)

    def _forget_values(self, record: Record) -> None:
        for name in self._values(record):
            self._by_value[name].discard(record.serial)
            if not self._by_value[name]:
                del self._by_value[name]

    def _values(self, record: Record) -> list[tuple[str, Scope, bytes]]:
        if not self._conflicting:
            return []
        members = record.members()
        return [
            (pointer, record.scope, _spell(place.read(members)))
            for pointer, place in self._conflicting.items()
        ]


def _spell(value: Any) -> bytes:
    return msgspec.json.encode(value)
