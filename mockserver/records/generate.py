"""Records of a kind made up from its schema, in every state that they can be in."""

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

import msgspec
from msgspec import UNSET, structs

from mockserver.contract.description.words import plain
from mockserver.records.expressions import Circumstances, evaluate
from mockserver.records.fitting import kinds_of, merge_parts
from mockserver.records.histories import History, history_of, limits_of
from mockserver.records.identities import Identity, find_counters
from mockserver.records.kind import Kind
from mockserver.records.links import Links
from mockserver.records.moments import stamp_of
from mockserver.records.places import Place
from mockserver.records.progress import Pace
from mockserver.records.record import Record, Scope
from mockserver.records.samples import Sampler
from mockserver.records.schema import Schema
from mockserver.records.shape import Shape

#: One of so many records belongs to the second scope, where there are scopes.
_SECOND_SCOPE = 4
_DAY = 86_400_000
_EXAMPLES = ("example", "examples", "default")


class Generator:
    """Makes records of *kind* up, the same again from an equal *seed*.

    Args:
        kind: what is made.
        now: the moment by which all has happened, in epoch milliseconds.
        seed: draws what the contract leaves open.
        pace: how long states last of which nothing is said.
        tenant: what the scopes of records have after the values of the path, if anything.
    """

    def __init__(
        self,
        kind: Kind,
        now: int,
        seed: str = "",
        pace: Pace | None = None,
        tenant: Scope = (),
    ) -> None:
        self._kind = kind
        self._now = now
        self._seed = seed
        self._pace = Pace() if pace is None else pace
        self._tenant = tenant
        self._shape = Shape(kind)
        self._schema = Schema(kind.resource.record)
        self._known = merge_parts(self._schema, self._schema.value).get("properties", {})
        key = kind.key.pointer if kind.key is not None else ""
        self._key = Identity(self._schema, key) if key else None
        self._beside = [Identity(self._schema, p) for p in find_counters(self._schema, key)]
        self._conflicts = [Identity(self._schema, p) for p in kind.conflicts if p != key]

    def records(self, count: int, links: Links | None = None) -> list[Record]:
        """Return *count* records with their *links*, the one that was made first at first.

        They are in each of the states in turn, and each move of theirs has its moment. None of
        them is to move before *now*. Where paths name scopes, there are two.
        """
        chance = Random(f"{self._seed}{self._kind.name}")
        kind = self._kind
        states = kind.states or ("",)
        histories = [
            history_of(kind.lifecycle, states[at % len(states)], self._now, self._pace, chance)
            for at in range(count)
        ]
        histories.sort(key=lambda history: history.made)
        numbers: dict[Scope, int] = {}
        made = []
        for at, history in enumerate(histories):
            second = at % _SECOND_SCOPE == _SECOND_SCOPE - 1
            scope = tuple(self.scopes[int(second)])
            numbers[scope] = numbers.get(scope, 0) + 1
            record = self._record(history, scope, numbers[scope], at + 1)
            made.append(record if links is None else links.write_into(record))
        return made

    def record(self, state: str, scope: Scope, number: int, serial: int) -> Record:
        """Return one record in *state*.

        Args:
            state: one that its kind has; empty without a lifecycle.
            scope: where it belongs.
            number: counts the records of the scope, for keys that are numbers.
            serial: counts the records of the kind.
        """
        chance = Random(f"{self._seed}{self._kind.name}{serial}")
        history = history_of(self._kind.lifecycle, state, self._now, self._pace, chance)
        return self._record(history, scope, number, serial)

    @property
    def scopes(self) -> tuple[Scope, Scope]:
        """The values of the path parameters that name a list, for each of two scopes."""
        return self._values(1), self._values(2)

    def _values(self, number: int) -> Scope:
        return (*(self._name(name, number) for name in self._kind.scope), *self._tenant)

    def _name(self, name: str, number: int) -> str:
        """Return the value of a path parameter, and of the member of its name: each has one."""
        schema, said = self._look_up(name)
        if "integer" in kinds_of(said):
            return str(number + max(0, int(said.get("minimum", 1)) - 1))
        if "enum" in said:
            return str(said["enum"][min(number, len(said["enum"])) - 1])
        if "format" in said or "pattern" in said:
            return str(Sampler(schema, Random(f"{name}{number}")).of(said, name))
        return f"{name}-{number}"

    def _look_up(self, name: str) -> tuple[Schema, Mapping[str, Any]]:
        """Return what is said of a path parameter, by the member of its name or else by itself."""
        for known, part in self._known.items():
            if plain(known) == plain(name):
                said = merge_parts(self._schema, part)
                kinds = [kind for kind in kinds_of(said) if kind != "null"]
                # Examples are the same in both scopes.
                kept = {word: said[word] for word in said if word not in _EXAMPLES}
                return self._schema, {**kept, "type": kinds}
        parameter = self._kind.parameter(name)
        if parameter is None or parameter.schema is None:
            return self._schema, {}
        schema = Schema(parameter.schema)
        return schema, merge_parts(schema, schema.value)

    def _record(self, history: History, scope: Scope, number: int, serial: int) -> Record:
        chance = Random(f"{self._seed}{self._kind.name}{serial}")
        kind, lifecycle = self._kind, self._kind.lifecycle
        members = self._members(history, scope, serial, chance)
        if self._key is not None:
            value: Any = self._key.make(chance, number)
            Place(self._key.pointer).write(members, value)
        for identity in (*self._beside, *self._conflicts):
            Place(identity.pointer).write(members, identity.make(chance, serial))
        if lifecycle is None:
            return kind.begin(members, scope, history.made)
        for place, moment in limits_of(lifecycle, history, self._now, members, chance):
            Place(place).write(members, stamp_of(moment, lifecycle.unit_of(place)))
        record = kind.begin(members, scope, history.made, history.first)
        at = history.made
        for step in history.steps:
            at += step.gap
            record = lifecycle.enter(record, step.to, at)
        text = msgspec.json.encode(self._shape.order(record.members()))
        return structs.replace(record, text=text)

    def _members(
        self, history: History, scope: Scope, serial: int, chance: Random
    ) -> dict[str, Any]:
        """Return what a record has before anything has happened to it."""
        sampler = Sampler(self._schema, chance, history.made, optional=True)
        sampled = sampler.value()
        named = {plain(name) for name in self._kind.scope}
        members: dict[str, Any] = sampled if isinstance(sampled, dict) else {}
        members = {name: value for name, value in members.items() if plain(name) not in named}
        for pointer in self._stamps():
            self._blank(members, pointer)
        for pointer, unit in self._starts():
            Place(pointer).write(members, stamp_of(history.made + chance.randrange(_DAY), unit))
        self._set(members, history)
        self._shape.write_scope(members, zip(self._kind.scope, scope, strict=False))
        for said in self._kind.resource.filters:
            compared, place = said.value, said.value.place
            if compared.parameter in self._kind.resource.scope and place is not None:
                second = serial % _SECOND_SCOPE == 0
                Place(place).write(members, self._name(compared.parameter, 2 if second else 1))
        return members

    def _set(self, members: dict[str, Any], history: History) -> None:
        """Give *members* what records are given that clients make."""
        circumstances = Circumstances(history.made)
        for creation in self._kind.resource.creations[:1]:
            for pointer, value in creation.value.set.items():
                found = evaluate(value, circumstances, self._shape.unit(pointer))
                if found is not UNSET:
                    Place(pointer).write(members, found)

    def _stamps(self) -> Iterator[str]:
        """Yield the places that say when a record came into a state, or last moved."""
        lifecycle = self._kind.lifecycle
        if lifecycle is not None:
            yield from dict.fromkeys(lifecycle.stamps.entered.values())
            if lifecycle.stamps.moved is not None:
                yield lifecycle.stamps.moved

    def _starts(self) -> Iterator[tuple[str, str]]:
        """Yield the places that say when a record moves at the earliest, each with its unit."""
        lifecycle = self._kind.lifecycle
        for move in lifecycle.moves if lifecycle is not None else ():
            if lifecycle is not None and move.not_before is not None:
                yield move.not_before, lifecycle.unit_of(move.not_before)

    def _blank(self, members: dict[str, Any], pointer: str) -> None:
        """Let *members* say nothing at *pointer*: null if that may be, and else no member."""
        part = self._known.get(pointer[1:])
        if part is not None and "null" in kinds_of(merge_parts(self._schema, part)):
            members[pointer[1:]] = None
        elif part is not None:
            members.pop(pointer[1:], None)
