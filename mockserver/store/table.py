"""The records of one kind in memory, and what finds them: keys, orders and conflicts."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from msgspec import structs

from mockserver.contract.contract import Conflict
from mockserver.records.kind import Kind
from mockserver.records.listing.query import Ordering
from mockserver.records.places import Place
from mockserver.records.record import Key, Record, Scope
from mockserver.store.index import Index
from mockserver.store.records import ConflictError, KeyTakenError

#: The order that each scope has from its first record on.
_AS_MADE = Ordering()
#: A value of a scope that may conflict: the place that holds it, the scope, and the text that it is
#: or else its JSON, which tells 1 from true.
_Name = tuple[str, Scope, str | bytes]
#: How many orders of a scope are kept, so that requests cannot fill the memory.
_MOST_ORDERS = 8


class _Conflicting:
    """A place whose value a record in one of *states* (None: in any) keeps others from having."""

    __slots__ = ("_pointer", "_read", "_states")

    def __init__(self, pointer: str, states: frozenset[str] | None) -> None:
        self._pointer = pointer
        self._states = states
        self._read = Place(pointer).text_reader()

    def name(self, record: Record | None) -> _Name | None:
        """Return what *record* keeps others from having; None if nothing."""
        if record is None or (self._states is not None and record.state not in self._states):
            return None
        return self._pointer, record.scope, _spell(self._read(record.text))


class Table:
    """The records of *kind*, by serial number."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.records: dict[int, Record] = {}
        #: Empty where the serial numbers are the keys.
        self._by_key: dict[Key, dict[Scope, int]] = {}
        self._indexes: dict[Scope, dict[Ordering, Index]] = {}
        self._highest: dict[Scope, int] = {}
        #: Empty until a record is to be refused beside another: in most worlds none ever is.
        self._conflicting: list[_Conflicting] = []
        #: One serial number, or several: of a million records most have their value alone.
        self._by_value: dict[_Name, int | frozenset[int]] = {}
        self._counted: dict[Place, int] = {}
        self._next = 1

    def add(self, record: Record, conflict: Conflict | None = None) -> Record:
        """Keep *record*, and return it with its serial number: its own, or the next one.

        Raises:
            ConflictError: another one keeps it from being made.
            KeyTakenError: its scope has a record of that key.
        """
        if conflict is not None:
            self._refuse_conflict(record, conflict)
        serial, key = self._identify(record)
        if serial >= self._next:
            self._next = serial + 1
        kept = record
        if record.serial != serial or record.key != key:
            kept = structs.replace(record, key=key, serial=serial)
        self.records[serial] = kept
        indexes = self._indexes.get(record.scope)
        if indexes is None:
            indexes = self._indexes[record.scope] = {_AS_MADE: Index(_AS_MADE, self.records)}
        for index in indexes.values():
            index.add(kept)
        if isinstance(key, int) and key > self._highest.get(record.scope, 0):
            self._highest[record.scope] = key
        if self._conflicting:
            self._remember_values(kept)
        if self._counted:
            self._count(kept)
        return kept

    def replace(self, before: Record, after: Record | None) -> None:
        """Keep *after* in place of *before*; None: it is gone."""
        for conflicting in self._conflicting:
            held, holds = conflicting.name(before), conflicting.name(after)
            if held != holds:
                self._exchange_value(before.serial, held, holds)
        if after is None:
            self._remove(before)
            return
        self.records[before.serial] = after
        if self._counted:
            self._count(after)
        for index in self._indexes.get(before.scope, {}).values():
            index.replace(before, after)

    def find(self, scope: Scope | None, key: Key) -> Record | None:
        """Return the record of that key, the first that was made where *scope* is None."""
        if self.kind.serials_are_keys:
            found = self.records.get(key) if isinstance(key, int) else None
            return found if found is None or scope in (None, found.scope) else None
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

    def _remove(self, record: Record) -> None:
        for index in self._indexes.get(record.scope, {}).values():
            index.discard(record)
        del self.records[record.serial]
        if self.kind.serials_are_keys:
            return
        scopes = self._by_key[record.key]
        del scopes[record.scope]
        if not scopes:
            del self._by_key[record.key]

    def _identify(self, record: Record) -> tuple[int, Key]:
        """Return the serial number and the key that *record* gets; the key is taken by it."""
        stated, kind = record.serial, self.kind
        serial = stated if stated and stated not in self.records else self._next
        if kind.serials_are_keys:
            if kind.key is not None and isinstance(record.key, int):
                serial = record.key
            if serial in self.records:
                raise KeyTakenError(serial)
            return serial, serial
        scopes = self._by_key.setdefault(record.key, {})
        if record.scope in scopes:
            raise KeyTakenError(record.key)
        scopes[record.scope] = serial
        return serial, record.key

    def _count(self, record: Record) -> None:
        members = record.members()
        for place, highest in self._counted.items():
            value = place.read(members)
            if type(value) is int and value > highest:
                self._counted[place] = value

    def _refuse_conflict(self, record: Record, conflict: Conflict) -> None:
        value = Place(conflict.key).read(record.members())
        if value is None:
            return
        if not self._conflicting:
            self._conflicting = [_Conflicting(p, of) for p, of in self.kind.conflicts.items()]
            for known in self.records.values():
                self._remember_values(known)
        for serial in self._list_holders((conflict.key, record.scope, _spell(value))):
            if conflict.states is None or self.records[serial].state in conflict.states:
                raise ConflictError(conflict, value)

    def _list_holders(self, name: _Name) -> frozenset[int]:
        found = self._by_value.get(name, frozenset())
        return frozenset((found,)) if isinstance(found, int) else found

    def _exchange_value(self, serial: int, held: _Name | None, holds: _Name | None) -> None:
        if held is not None:
            self._forget_value(serial, held)
        if holds is not None:
            self._remember_value(serial, holds)

    def _remember_values(self, record: Record) -> None:
        for conflicting in self._conflicting:
            holds = conflicting.name(record)
            if holds is not None:
                self._remember_value(record.serial, holds)

    def _remember_value(self, serial: int, name: _Name) -> None:
        if name in self._by_value:
            self._by_value[name] = self._list_holders(name) | {serial}
        else:
            self._by_value[name] = serial

    def _forget_value(self, serial: int, name: _Name) -> None:
        others = self._list_holders(name) - {serial} if self._by_value[name] != serial else None
        if others:
            self._by_value[name] = others
        else:
            del self._by_value[name]


def sort_as_made(kind: Kind, records: Sequence[Record]) -> Iterator[Record]:
    """Yield *records* as they were made: by serial numbers, then others by their stamps."""
    if kind.key is not None and kind.serials_are_keys:
        yield from sorted(records, key=lambda record: record.key)
        return
    made = [(kind.find_made(record), record) for record in records if not record.serial]
    if all(moment is not None for moment, _ in made):
        made.sort(key=lambda pair: pair[0] or 0)
    numbered = [record for record in records if record.serial]
    yield from sorted(numbered, key=lambda record: record.serial)
    yield from (record for _, record in made)


def _spell(value: Any) -> str | bytes:
    return value if isinstance(value, str) else msgspec.json.encode(value)
