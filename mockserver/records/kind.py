"""A kind of records: what the engine needs of a resource of the contract, computed once."""

from collections.abc import Iterable
from copy import copy
from functools import cached_property
from typing import Any

from msgspec import structs

from mockserver.contract.contract import Filter, Order, Pages, Resource
from mockserver.contract.operations import Operation, Parameter
from mockserver.contract.schemas import is_nullable, member, types
from mockserver.parsing.integer import parse_integer
from mockserver.records.arguments import Arguments
from mockserver.records.lifecycle import Lifecycle
from mockserver.records.moments import moment_of, stamp_of
from mockserver.records.places import Place
from mockserver.records.record import Key, Record, Scope, write_text
from mockserver.records.scales import Scale, scale_of
from mockserver.records.schemas.schema import Schema


class InvalidRecordError(ValueError):
    """What is to be a record is none: it has no key, or no state that the contract knows."""


class Kind:
    """The records of one *resource*, whose *operations* are among those of the contract.

    If it *has_one_sequence*, its keys count the records of all scopes as they are made, and so are
    their serial numbers as well. If the server *is_punctual*, it makes a move as soon as the moment
    of its ``notBefore`` lets it, also in a world without a pace.
    """

    def __init__(
        self,
        resource: Resource,
        operations: Iterable[Operation] = (),
        *,
        has_one_sequence: bool = False,
        is_punctual: bool = False,
    ) -> None:
        self.resource = resource
        self.has_one_sequence = has_one_sequence
        self.name = resource.name
        self.key = Place(resource.key.value) if resource.key is not None else None
        self.pages = resource.pages.value if resource.pages is not None else Pages("none", "")
        self.filters: tuple[Filter, ...] = tuple(
            fact.value for fact in resource.filters if fact.value.place is not None
        )
        filtered = {said.parameter for said in self.filters}
        #: A path parameter that a filter compares narrows the list, and names no scope.
        self.scope = tuple(name for name in resource.scope if name not in filtered)
        self.lifecycle = (
            None
            if resource.lifecycle is None
            else Lifecycle(resource.lifecycle, resource.record, operations, is_punctual=is_punctual)
        )
        #: The states in which a record keeps others from being made, by the place that they hold
        #: the same value in; None: whatever its state.
        self.conflicts = _merge_conflicts(resource)
        self._key_types = (
            frozenset({"integer"}) if self.key is None else self._types(self.key.pointer)
        )
        self._keys_are_text = self._key_types == {"string"}
        #: Whether the serial number of a record is its key.
        self.serials_are_keys = self.key is None or (
            has_one_sequence and self._key_types == {"integer"}
        )
        self._stamped = {} if self.lifecycle is None else self.lifecycle.moment_units
        stamps = None if self.lifecycle is None else self.lifecycle.stamps
        self._made = None if stamps is None or stamps.made is None else Place(stamps.made)
        self._scales: dict[str, Scale] = {}

    def with_lifecycle(self, lifecycle: Lifecycle) -> "Kind":
        """Return the same kind, whose records move by another *lifecycle*."""
        made = copy(self)
        made.lifecycle = lifecycle
        return made

    @cached_property
    def schema(self) -> Schema:
        """The schema of a record, with all that it refers to."""
        return Schema(self.resource.record)

    @property
    def order(self) -> Order:
        """The order of the list, as far as the contract states it."""
        return self.pages.order or Order()

    def scope_of(self, arguments: Arguments) -> Scope:
        """Return the scope that the path of a request names."""
        return tuple(map(arguments.path.__getitem__, self.scope))

    def key_of(self, text: str) -> Key | None:
        """Return the key that the *text* of a path parameter states; None if it is not a key.

        Where the schema does not say that keys are text, what spells an integer is one.
        """
        try:
            return self.read_key(text)
        except ValueError:
            return None

    def read_key(self, text: str) -> Key:
        """Return the key that `key_of` returns.

        Raises:
            IntegerSyntaxError: keys are integers, and *text* is not one.
            IntegerRangeError: it is one of more than 64 bits.
        """
        if self._keys_are_text:
            return text
        try:
            return parse_integer(text)
        except ValueError:
            if "string" in self._key_types or not self._key_types:
                return text
            raise

    def scale(self, pointer: str) -> Scale:
        """Return how the values of the place that *pointer* names compare."""
        if pointer not in self._scales:
            schema = member(self.resource.record, pointer)
            self._scales[pointer] = scale_of(schema, self._stamped.get(pointer))
        return self._scales[pointer]

    def parameter(self, name: str) -> Parameter | None:
        """Return the parameter of the list of that name, if it is declared."""
        listing = self.resource.list
        return listing.value.parameter(name) if listing is not None else None

    def has(self, pointer: str) -> bool:
        """Return whether a record has the place that *pointer* names."""
        return member(self.resource.record, pointer) is not None

    def adopt(self, members: dict[str, Any], scope: Scope, now: int) -> Record:
        """Return the record of *members* that are there already, such as those of a fixture.

        It came into its state when its stamps say, and else *now* (epoch milliseconds).

        Raises:
            InvalidRecordError: it has no key, or its members make no state.
        """
        state = ""
        if self.lifecycle is not None:
            found = self.lifecycle.state_of(members)
            if found is None:
                places = self.lifecycle.state_places
                told = ", ".join(f"{place} {Place(place).read(members)!r}" for place in places)
                raise InvalidRecordError(f"{told} is not one of {', '.join(self.states)}")
            state = found
        return Record(
            key=self._key_in(members),
            scope=scope,
            text=write_text(members),
            state=state,
            entered=self._find_entry(members, state, now),
        )

    def begin(
        self, members: dict[str, Any], scope: Scope, now: int, state: str | None = None
    ) -> Record:
        """Return the record that is made of *members* at *now* (epoch milliseconds).

        It is in *state*, or else in the first of those that the contract calls initial, and has
        the stamps of it. The stamp of the last move is set only where it may not be null.

        Raises:
            InvalidRecordError: it has no key.
        """
        made, lifecycle = dict(members), self.lifecycle
        if lifecycle is None:
            return Record(self._key_in(made), scope, write_text(made), entered=now)
        state = lifecycle.initial[0] if state is None else state
        stamps = lifecycle.stamps
        if stamps.made is not None:
            Place(stamps.made).write(made, stamp_of(now, stamps.unit))
        if stamps.moved is not None and Place(stamps.moved).read(made) is None:
            schema = member(self.resource.record, stamps.moved)
            is_null = schema is not None and is_nullable(schema)
            Place(stamps.moved).write(made, None if is_null else stamp_of(now, stamps.unit))
        lifecycle.write(made, state, now)
        return Record(self._key_in(made), scope, write_text(made), state, now)

    def change(self, record: Record, members: dict[str, Any], now: int) -> Record:
        """Return *record* with other *members*; what it is and its state follow from them.

        Raises:
            InvalidRecordError: its key changes, or its members make no state.
        """
        found = self.adopt(members, record.scope, now)
        if found.key != record.key and self.key is not None:
            raise InvalidRecordError(f"the key of a record stays what it is, {record.key!r}")
        entered = record.entered if found.state == record.state else now
        return structs.replace(record, text=found.text, state=found.state, entered=entered)

    def find_made(self, record: Record) -> int | None:
        """Return when *record* was made, in epoch milliseconds; None if it does not say."""
        if self.lifecycle is None or self._made is None:
            return None
        return moment_of(self._made.read(record.members()), self.lifecycle.stamps.unit)

    @property
    def states(self) -> tuple[str, ...]:
        """The states of a record, in the order of the contract; () without a lifecycle."""
        return () if self.lifecycle is None else tuple(self.lifecycle.states)

    def _key_in(self, members: dict[str, Any]) -> Key:
        if self.key is None:
            return 0
        key = self.key.read(members)
        if isinstance(key, bool) or not isinstance(key, int | str):
            raise InvalidRecordError(f"{self.key.pointer} is not a key; write a number or text")
        # A record is found by what a path can state.
        found = self.key_of(str(key))
        if found is None:
            raise InvalidRecordError(f"{self.key.pointer} {key!r} is not an integer")
        return found

    def _find_entry(self, members: dict[str, Any], state: str, now: int) -> int:
        if self.lifecycle is None:
            return now
        stamps = self.lifecycle.stamps
        for pointer in (stamps.entered.get(state), stamps.moved, stamps.made):
            if pointer is not None:
                moment = moment_of(Place(pointer).read(members), stamps.unit)
                if moment:
                    return moment
        return now

    def _types(self, pointer: str) -> frozenset[str]:
        schema = member(self.resource.record, pointer)
        return frozenset() if schema is None else types(schema)


def _merge_conflicts(resource: Resource) -> dict[str, frozenset[str] | None]:
    found: dict[str, frozenset[str] | None] = {}
    for creation in resource.creations:
        conflict = creation.value.conflict
        if conflict is not None:
            known = found.get(conflict.key, frozenset())
            every = known is None or conflict.states is None
            named = frozenset((*(known or ()), *(conflict.states or ())))
            found[conflict.key] = None if every else named
    return found
