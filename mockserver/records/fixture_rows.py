"""The records of fixtures: each made of what its row, its scope and its state say, and checked."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from msgspec import UNSET, Struct, UnsetType, structs

from mockserver.contract.description.contract import Tenancy
from mockserver.contract.description.schemas import pointer_of
from mockserver.contract.description.tree import escape
from mockserver.domain.timestamp import parse_timestamp
from mockserver.records.compiled_schema import compile_check
from mockserver.records.expressions import Circumstances, evaluate, look_up
from mockserver.records.fixture_checks import Consistency
from mockserver.records.fixture_files import Flaw, explain_unknown
from mockserver.records.fixture_schema import PlannedRow, RecordRow
from mockserver.records.fixtures import Fixtures, ScopeFixture, scope_of
from mockserver.records.kind import InvalidRecordError, Kind
from mockserver.records.moments import milliseconds, moment_of
from mockserver.records.places import Place
from mockserver.records.progress import Progress
from mockserver.records.record import Pending, Planned, Record
from mockserver.records.routes import route
from mockserver.records.schema import Misfit, Schema
from mockserver.records.shape import Shape

_NO_SCOPE = ScopeFixture()
_MEMBERS = "/members"


class Rows(Protocol):
    """Makes records of a kind of rows, one after the other."""

    @property
    def row(self) -> type[Struct]:
        """The type of the rows."""
        ...

    def read(self, row: Any) -> tuple[Record | None, Sequence[Flaw]]:
        """Return the record that *row* states, if it can be made, and what is wrong with it."""
        ...


class World(Struct, frozen=True):
    """What the rows of all resources share.

    *head* is what the fixtures state beside their records, *now* the moment (epoch milliseconds) at
    which their world begins.
    """

    head: Fixtures
    now: int
    tenancy: Tenancy | None = None

    def check(self, kind: Kind) -> Consistency:
        """Return the check of the records of *kind*.

        Where no move waits for a pace, each comes at a moment that is known, and is made by then.
        """
        progress = None
        if kind.lifecycle is not None and self.head.default_pace is None:
            progress = Progress(kind.lifecycle, self.head.pace_of(kind.name))
        return Consistency(kind, self.now, progress)


class RecordRows:
    """Makes records of *kind* of the rows that a *world* has, and checks them by *consistency*."""

    row = RecordRow

    def __init__(self, kind: Kind, world: World, consistency: Consistency) -> None:
        self._kind = kind
        self._world = world
        self._consistency = consistency
        self._schema = Schema(kind.resource.record)
        self._fits = compile_check(self._schema)
        self._shape = Shape(kind)

    def read(self, row: RecordRow) -> tuple[Record | None, list[Flaw]]:
        """Return the record that *row* states, if it can be made, and what is wrong with it."""
        kind, scopes = self._kind, self._world.head.scopes
        name = "" if isinstance(row.scope, UnsetType) else row.scope
        fixture = scopes.get(name, _NO_SCOPE)
        if not isinstance(row.path, UnsetType):
            fixture = ScopeFixture({key: str(value) for key, value in row.path.items()})
        flaws = list(self._check_scope(row))
        members = dict(row.members) if row.exact else self._members(row, fixture, flaws)
        self._put_in_state(row, members, flaws)
        # What a snapshot tells was there, whether or not it should have been.
        if not row.exact and not self._fits(members):
            flaws += [self._explain(row, misfit) for misfit in self._schema.misfits(members)]
        if flaws:
            return None, flaws
        scope = scope_of(kind.scope, fixture, name, self._world.tenancy)
        try:
            record = kind.adopt(members, scope, self._world.now)
        except InvalidRecordError as error:
            return None, [Flaw(_MEMBERS, "record", str(error))]
        if isinstance(row.number, int):
            if kind.key is not None:
                flaws.append(Flaw("/number", "number", "these records have a key; take it out"))
            record = structs.replace(record, key=row.number, serial=row.number)
        plan = tuple(self._plan(record.state, row, members, flaws))
        pending = self._read_pending(row, flaws)
        if plan or pending is not None or row.entered is not UNSET:
            entered = self._stamp("/entered", row.entered, record.entered, flaws)
            record = structs.replace(record, plan=plan, pending=pending, entered=entered)
        for flaw in self._consistency.check(record, members, is_exact=row.exact):
            flaws.append(Flaw(_MEMBERS + flaw.pointer, flaw.rule, flaw.message))
        return record, flaws

    def _check_scope(self, row: RecordRow) -> Iterator[Flaw]:
        """Yield what is wrong with the scope: it is there, and says all that names the list."""
        kind, scopes, name = self._kind, self._world.head.scopes, row.scope
        if not isinstance(row.path, UnsetType):
            for parameter in kind.scope:
                if parameter not in row.path:
                    told = f"{parameter} is missing; write {', '.join(kind.scope)} there"
                    yield Flaw("/path", "path", told)
        elif isinstance(name, UnsetType):
            if kind.scope or scopes:
                there = ", ".join(scopes) or "under scopes first"
                yield Flaw("", "scope", f"scope is missing; write one of {there}")
        elif name not in scopes:
            yield Flaw("/scope", "unknown", explain_unknown(name, list(scopes), "a scope"))
        else:
            missing = [p for p in kind.scope if p not in scopes[name].path]
            if missing:
                told = f"the scope {name!r} has no {', '.join(missing)}; write path: "
                told += "{" + ", ".join(f"{p}: .." for p in missing) + "} there"
                yield Flaw("/scope", "scope", told)

    def _members(self, row: RecordRow, fixture: ScopeFixture, flaws: list[Flaw]) -> dict[str, Any]:
        """Return what *row* and its scope say, with expressions as what they stand for."""
        written = {**fixture.members, **row.members}
        shape, members = self._shape, {}
        known = None
        for name, value in written.items():
            if not _may_speak(value):
                members[name] = value
                continue
            known = known or Circumstances(self._world.now, record=written)
            found = evaluate(value, known, shape.unit(f"/{escape(name)}"))
            if found is UNSET:
                told = f"{value} names nothing that is there; write a value"
                flaws.append(Flaw(f"{_MEMBERS}/{escape(name)}", "expression", told))
            else:
                members[name] = found
        shape.write_scope(members, fixture.path.items())
        return shape.order(members)

    def _put_in_state(self, row: RecordRow, members: dict[str, Any], flaws: list[Flaw]) -> None:
        if isinstance(row.state, UnsetType):
            return
        state, kind = str(row.state), self._kind
        if kind.lifecycle is None or state not in kind.states:
            flaws.append(Flaw("/state", "unknown", explain_unknown(state, kind.states, "a state")))
            return
        for pointer, value in kind.lifecycle.states[state].items():
            Place(pointer).write(members, value)

    def _explain(self, row: RecordRow, misfit: Misfit) -> Flaw:
        """Return what is wrong with a member: in the row, or in its scope."""
        is_written = bool(misfit.pointer) and look_up(row.members, misfit.pointer) is not UNSET
        if misfit.pointer and not is_written and not isinstance(row.scope, UnsetType):
            told = f"{misfit.pointer} of its scope {row.scope!r} {misfit.message}"
            return Flaw(_MEMBERS, "members", told)
        return Flaw(_MEMBERS + (misfit.pointer if is_written else ""), "members", misfit.message)

    def _plan(
        self, state: str, row: RecordRow, members: Mapping[str, Any], flaws: list[Flaw]
    ) -> Iterator[Planned]:
        for at, step in enumerate(row.plan):
            to = None if step.to is None else str(step.to)
            flaws += self._check_step(f"/plan/{at}", state, step)
            yield Planned(
                to=to,
                at=None
                if isinstance(step.at, UnsetType)
                else self._moment(f"/plan/{at}/at", step.at, members, flaws),
                after=None if isinstance(step.after, UnsetType) else milliseconds(step.after),
                members={pointer_of(place): value for place, value in step.members.items()},
            )
            state = to or state

    def _check_step(self, pointer: str, state: str, step: PlannedRow) -> Iterator[Flaw]:
        kind, to = self._kind, None if step.to is None else str(step.to)
        if to is not None and to not in kind.states:
            told = explain_unknown(to, kind.states, "a state")
            yield Flaw(f"{pointer}/to", "unknown", told)
        elif kind.lifecycle is not None and not route(kind.lifecycle, state, to, asked=False):
            told = "out of the world" if to is None else f"to {to!r}"
            told = f"the server does not move a record that is {state} {told}; write another state"
            yield Flaw(f"{pointer}/to", "plan", told)
        if step.at is not UNSET and step.after is not UNSET:
            yield Flaw(pointer, "plan", "at and after are both there; keep one")
        for place in step.members:
            if not kind.has(pointer_of(place)):
                told = f"{place!r} is not a place of the record; write that of one"
                yield Flaw(f"{pointer}/members/{escape(place)}", "unknown", told)

    def _read_pending(self, row: RecordRow, flaws: list[Flaw]) -> Pending | None:
        """Return the move that a client was promised already, if *row* says so."""
        asked = row.pending
        if isinstance(asked, UnsetType):
            return None
        moves = () if self._kind.lifecycle is None else self._kind.lifecycle.moves
        move = next((move for move in moves if move.event == asked.event), None)
        if move is None:
            told = explain_unknown(asked.event, [move.event for move in moves], "a move")
            flaws.append(Flaw("/pending/event", "unknown", told))
            return None
        to = None if asked.to is None else str(asked.to)
        at = self._stamp("/pending/at", asked.at, self._world.now, flaws)
        return Pending(asked.event, to, at, move.sources)

    def _stamp(
        self, pointer: str, moment: int | str | UnsetType, otherwise: int, flaws: list[Flaw]
    ) -> int:
        """Return *moment* in epoch milliseconds; *otherwise* where there is none, or no such."""
        if not isinstance(moment, str):
            return otherwise if isinstance(moment, UnsetType) else moment
        try:
            return parse_timestamp(moment)
        except ValueError as error:
            flaws.append(Flaw(pointer, "moment", str(error)))
            return otherwise

    def _moment(
        self, pointer: str, text: str, members: Mapping[str, Any], flaws: list[Flaw]
    ) -> int | None:
        """Return the moment that *text* is, or that the place of a record holds which it names."""
        place = pointer_of(text)
        if self._kind.has(place):
            found = moment_of(Place(place).read(members), self._shape.unit(place))
            if found is None:
                told = f"the record has no moment at {text}; write one there, or a moment here"
                flaws.append(Flaw(pointer, "plan", told))
            return found
        try:
            return parse_timestamp(text)
        except ValueError as error:
            told = f"{error}, or the name of a property that holds one"
            flaws.append(Flaw(pointer, "plan", told))
            return None


def _may_speak(value: Any) -> bool:
    """Return whether *value* may have runtime expressions in it."""
    return "$" in value if isinstance(value, str) else isinstance(value, dict | list)
