"""Worlds: list, create, read, delete, reset."""

from typing import Annotated, Any, Literal, NamedTuple

from msgspec import Meta, Struct, structs

from mockserver.client import models
from mockserver.control.request import YAML_TYPES, ControlRequest
from mockserver.http.messages import Response, json_response
from mockserver.http.refused import RefusedError
from mockserver.parsing.timestamp import format_timestamp
from mockserver.records.fixtures.fixtures import Fixtures
from mockserver.worlds.cooperative import iterate_in_slices
from mockserver.worlds.factory import EarlyError
from mockserver.worlds.registry import MOST_WORLDS, TooManyWorldsError, WorldExistsError
from mockserver.worlds.world import DEFAULT, World

WorldName = Annotated[str, Meta(pattern="^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
_WORLDS_AT_ONCE = 50


class NewWorld(
    Struct, frozen=True, forbid_unknown_fields=True, rename={"source": "from"}, omit_defaults=True
):
    """A world to create: *name* (default: a new one), what it starts *from*, or a fixture."""

    name: WorldName | None = None
    source: Literal["seed", "empty", "fixture"] | None = None
    fixture: dict[str, Any] | None = None


class Named(Struct, frozen=True, forbid_unknown_fields=True):
    """The query of a world to create: its name, unless the body has one."""

    name: WorldName | None = None


class NewWorldPlan(NamedTuple):
    """A world to create: its name, if one was given, and what it starts from."""

    name: str | None
    seed: Fixtures


async def list_all(request: ControlRequest) -> Response:
    """Respond with all worlds and their keys."""
    states: list[models.WorldState] = []
    async for some in iterate_in_slices(tuple(request.services.worlds), _WORLDS_AT_ONCE):
        states += [await describe(request, world) for world in some]
    return json_response(200, models.WorldList(tuple(states)))


async def prepare(request: ControlRequest) -> NewWorldPlan:
    """Return the world to create. Other requests are served while a large fixture is read."""
    name = request.read_query(Named).name
    if request.media_type() in YAML_TYPES:
        return NewWorldPlan(name, await read_upload(request, request.http.body, ".yaml"))
    if not request.http.body:
        return NewWorldPlan(name, request.services.worlds.seed)
    rest, fixture = request.split_body("fixture")
    body = request.read_body(NewWorld, rest)
    return NewWorldPlan(body.name or name, await _seed(request, body, fixture))


async def create(request: ControlRequest) -> Response:
    """Create a world."""
    worlds = request.services.worlds
    name, seed = request.prepared
    try:
        with worlds.reserve_name(name) as name:
            world = await request.services.factory.create(name, seed)
        worlds.add(world)
    except WorldExistsError:
        hint = "take another name, or none to have one made"
        raise RefusedError(409, "a world of that name exists", "/name", hint) from None
    except TooManyWorldsError:
        hint = "DELETE the worlds that are no longer needed"
        raise RefusedError(409, f"there are {MOST_WORLDS:,} worlds", "", hint) from None
    except EarlyError as error:
        raise RefusedError(409, str(error), "/fixture/now", "state a later now") from None
    request.services.events.publish("world", world.name, {"change": "created"})
    return json_response(201, await describe(request, world))


async def read(request: ControlRequest) -> Response:
    """Respond with one world."""
    return json_response(200, await describe(request, request.world))


async def delete(request: ControlRequest) -> Response:
    """Delete a world; its credentials are then unknown."""
    world = request.world
    if world.name == DEFAULT:
        hint = "reset it instead"
        raise RefusedError(409, "the default world cannot be deleted", "world", hint)
    await request.services.persistence.remove(world)
    request.services.events.publish("world", world.name, {"change": "deleted"})
    return Response(204)


async def reset(request: ControlRequest) -> Response:
    """Reset a world: its records, clock, faults, deviations and journal."""
    world = request.world
    await request.services.factory.restart(world, world.seed)
    request.services.events.publish("world", world.name, {"change": "reset"})
    return json_response(200, await describe(request, world))


async def describe(request: ControlRequest, world: World) -> models.WorldState:
    """Return a world as the control API shows it."""
    extent = await world.journal.extent()
    return models.WorldState(
        name=world.name,
        now=format_timestamp(world.clock.now()),
        speed=world.clock.speed,
        organizations=request.view.list_organizations(world),
        faults=tuple(fault.name for fault in world.faults),
        deviations=world.deviations,
        journal=models.JournalExtent(extent.kept, extent.dropped),
        credentials=tuple(
            models.Credential(secret, scopes) for secret, scopes in world.secrets.items()
        ),
    )


async def read_upload(request: ControlRequest, octets: bytes, suffix: str) -> Fixtures:
    """Return what an uploaded fixture states; what it leaves out is what the server's own state.

    Raises:
        RefusedError: it cannot be used.
    """
    services = request.services
    otherwise = services.worlds.seed
    now = services.factory.start_of(otherwise)
    return await request.view.read_upload(octets, suffix, otherwise, now)


async def _seed(request: ControlRequest, body: NewWorld, fixture: bytes) -> Fixtures:
    seed = request.services.worlds.seed
    octets = b"" if fixture == b"null" else fixture
    if octets and not octets.startswith(b"{"):
        hint = "GET /__admin/reference describes what this body may hold"
        raise RefusedError(400, "Expected `object | null`", "/fixture", hint)
    if body.source not in (None, "fixture" if octets else body.source) or (
        body.source == "fixture" and not octets
    ):
        hint = "give fixture, and from: fixture or no from at all"
        raise RefusedError(409, "from and fixture contradict each other", "/from", hint)
    if octets:
        return await read_upload(request, octets, ".json")
    if body.source == "empty":
        return structs.replace(seed, records={}, digest="")
    return seed
