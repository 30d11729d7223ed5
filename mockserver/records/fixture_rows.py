"""The records of fixtures: each made of what its row, its scope and its state say, and checked."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import UNSET, structs

from mockserver.contract.description.contract import Tenancy
from mockserver.contract.description.schemas import pointer_of
from mockserver.contract.description.tree import escape, tokens
from mockserver.domain.timestamp import format_timestamp, parse_timestamp
from mockserver.records.expressions import Circumstances, evaluate, look_up
from mockserver.records.fixture_files import Complaints, Row, Spot
from mockserver.records.fixtures import ScopeFixture, scope_of
from mockserver.records.kind import InvalidRecordError, Kind
from mockserver.records.moments import milliseconds, moment_of
from mockserver.records.places import Place
from mockserver.records.record import Key, Pending, Planned, Record, Scope
from mockserver.records.schema import Misfit, Schema
from mockserver.records.shape import Shape

_NO_SCOPE = ScopeFixture()


class RowReader:
    """Makes records of rows.

    Args:
        told: takes what is wrong.
        kinds: the resources by name.
        tenancy: how the contract tells tenants apart.
        scopes: the scopes of the fixtures.
        now: the moment at which the world begins, in epoch milliseconds.
    """

    def __init__(
        self,
        told: Complaints,
        kinds: Mapping[str, Kind],
        tenancy: Tenancy | None,
        scopes: Mapping[str, ScopeFixture],
        now: int,
    ) -> None:
        self._told = told
        self._kinds = kinds
        self._tenancy = tenancy
        self._scopes = scopes
        self._now = now
        self._schemas = {name: Schema(kind.resource.record) for name, kind in kinds.items()}
        self._shapes = {name: Shape(kind) for name, kind in kinds.items()}
        self._keys: dict[tuple[str, Scope, Key], Row] = {}
        #: The resources of which a snapshot tells the order in which records were made.
        self._exact: set[str] = set()

    def records(self, rows: Sequence[Row]) -> dict[str, tuple[Record, ...]]:
        """Return the records by resource, as they were made; those that are wrong are told."""
        found: dict[str, list[Record]] = {}
        for row in rows:
            record = self._record(row)
            if record is not None:
                found.setdefault(row.resource, []).append(record)
        return {name: self._as_made(self._kinds[name], made) for name, made in found.items()}

    def _as_made(self, kind: Kind, records: Sequence[Record]) -> tuple[Record, ...]:
        """Return *records* from the oldest to the newest, if each of them says when it was made."""
        moments = [kind.find_made(record) for record in records]
        if None in moments or kind.name in self._exact:
            return tuple(records)
        return tuple(sorted(records, key=lambda record: kind.find_made(record) or 0))

    def _record(self, row: Row) -> Record | None:
        before = len(self._told)
        if not self._told.is_known(row.spot, row.resource, list(self._kinds), "a resource"):
            return None
        kind = self._kinds[row.resource]
        name = row.raw.get("scope")
        self._check_scope(kind, row)
        fixture = self._scopes.get(name, _NO_SCOPE) if name is not None else _NO_SCOPE
        if "path" in row.raw:
            fixture = ScopeFixture({key: str(value) for key, value in row.raw["path"].items()})
        exact = bool(row.raw.get("exact"))
        if exact:
            members = dict(row.raw["members"])
            self._exact.add(kind.name)
        else:
            members = self._members(kind, row, fixture)
        self._put_in_state(kind, row, members)
        # What a snapshot tells was there, whether or not it should have been.
        for misfit in self._schemas[kind.name].misfits(members) if not exact else ():
            self._tell_misfit(row, misfit)
        if len(self._told) > before:
            return None
        scope = scope_of(kind.scope, fixture, name or "", self._tenancy)
        try:
            record = kind.adopt(members, scope, self._now)
        except InvalidRecordError as error:
            self._told.add(row.spot.below("members"), "record", str(error))
            return None
        self._check_key(kind, row, record)
        self._check_moments(kind, row, record)
        return structs.replace(
            record,
            plan=tuple(self._plan(kind, row, members)),
            entered=self._stamp(row.spot.below("entered"), row.raw.get("entered"), record.entered),
            pending=self._pending(kind, row),
        )

    def _check_scope(self, kind: Kind, row: Row) -> None:
        """Check that the scope of *row* is there, and that it says all that names its list."""
        name = row.raw.get("scope")
        if "path" in row.raw:
            for parameter in kind.scope:
                if parameter not in row.raw["path"]:
                    told = f"{parameter} is missing; write {', '.join(kind.scope)} there"
                    self._told.add(row.spot.below("path"), "path", told)
        elif name is None:
            if kind.scope or self._scopes:
                there = ", ".join(self._scopes) or "under scopes first"
                self._told.add(row.spot, "scope", f"scope is missing; write one of {there}")
        elif self._told.is_known(row.spot.below("scope"), name, list(self._scopes), "a scope"):
            missing = [p for p in kind.scope if p not in self._scopes[name].path]
            if missing:
                told = f"the scope {name!r} has no {', '.join(missing)}; write path: "
                told += "{" + ", ".join(f"{p}: .." for p in missing) + "} there"
                self._told.add(row.spot.below("scope"), "scope", told)

    def _members(self, kind: Kind, row: Row, fixture: ScopeFixture) -> dict[str, Any]:
        """Return what *row* and its scope say, with expressions as what they stand for."""
        written = {**fixture.members, **row.raw["members"]}
        shape = self._shapes[kind.name]
        known = Circumstances(self._now, record=written)
        members: dict[str, Any] = {}
        for name, value in written.items():
            found = evaluate(value, known, shape.unit(f"/{escape(name)}"))
            if found is UNSET:
                told = f"{value} names nothing that is there; write a value"
                self._told.add(row.spot.below("members", name), "expression", told)
            else:
                members[name] = found
        shape.write_scope(members, fixture.path.items())
        return shape.order(members)

    def _put_in_state(self, kind: Kind, row: Row, members: dict[str, Any]) -> None:
        state, spot = row.raw.get("state"), row.spot.below("state")
        if state is None or not self._told.is_known(spot, str(state), kind.states, "a state"):
            return
        if kind.lifecycle is not None:
            for pointer, value in kind.lifecycle.states[str(state)].items():
                Place(pointer).write(members, value)

    def _tell_misfit(self, row: Row, misfit: Misfit) -> None:
        """Tell what is wrong with a member where it is written: in the row, or for its scope."""
        written = look_up(row.raw["members"], misfit.pointer) if misfit.pointer else UNSET
        if written is not UNSET:
            spot = row.spot.below("members", *tokens(misfit.pointer))
            self._told.add(spot, "members", misfit.message, written)
        elif misfit.pointer and row.raw.get("scope") is not None:
            told = f"{misfit.pointer} of its scope {row.raw['scope']!r} {misfit.message}"
            self._told.add(row.spot.below("members"), "members", told)
        else:
            self._told.add(row.spot.below("members"), "members", misfit.message)

    def _check_key(self, kind: Kind, row: Row, record: Record) -> None:
        if kind.key is None:
            return
        first = self._keys.setdefault((kind.name, record.scope, record.key), row)
        if first is not row:
            line = first.spot.problem("", "").line
            told = f"{record.key!r} is the key of a record at {first.spot.file.name}:{line} too; "
            spot = row.spot.below("members", *tokens(kind.key.pointer))
            self._told.add(spot, "twice", f"{told}write another, or another scope")

    def _check_moments(self, kind: Kind, row: Row, record: Record) -> None:
        """Check that a record was made, and came into its state, in this order and by now."""
        lifecycle, made = kind.lifecycle, kind.find_made(record)
        if lifecycle is None:
            return
        stamps, members = lifecycle.stamps, record.members()
        places = (stamps.made, stamps.moved, stamps.entered.get(record.state))
        for place in places:
            moment = moment_of(Place(place).read(members), stamps.unit) if place else None
            if place is None or not moment:
                continue
            spot = row.spot.below("members", *tokens(place))
            if moment > self._now:
                told = f"is {format_timestamp(moment)}, later than the world begins"
                told += f" ({format_timestamp(self._now)}); write an earlier moment, or a later now"
                self._told.add(spot, "moments", told)
            elif made is not None and moment < made:
                told = f"is {format_timestamp(moment)}, before the record was made"
                self._told.add(
                    spot, "moments", f"{told} ({format_timestamp(made)}); write a later one"
                )

    def _plan(self, kind: Kind, row: Row, members: Mapping[str, Any]) -> Iterator[Planned]:
        for at, raw in enumerate(row.raw.get("plan", ())):
            spot = row.spot.below("plan", at)
            to = None if raw["to"] is None else str(raw["to"])
            if to is not None:
                self._told.is_known(spot.below("to"), to, kind.states, "a state")
            if "at" in raw and "after" in raw:
                self._told.add(spot, "plan", "at and after are both there; keep one")
            for place in raw.get("members", {}):
                if not kind.has(pointer_of(place)):
                    told = f"{place!r} is not a place of the record; write that of one"
                    self._told.add(spot.below("members", place), "unknown", told)
            yield Planned(
                to=to,
                at=self._moment(kind, spot.below("at"), raw["at"], members)
                if "at" in raw
                else None,
                after=milliseconds(raw["after"]) if "after" in raw else None,
                members={pointer_of(p): v for p, v in raw.get("members", {}).items()},
            )

    def _pending(self, kind: Kind, row: Row) -> Pending | None:
        """Return the move that a client was promised already, if *row* says so."""
        raw, spot = row.raw.get("pending"), row.spot.below("pending")
        if raw is None:
            return None
        moves = () if kind.lifecycle is None else kind.lifecycle.moves
        known = [move.event for move in moves]
        if not self._told.is_known(spot.below("event"), raw["event"], known, "a move"):
            return None
        sources = moves[known.index(raw["event"])].sources
        to = None if raw["to"] is None else str(raw["to"])
        at = self._stamp(spot.below("at"), raw["at"], self._now)
        return Pending(raw["event"], to, at, sources)

    def _stamp(self, spot: Spot, text: str | None, otherwise: int) -> int:
        """Return the moment that *text* is; *otherwise* where there is none, or no such day."""
        if text is None:
            return otherwise
        try:
            return parse_timestamp(text)
        except ValueError as error:
            self._told.add(spot, "moments", str(error), text)
            return otherwise

    def _moment(self, kind: Kind, spot: Spot, text: str, members: Mapping[str, Any]) -> int | None:
        """Return the moment that *text* is, or that the place of a record holds which it names."""
        pointer = pointer_of(text)
        if kind.has(pointer):
            found = moment_of(Place(pointer).read(members), self._shapes[kind.name].unit(pointer))
            if found is None:
                told = f"the record has no moment at {text}; write one there, or a moment here"
                self._told.add(spot, "plan", told)
            return found
        try:
            return parse_timestamp(text)
        except ValueError as error:
            self._told.add(spot, "plan", f"{error}, or the name of a property that holds one", text)
            return None
