"""Worlds of records: make one, and let one begin again. The rest is as for all worlds."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import msgspec
from msgspec import Struct, structs

from mockserver.control.request import YAML_TYPES, ControlRequest, RefusedError
from mockserver.control.worlds import Named, WorldName, describe
from mockserver.http.messages import Response, json_response
from mockserver.parsing.sources import InvalidSourceError
from mockserver.records.fixtures import Fixtures
from mockserver.worlds.world import MOST_WORLDS, TooManyWorldsError, WorldExistsError


class NewWorld(
    Struct, frozen=True, forbid_unknown_fields=True, rename={"source": "from"}, omit_defaults=True
):
    """A world to make: *name* (default: one is made), what it starts *from*, or a fixture."""

    name: WorldName | None = None
    source: Literal["seed", "empty", "fixture"] | None = None
    fixture: dict[str, Any] | None = None


async def create(request: ControlRequest) -> Response:
    """Make a world, with credentials that only it has."""
    services = request.records
    name, seed = _read(request)
    try:
        with services.worlds.reserve_name(name) as name:
            world = await services.factory.create(name, seed)
        services.worlds.add(world)
    except WorldExistsError:
        hint = "take another name, or none to have one made"
        raise RefusedError(409, "a world of that name exists", "/name", hint) from None
    except TooManyWorldsError:
        hint = "DELETE the worlds that are no longer needed"
        raise RefusedError(409, f"there are {MOST_WORLDS:,} worlds", "", hint) from None
    request.services.events.publish("world", world.name, {"change": "created"})
    return json_response(201, await describe(world))


async def reset(request: ControlRequest) -> Response:
    """Let a world begin again: records, clock, faults and journal."""
    world = request.record_world
    await request.records.factory.restart(world, world.seed)
    request.services.events.publish("world", world.name, {"change": "reset"})
    return json_response(200, await describe(world))


async def refuse_snapshot(_: ControlRequest) -> Response:
    """Say that worlds of records have no snapshots yet."""
    hint = "POST .../reset lets the world begin again; .../records/{resource} lists its records"
    raise RefusedError(501, "worlds of this API have no snapshots yet", "path", hint)


def _read(request: ControlRequest) -> tuple[str | None, Fixtures]:
    """Return the name that is asked for, and what the world starts from."""
    name, seed = request.read_query(Named).name, request.records.worlds.seed
    if request.media_type() in YAML_TYPES:
        return name, _upload(request, ".yaml", request.http.body)
    if not request.http.body:
        return name, seed
    asked = request.read_body(NewWorld)
    name = asked.name or name
    if (asked.source == "fixture") != (asked.fixture is not None) and asked.source is not None:
        hint = "give fixture, and from: fixture or no from at all"
        raise RefusedError(409, "from and fixture contradict each other", "/from", hint)
    if asked.fixture is not None:
        return name, _upload(request, ".json", msgspec.json.encode(asked.fixture))
    return name, structs.replace(seed, records={}) if asked.source == "empty" else seed


def _upload(request: ControlRequest, suffix: str, octets: bytes) -> Fixtures:
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"fixture{suffix}"
        file.write_bytes(octets)
        try:
            return request.records.read_fixture(file)
        except InvalidSourceError as error:
            told = str(error).replace(f"{folder}/", "")
            where = f"/fixture{error.diagnostics[0].pointer}"
            hint = "docs/any_api.md explains the format"
            raise RefusedError(409, told, where, hint) from None
