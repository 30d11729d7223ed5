"""Making a record for a client: of the body, what the contract sets and the schema needs."""

from collections.abc import Mapping
from random import Random
from typing import Any

from msgspec import UNSET

from mockserver.contract.contract import Creation
from mockserver.records.arguments import Arguments
from mockserver.records.bodies.links import Links
from mockserver.records.bodies.listed import Listed
from mockserver.records.expressions import Circumstances, evaluate, look_up
from mockserver.records.identities import Identity, find_counters
from mockserver.records.kind import Kind
from mockserver.records.places import Place
from mockserver.records.record import Key, Record, Scope
from mockserver.records.schemas.fitting import fits, kinds_of, merge_parts
from mockserver.records.schemas.samples import Sampler
from mockserver.records.shape import Shape
from mockserver.records.writable import Writable


class Maker:
    """Makes records of *kind* as calls of one *creation* ask for, with their *links*.

    Attributes:
        counted: the pointers to the members that count records up, the key among them if it is a
            number: see `make`.
        needs_source: whether a record is made of another one, which the path names.
    """

    def __init__(self, kind: Kind, creation: Creation, links: Links | None = None) -> None:
        self._kind = kind
        self._links = links
        conflict = creation.conflict
        #: What a conflict is told by is what the request says, unless the contract sets it.
        told = {} if conflict is None else {conflict.key: conflict.given}
        told.pop(kind.key.pointer if kind.key is not None else "", None)
        self._set = {**told, **creation.set}
        self._operation = creation.operation
        self._schema = kind.schema
        whole = merge_parts(self._schema, self._schema.value)
        self._known: Mapping[str, Any] = whole.get("properties", {})
        self._needed: frozenset[str] = frozenset(whole.get("required", ()))
        self._writable = Writable(kind)
        self._shape = Shape(kind)
        self._listed = Listed(kind)
        key = kind.key.pointer if kind.key is not None else ""
        self._key = Identity(self._schema, key) if key else None
        self._beside = [Identity(self._schema, p) for p in find_counters(self._schema, key)]
        counted = [*([self._key] if self._key is not None else []), *self._beside]
        self.counted = tuple(identity.pointer for identity in counted if identity.is_number)
        self.needs_source = any("$source#" in str(value) for value in creation.set.values())

    def make(
        self,
        arguments: Arguments,
        now: int,
        chance: Random,
        *,
        numbers: Mapping[str, int] | None = None,
        source: Record | None = None,
    ) -> Record:
        """Return the record that a call makes at *now* (epoch milliseconds); no store has it yet.

        Its scope is what the path names, or that of the source where the path names none.
        What the client gave comes first, if the record has room for it and the contract does not
        keep it for the server; null that was given is given. Then come what the contract sets,
        what its scope implies, what the path names, and examples, defaults and samples for what
        the schema needs.

        Args:
            arguments: the request, its body already held against its schema.
            now: the moment.
            chance: draws keys, and what the schema leaves open.
            numbers: the next number of each of `counted`, by pointer: one more than the highest
                in its scope for a key, and of all records for others. What is left out is drawn.
            source: the record that the path names, if there is one.
        """
        members = dict(self._writable.list_given(arguments.body))
        scope = self._scope(arguments, source)
        given_key = self._find_key(members, arguments)
        self._set_members(members, arguments, now, source)
        members = {**arguments.implied, **members}
        self._name_scope(members, arguments, scope)
        counts = numbers or {}
        if self._key is not None:
            made = self._key.make(chance, counts.get(self._key.pointer))
            Place(self._key.pointer).write(members, made if given_key is None else given_key)
        for identity in self._beside:
            if Place(identity.pointer).read(members) is None:
                number = identity.make(chance, counts.get(identity.pointer))
                Place(identity.pointer).write(members, number)
        self._complete(members, now, chance)
        record = self._kind.begin(self._shape.order(members), scope, now)
        return record if self._links is None else self._links.write_into(record)

    def _scope(self, arguments: Arguments, source: Record | None) -> Scope:
        """Return the scope that the path names, or else that of the source."""
        if source is not None and any(name not in arguments.path for name in self._kind.scope):
            return source.scope
        return tuple(arguments.path.get(name, "") for name in self._kind.scope)

    def _find_key(self, members: Mapping[str, Any], arguments: Arguments) -> Key | None:
        """Return the key that the client has chosen, in the body or in the path."""
        if self._key is None:
            return None
        name = self._key.pointer.rpartition("/")[2]
        found: Any = Place(self._key.pointer).read(members)
        read = self._kind.resource.read
        if read is not None and self._operation.segments == read.value.segments:
            last = self._operation.path_parameters[-1:]
            # A PUT names what it makes, while a POST on a record makes another one of it.
            if self._operation.method == "PUT" and last:
                found = self._kind.key_of(arguments.path.get(last[0], ""))
        is_set = name in self._set or self._key.pointer in self._set
        is_key = isinstance(found, int | str) and not isinstance(found, bool)
        return found if is_key and not is_set else None

    def _set_members(
        self, members: dict[str, Any], arguments: Arguments, now: int, source: Record | None
    ) -> None:
        """Give *members* what the contract sets and the client has not given."""
        circumstances = Circumstances(
            now, arguments, source.members() if source is not None else None, members
        )
        for pointer, value in self._set.items():
            if look_up(members, pointer) is not UNSET:
                continue
            found = evaluate(value, circumstances, self._shape.unit(pointer))
            if found is not UNSET:
                Place(pointer).write(members, self._shape.convert(pointer, found))

    def _name_scope(self, members: dict[str, Any], arguments: Arguments, scope: Scope) -> None:
        """Give *members* what the path says of the record in parameters of their names."""
        self._shape.write_scope(members, zip(self._kind.scope, scope, strict=False))
        for said in self._kind.resource.filters:
            pointer, value = said.value.place, arguments.path.get(said.value.parameter)
            if pointer is not None and value is not None and Place(pointer).read(members) is None:
                Place(pointer).write(members, self._shape.convert(pointer, value))

    def _complete(self, members: dict[str, Any], now: int, chance: Random) -> None:
        """Give *members* what the schema needs, and what has a default."""
        sampler = Sampler(self._schema, chance, now)
        stamped = self._list_entry_places()
        lifecycle = self._kind.lifecycle
        later = set() if lifecycle is None else set(lifecycle.stamps.entered.values()) - stamped
        for name, part in self._known.items():
            if f"/{name}" in stamped:
                # Written when the record is put into its first state, in this place.
                members.setdefault(name, None)
            if name in members:
                continue
            said = merge_parts(self._schema, part)
            if name in self._needed:
                is_blank = f"/{name}" in later and "null" in kinds_of(said)
                members[name] = None if is_blank else sampler.of(part, name)
            elif "default" in said and fits(self._schema, part, said["default"]):
                members[name] = said["default"]
        for name in self._needed - self._known.keys():
            members.setdefault(name, sampler.of({}, name))
        self._listed.complete(members, now, chance)

    def _list_entry_places(self) -> frozenset[str]:
        """Return the places that are written when a record is put into its first state."""
        lifecycle = self._kind.lifecycle
        if lifecycle is None:
            return frozenset()
        stamps = lifecycle.stamps
        entered = [stamps.entered.get(state) for state in lifecycle.initial[:1]]
        places = (*lifecycle.state_places, stamps.made, stamps.moved, *entered)
        return frozenset(place for place in places if place is not None)
