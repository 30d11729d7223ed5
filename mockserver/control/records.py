"""Records of any API: list, make one in any state, move one now, and plan what becomes of one."""

from collections.abc import Mapping
from typing import Any, NoReturn

import msgspec
from msgspec import Struct, structs

from mockserver.client import record_models as models
from mockserver.contract.description.schemas import pointer_of
from mockserver.control.request import ControlRequest, RefusedError, list_names
from mockserver.domain.timestamp import format_timestamp, parse_duration, parse_timestamp
from mockserver.http.messages import Response, json_response
from mockserver.records.fixtures import ScopeFixture, is_by_credential, scope_of
from mockserver.records.forcing import NoRouteError, force
from mockserver.records.generate import Generator
from mockserver.records.kind import InvalidRecordError, Kind
from mockserver.records.places import Place
from mockserver.records.progress import Progress
from mockserver.records.record import Key, Planned, Record, Scope
from mockserver.records.store import KeyTakenError, RecordNotFoundError
from mockserver.worlds.records import RecordWorld


class NewRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """A record to make: its *state* and *members*; the rest is made up by its schema.

    *scope* is the name of one in the fixtures; without fixtures *path* has the parameters of the
    path that name its list.
    """

    state: str | None = None
    members: Mapping[str, Any] = {}
    scope: str | None = None
    path: Mapping[str, str] = {}


class Move(Struct, frozen=True, forbid_unknown_fields=True):
    """The state that a record shall have now; null: it shall be gone."""

    to: str | None


class PlannedMove(Struct, frozen=True, forbid_unknown_fields=True):
    """A move *to* a state (null: it is gone), *at* a moment or *after* so long in its state."""

    to: str | None
    at: str | int | None = None
    after: str | None = None
    members: Mapping[str, Any] = {}


class Plan(Struct, frozen=True, forbid_unknown_fields=True):
    """What becomes of a record, move by move."""

    moves: tuple[PlannedMove, ...]


class ScopeQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Which records are meant where several scopes have the key: those of this one."""

    scope: str | None = None


async def list_all(request: ControlRequest) -> Response:
    """Respond with all records of a resource, of all scopes, as they were made."""
    world, kind = request.record_world, _kind(request)
    request.read_query(ScopeQuery)
    found = await world.records.all(kind, world.clock.now())
    return json_response(
        200, models.RecordList(tuple(_describe(world, kind, record) for record in found))
    )


async def create(request: ControlRequest) -> Response:
    """Make a record in any state."""
    world, kind, asked = request.record_world, _kind(request), request.read_body(NewRecord)
    now = world.clock.now()
    if asked.state is not None and asked.state not in kind.states:
        hint = f"the states are {list_names(kind.states)}"
        raise RefusedError(409, f"{asked.state!r} is not a state", "/state", hint)
    scope = _scope(request, kind, asked)
    serial = 1 + len(await world.records.all(kind, now))
    number = 1 + await world.records.highest(kind, scope, now)
    lifecycle = kind.lifecycle
    state = asked.state or (lifecycle.initial[0] if lifecycle is not None else "")
    made = Generator(kind, now, f"made {world.name}").record(state, scope, number, serial)
    fixture = world.seed.scopes.get(asked.scope or "", ScopeFixture())
    members = made.members()
    for name, value in {**fixture.members, **asked.members}.items():
        Place(pointer_of(name)).write(members, value)
    try:
        record = kind.adopt(members, scope, now)
        kept = await world.records.add(kind, record, now)
    except InvalidRecordError as error:
        raise RefusedError(409, str(error), "/members", "give other members") from None
    except KeyTakenError:
        hint = "give another key, or none to have one made"
        raise RefusedError(409, "a record has that key", "/members", hint) from None
    return json_response(201, _describe(world, kind, kept))


async def read(request: ControlRequest) -> Response:
    """Respond with a record, and what will become of it."""
    world, kind = request.record_world, _kind(request)
    request.read_query(ScopeQuery)
    try:
        found = await world.records.get(kind, None, _key(request, kind), world.clock.now())
    except RecordNotFoundError:
        _refuse_unknown()
    return json_response(200, _describe(world, kind, found))


async def transition(request: ControlRequest) -> Response:
    """Move a record now, by the moves of the contract."""
    world, kind, asked = request.record_world, _kind(request), request.read_body(Move)
    lifecycle, now = kind.lifecycle, world.clock.now()
    if lifecycle is None:
        raise RefusedError(409, "these records have no states", "resource", "give another resource")

    def change(record: Record) -> Record | None:
        return force(lifecycle, record, asked.to, now)

    try:
        moved = await world.records.change(kind, None, _key(request, kind), change, now)
    except RecordNotFoundError:
        _refuse_unknown()
    except NoRouteError as error:
        hint = "make another record in that state: POST .../records/{resource}"
        raise RefusedError(409, str(error), "/to", hint) from None
    return Response(204) if moved is None else json_response(200, _describe(world, kind, moved))


async def plan(request: ControlRequest) -> Response:
    """Say what will become of a record."""
    world, kind, asked = request.record_world, _kind(request), request.read_body(Plan)
    planned = tuple(_read_move(kind, at, move) for at, move in enumerate(asked.moves))

    def change(record: Record) -> Record:
        return structs.replace(record, plan=planned)

    try:
        key, now = _key(request, kind), world.clock.now()
        changed = await world.records.change(kind, None, key, change, now)
    except RecordNotFoundError:
        _refuse_unknown()
    return Response(204) if changed is None else json_response(200, _describe(world, kind, changed))


def _read_move(kind: Kind, at: int, move: PlannedMove) -> Planned:
    if move.to is not None and move.to not in kind.states:
        hint = f"the states are {list_names(kind.states)}"
        raise RefusedError(409, f"{move.to!r} is not a state", f"/moves/{at}/to", hint)
    try:
        return Planned(
            to=move.to,
            at=parse_timestamp(move.at) if isinstance(move.at, str) else move.at,
            after=None if move.after is None else parse_duration(move.after),
            members={pointer_of(name): value for name, value in move.members.items()},
        )
    except ValueError as error:
        hint = "at is a moment such as 2026-01-15T12:00:00Z, after a duration such as 1h"
        raise RefusedError(400, str(error), f"/moves/{at}", hint) from None


def _kind(request: ControlRequest) -> Kind:
    kinds = request.records.worlds.kinds
    name = request.path["resource"]
    if name not in kinds:
        hint = f"there are {list_names(kinds)}"
        raise RefusedError(404, f"the API has no resource {name!r}", "resource", hint)
    return kinds[name]


def _key(request: ControlRequest, kind: Kind) -> Key:
    key = kind.key_of(request.path["key"])
    if key is None:
        raise RefusedError(400, "that is not a key of such a record", "key", "give a number")
    return key


def _scope(request: ControlRequest, kind: Kind, asked: NewRecord) -> Scope:
    """Return where a new record belongs: to a scope of the fixtures, or what its path says."""
    seed, contract = request.record_world.seed, request.records.api.contract
    tenancy = None if contract.tenancy is None else contract.tenancy.value
    if seed.scopes:
        name = asked.scope or next(iter(seed.scopes))
        if name not in seed.scopes:
            hint = f"there are {list_names(seed.scopes)}"
            raise RefusedError(409, f"no scope is named {name!r}", "/scope", hint)
        return scope_of(kind.scope, seed.scopes[name], name, tenancy)
    tenant = ("",) if is_by_credential(tenancy) else ()
    usual = Generator(kind, 0, tenant=tenant).scopes[0]
    values = [asked.path.get(p, v) for p, v in zip(kind.scope, usual, strict=False)]
    return (*values, *tenant)


def _describe(world: RecordWorld, kind: Kind, record: Record) -> models.SteeredRecord:
    due = None
    if kind.lifecycle is not None:
        pace = world.seed.pace_of(kind.name)
        due = Progress(kind.lifecycle, pace).next_due(record)
    return models.SteeredRecord(
        key=record.key,
        scope=record.scope,
        state=record.state,
        record=msgspec.json.decode(record.text),
        next=None if due is None else models.NextMove(due.to, format_timestamp(due.at)),
    )


def _refuse_unknown() -> NoReturn:
    hint = "GET .../records/{resource} lists all of them"
    raise RefusedError(404, "the world has no record with that key", "key", hint)
