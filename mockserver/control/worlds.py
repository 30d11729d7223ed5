"""Worlds: list, create, read, delete, reset."""

from typing import Annotated, Any, Literal, NamedTuple

from msgspec import Meta, Struct, structs

from mockserver.client import models
from mockserver.control.fixtures import read_upload
from mockserver.control.request import YAML_TYPES, ControlRequest, RefusedError
from mockserver.domain.timestamp import format_timestamp
from mockserver.http.messages import Response, json_response
from mockserver.store.seed import Seed
from mockserver.worlds.cooperative import iterate_in_slices
from mockserver.worlds.factory import EarlyError
from mockserver.worlds.records import RecordWorld
from mockserver.worlds.world import (
    DEFAULT,
    MOST_WORLDS,
    BaseWorld,
    TooManyWorldsError,
    World,
    WorldExistsError,
)

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
    seed: Seed


async def list_all(request: ControlRequest) -> Response:
    """Respond with all worlds and their keys."""
    states: list[models.WorldState] = []
    async for some in iterate_in_slices(tuple(request.services.worlds), _WORLDS_AT_ONCE):
        states += [await describe(world) for world in some]
    return json_response(200, models.WorldList(tuple(states)))


async def prepare(request: ControlRequest) -> NewWorldPlan:
    """Return the world to create. Other requests are served while a large fixture is read."""
    services, name = request.jobs, request.read_query(Named).name
    if request.media_type() in YAML_TYPES:
        return NewWorldPlan(name, await read_upload(request.http.body, ".yaml", services))
    if not request.http.body:
        return NewWorldPlan(name, services.worlds.seed)
    rest, fixture = request.split_body("fixture")
    body = request.read_body(NewWorld, rest)
    return NewWorldPlan(body.name or name, await _seed(request, body, fixture))


async def create(request: ControlRequest) -> Response:
    """Create a world."""
    services, worlds = request.jobs, request.jobs.worlds
    name, seed = request.prepared
    try:
        organizations = services.factory.issue_keys(seed.organizations)
        with worlds.reserve_name(name) as name:
            world = await services.factory.create(name, seed, organizations)
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
    return json_response(201, await describe(world))


async def read(request: ControlRequest) -> Response:
    """Respond with one world."""
    return json_response(200, await describe(request.world))


async def delete(request: ControlRequest) -> Response:
    """Delete a world; its keys are then unknown."""
    world = request.world
    if world.name == DEFAULT:
        hint = "reset it instead"
        raise RefusedError(409, "the default world cannot be deleted", "world", hint)
    await request.services.persistence.remove(world)
    request.services.events.publish("world", world.name, {"change": "deleted"})
    return Response(204)


async def reset(request: ControlRequest) -> Response:
    """Reset a world: its jobs, clock, faults, deviations and journal."""
    world = request.jobs_world
    await request.jobs.factory.restart(world, world.seed)
    request.services.events.publish("world", world.name, {"change": "reset"})
    return json_response(200, await describe(world))


async def describe(world: BaseWorld) -> models.WorldState:
    """Return a world as the control API shows it."""
    extent = await world.journal.extent()
    return models.WorldState(
        name=world.name,
        now=format_timestamp(world.clock.now()),
        speed=world.clock.speed,
        organizations=_organizations(world) if isinstance(world, World) else (),
        faults=tuple(fault.name for fault in world.faults),
        deviations=world.deviations,
        journal=models.JournalExtent(extent.kept, extent.dropped),
        credentials=_credentials(world) if isinstance(world, RecordWorld) else (),
    )


def _organizations(world: World) -> tuple[models.Organization, ...]:
    return tuple(
        models.Organization(
            organization.name,
            organization.api_key,
            tuple(models.Project(p.project_key, p.project_id) for p in organization.projects),
        )
        for organization in world.organizations
    )


def _credentials(world: RecordWorld) -> tuple[models.Credential, ...]:
    return tuple(models.Credential(secret, scopes) for secret, scopes in world.secrets.items())


async def _seed(request: ControlRequest, body: NewWorld, fixture: bytes) -> Seed:
    services = request.jobs
    octets = b"" if fixture == b"null" else fixture
    if octets and not octets.startswith(b"{"):
        hint = "GET /__admin describes what this body may hold"
        raise RefusedError(400, "Expected `object | null`", "/fixture", hint)
    if body.source not in (None, "fixture" if octets else body.source) or (
        body.source == "fixture" and not octets
    ):
        hint = "give fixture, and from: fixture or no from at all"
        raise RefusedError(409, "from and fixture contradict each other", "/from", hint)
    if octets:
        return await read_upload(octets, ".json", services)
    if body.source == "empty":
        return structs.replace(services.worlds.seed, jobs=[], digest="")
    return services.worlds.seed
