"""Records of a kind made up from its schema, in every state that they can be in."""

from collections.abc import Iterator
from random import Random
from typing import Any

from msgspec import UNSET, Struct

from mockserver.contract.description.contract import Move
from mockserver.contract.description.moves import unit_of
from mockserver.contract.description.schemas import member, properties, types
from mockserver.contract.description.words import plain
from mockserver.records.expressions import Circumstances, evaluate
from mockserver.records.fitting import kinds_of, merged
from mockserver.records.identities import Identity, counted_beside
from mockserver.records.kind import Kind
from mockserver.records.lifecycle import Lifecycle
from mockserver.records.moments import milliseconds, moment_of, stamp_of
from mockserver.records.places import Place
from mockserver.records.progress import Pace
from mockserver.records.record import Record, Scope
from mockserver.records.routes import route
from mockserver.records.samples import Sampler
from mockserver.records.schema import Schema

#: One of so many records belongs to the second scope, where there are scopes.
_SECOND_SCOPE = 4
_MINUTE = 60_000
_DAY = 86_400_000
#: How long a record stays in a state at most of which nothing says how long it lasts.
_LONGEST_STAY = 3 * _DAY
_LONGEST_STEP = 5 * _MINUTE


class Step(Struct, frozen=True):
    """A move on the way of a record, *to* a state, *gap* milliseconds after the one before."""

    move: Move
    to: str
    gap: int


class History(Struct, frozen=True):
    """How a record came into its state: made at a moment in state *first*, then step by step."""

    made: int
    first: str
    steps: tuple[Step, ...] = ()

    @property
    def state(self) -> str:
        """Return the state that it has reached."""
        return self.steps[-1].to if self.steps else self.first


