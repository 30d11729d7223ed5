"""Records of any API: make one in any state, move one now, and plan what becomes of one."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import Struct, structs

from mockserver.contract.schemas import pointer_of
from mockserver.control.record_lookup import (
    find_kind,
    find_record,
    make_describer,
    refuse_unknown,
)
from mockserver.control.record_scopes import choose_scope
from mockserver.control.request import ControlRequest, list_names
from mockserver.http.messages import Response, json_response
from mockserver.http.refused import RefusedError
from mockserver.parsing.timestamp import parse_duration, parse_timestamp
from mockserver.records.expressions import Circumstances, evaluate
from mockserver.records.fixtures.fixtures import ScopeFixture
from mockserver.records.fixtures.generate import Generator
from mockserver.records.forcing import NoRouteError, force
from mockserver.records.kind import InvalidRecordError, Kind
from mockserver.records.lifecycle import Lifecycle
from mockserver.records.places import Place
from mockserver.records.record import Planned, Record, Scope
from mockserver.records.routes import explain_unreachable
from mockserver.records.shape import Shape
from mockserver.store.records import KeyTakenError, RecordNotFoundError

#: A key that is made up is taken a few times at most; one that is given is taken for good.
_MOST_DRAWS = 20


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


async def create(request: ControlRequest) -> Response:
    """Make a record in any state."""
    world, kind, asked = request.world, find_kind(request), request.read_body(NewRecord)
    now = world.clock.now()
    if asked.state is not None and asked.state not in kind.states:
        hint = f"the states are {list_names(kind.states)}"
        raise RefusedError(409, f"{asked.state!r} is not a state", "/state", hint)
    scope = choose_scope(request, kind, asked.scope, asked.path)
    # What was made and is gone counts as well: its key is not given to another record.
    serial = 1 + max(world.made, len(await world.records.all(kind, now)))
    highest = await world.records.highest(kind, scope, now)
    # A key that is a name is told from all others by the number in it.
    number = highest + 1 if highest else serial
    for attempt in range(_MOST_DRAWS):
        members = _make_members(request, kind, asked, scope, (number + attempt, serial + attempt))
        try:
            record = kind.adopt(members, scope, now)
            kept = await world.records.add(kind, record, now)
        except InvalidRecordError as error:
            raise RefusedError(409, str(error), "/members", "give other members") from None
        except KeyTakenError:
            # A key that was made up is taken by chance.
            continue
        world.made = serial + attempt
        return json_response(201, make_describer(request, kind)(kept))
    hint = "give another key, or none to have one made"
    raise RefusedError(409, "a record has that key", "/members", hint)


def _make_members(
    request: ControlRequest, kind: Kind, asked: NewRecord, scope: Scope, numbers: tuple[int, int]
) -> dict[str, Any]:
    """Return the members of a new record; *numbers* tell it from others of its scope, and all."""
    world, lifecycle = request.world, kind.lifecycle
    now = world.clock.now()
    state = asked.state or (lifecycle.initial[0] if lifecycle is not None else "")
    pace = world.seed.pace_of(kind.name)
    made = Generator(kind, now, f"made {world.name}", pace).record(state, scope, *numbers)
    scopes = world.seed.scopes
    name = asked.scope or ("" if asked.path else next(iter(scopes), ""))
    fixture = scopes.get(name, ScopeFixture())
    members = made.members()
    known, shape = Circumstances(now, record=members), Shape(kind)
    for name, value in fixture.members.items():
        pointer = pointer_of(name)
        Place(pointer).write(members, evaluate(value, known, shape.unit(pointer)))
    if lifecycle is not None:
        _keep_history(lifecycle, state, made.members(), members)
    for name, value in asked.members.items():
        Place(pointer_of(name)).write(members, value)
    return members


def _keep_history(
    lifecycle: Lifecycle, state: str, made: Mapping[str, Any], members: dict[str, Any]
) -> None:
    """Write into *members* the state and the stamps of *made* that its scope has replaced.

    What a scope says of all its records is true of a new one: its null at a stamp is not.
    """
    for pointer, value in lifecycle.states[state].items():
        Place(pointer).write(members, value)
    for place in map(Place, lifecycle.stamp_places):
        if place.read(members) is None and place.read(made) is not None:
            place.write(members, place.read(made))


async def read(request: ControlRequest) -> Response:
    """Respond with a record, and what will become of it."""
    kind = find_kind(request)
    found = await find_record(request, kind)
    return json_response(200, make_describer(request, kind)(found))


async def transition(request: ControlRequest) -> Response:
    """Move a record now, by the moves that it has in its world."""
    kind, asked = find_kind(request), request.read_body(Move)
    lifecycle, now = kind.lifecycle, request.world.clock.now()
    if lifecycle is None:
        raise RefusedError(409, "these records have no states", "resource", "give another resource")

    def change(record: Record) -> Record | None:
        return force(lifecycle, record, asked.to, now)

    try:
        return await _change(request, kind, change)
    except NoRouteError as error:
        hint = "make another record in that state: POST .../records/{resource}"
        raise RefusedError(409, str(error), "/to", hint) from None


async def plan(request: ControlRequest) -> Response:
    """Say what will become of a record."""
    kind, asked = find_kind(request), request.read_body(Plan)
    planned = tuple(_read_move(kind, at, move) for at, move in enumerate(asked.moves))

    def change(record: Record) -> Record:
        _check_plan(kind, record.state, planned)
        return structs.replace(record, plan=planned)

    return await _change(request, kind, change)


def _check_plan(kind: Kind, state: str, planned: Iterable[Planned]) -> None:
    """Check that the server makes the moves that are *planned* for a record in *state*."""
    for at, move in enumerate(planned):
        told = explain_unreachable(kind.lifecycle, state, move.to) if kind.lifecycle else None
        if told is not None:
            hint = "plan what the server does, or POST .../transition to move the record now"
            raise RefusedError(409, told, f"/moves/{at}/to", hint)
        state = move.to or state


async def _change(
    request: ControlRequest, kind: Kind, change: Callable[[Record], Record | None]
) -> Response:
    """Change the record that the path names, and respond with it; 204 if it is gone."""
    found, world = await find_record(request, kind), request.world
    now = world.clock.now()
    try:
        changed = await world.records.change(kind, found.scope, found.key, change, now)
    except RecordNotFoundError:
        raise refuse_unknown() from None
    if changed is None:
        return Response(204)
    return json_response(200, make_describer(request, kind)(changed))


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
        hint = "at is a timestamp such as 2026-01-15T12:00:00Z, after a duration such as 1h"
        raise RefusedError(400, str(error), f"/moves/{at}", hint) from None