class Generator:
    """Makes records of *kind* up, the same again from an equal *seed*.

    Args:
        kind: what is made.
        now: the moment by which all has happened, in epoch milliseconds.
        seed: draws what the contract leaves open.
        pace: how long states last of which nothing is said.
    """

    def __init__(self, kind: Kind, now: int, seed: str = "", pace: Pace | None = None) -> None:
        self._kind = kind
        self._now = now
        self._seed = seed
        self._pace = Pace() if pace is None else pace
        self._schema = Schema(kind.resource.record)
        self._known = merged(self._schema, self._schema.value).get("properties", {})
        key = kind.key.pointer if kind.key is not None else ""
        self._key = Identity(self._schema, key) if key else None
        self._beside = [Identity(self._schema, p) for p in counted_beside(self._schema, key)]
        self._conflicts = [Identity(self._schema, p) for p in kind.conflicts if p != key]

    def records(self, count: int) -> list[Record]:
        """Return *count* records, the one that was made first before the others.

        They are in each of the states in turn, and each move of theirs has its moment. None of
        them is to move before *now*. Where paths name scopes, there are two.
        """
        chance = Random(f"{self._seed}{self._kind.name}")
        states = self._kind.states or ("",)
        histories = [self._history(states[at % len(states)], chance) for at in range(count)]
        histories.sort(key=lambda history: history.made)
        numbers: dict[Scope, int] = {}
        made = []
        for at, history in enumerate(histories):
            second = at % _SECOND_SCOPE == _SECOND_SCOPE - 1
            scope = tuple(self.scopes[int(second)])
            numbers[scope] = numbers.get(scope, 0) + 1
            made.append(self._record(history, scope, numbers[scope], at + 1))
        return made

    @property
    def scopes(self) -> tuple[Scope, Scope]:
        """The values of the path parameters that name a list, for each of two scopes."""
        return self._values(1), self._values(2)

    def _values(self, number: int) -> Scope:
        return tuple(self._named(name, number) for name in self._kind.scope)

    def _named(self, name: str, number: int) -> str:
        """Return the value of a path parameter: a number, or its name with one."""
        parameter = self._kind.parameter(name)
        if parameter is None or parameter.schema is None:
            return f"{name}-{number}"
        schema = Schema(parameter.schema)
        said = merged(schema, schema.value)
        if "integer" in kinds_of(said):
            return str(number + max(0, int(said.get("minimum", 1)) - 1))
        if "enum" in said:
            return str(said["enum"][min(number, len(said["enum"])) - 1])
        if "format" in said or "pattern" in said:
            return str(Sampler(schema, Random(f"{name}{number}")).value())
        return f"{name}-{number}"

    def _history(self, state: str, chance: Random) -> History:
        """Return how a record came into *state*, so that it stays there at *now*."""
        lifecycle = self._kind.lifecycle
        if lifecycle is None:
            return History(self._now - chance.randrange(_MINUTE, _LONGEST_STAY), "")
        stay = _stay(lifecycle, state, self._pace, chance)
        for first in lifecycle.initial:
            way = route(lifecycle, first, state)
            if way is not None:
                steps = tuple(
                    Step(move, to, _gap(move, chance)) for move, to in way if to is not None
                )
                made = self._now - stay - sum(step.gap for step in steps)
                return History(made, first, steps)
        # Nothing says how a record comes into this state, so it was made in it.
        return History(self._now - stay, state)

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
        for place, moment in _limits(lifecycle, history, self._now, members, chance):
            Place(place).write(members, stamp_of(moment, lifecycle.unit_of(place)))
        record = kind.begin(members, scope, history.made, history.first)
        at = history.made
        for step in history.steps:
            at += step.gap
            record = lifecycle.enter(record, step.to, at)
        return record

    def _members(
        self, history: History, scope: Scope, serial: int, chance: Random
    ) -> dict[str, Any]:
        """Return what a record has before anything has happened to it."""
        sampler = Sampler(self._schema, chance, history.made, optional=True)
        sampled = sampler.value()
        members: dict[str, Any] = sampled if isinstance(sampled, dict) else {}
        for pointer in self._stamps():
            self._blank(members, pointer)
        for pointer, unit in self._starts():
            Place(pointer).write(members, stamp_of(history.made + chance.randrange(_DAY), unit))
        self._set(members, history)
        for name, text in zip(self._kind.scope, scope, strict=True):
            self._place(members, name, text)
        for said in self._kind.resource.filters:
            compared, place = said.value, said.value.place
            if compared.parameter in self._kind.resource.scope and place is not None:
                second = serial % _SECOND_SCOPE == 0
                Place(place).write(members, self._named(compared.parameter, 2 if second else 1))
        return members

    def _set(self, members: dict[str, Any], history: History) -> None:
        """Give *members* what records are given that clients make."""
        circumstances = Circumstances(history.made)
        for creation in self._kind.resource.creations[:1]:
            for pointer, value in creation.value.set.items():
                lifecycle, node = self._kind.lifecycle, member(self._kind.resource.record, pointer)
                unit = unit_of(node) if lifecycle is None else lifecycle.unit_of(pointer)
                found = evaluate(value, circumstances, unit)
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
        if part is not None and "null" in kinds_of(merged(self._schema, part)):
            members[pointer[1:]] = None
        elif part is not None:
            members.pop(pointer[1:], None)

    def _place(self, members: dict[str, Any], name: str, text: str) -> None:
        """Let the property that is called like a path parameter hold what that holds."""
        for known, node in properties(self._kind.resource.record).items():
            if plain(known) == plain(name):
                members[known] = int(text) if "integer" in types(node) else text


def _stay(lifecycle: Lifecycle, state: str, pace: Pace, chance: Random) -> int:
    """Return how long a record has been in *state*: not so long that the server moves it on."""
    longest = _LONGEST_STAY
    for move in lifecycle.unasked(state):
        if move.after is not None:
            longest = min(longest, milliseconds(move.after[0]))
        elif move.not_before is None and pace.default is not None:
            longest = min(longest, pace.default)
    return chance.randrange(longest // 2 + 1)


def _gap(move: Move, chance: Random) -> int:
    if move.after is None:
        return chance.randrange(1000, _LONGEST_STEP)
    least, most = map(milliseconds, move.after)
    return chance.randint(least, max(least, most))


def _limits(
    lifecycle: Lifecycle, history: History, now: int, members: dict[str, Any], chance: Random
) -> Iterator[tuple[str, int]]:
    """Yield the moments before which records do not move, each with its place.

    One that holds a record in its state is yet to come, others have come by the move.
    """
    ahead = [m.not_before for m in lifecycle.unasked(history.state) if m.not_before is not None]
    for place in ahead:
        found = moment_of(Place(place).read(members), lifecycle.unit_of(place))
        if found is None or found <= now:
            yield place, now + chance.randrange(_MINUTE, _DAY)
    at = history.made
    for step in history.steps:
        at += step.gap
        if step.move.not_before is not None and step.move.not_before not in ahead:
            yield step.move.not_before, at
