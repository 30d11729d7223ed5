"""Snapshots: a world as a fixture, and a world restored from one."""

from collections.abc import Sequence
from typing import Literal

import msgspec
import yaml
from msgspec import Struct

from mockserver.control import worlds
from mockserver.control.fixtures import read_upload, write_fixture, write_row
from mockserver.control.request import (
    JSON_TYPES,
    YAML_TYPES,
    ControlRequest,
    RefusedError,
)
from mockserver.domain.job import Job
from mockserver.http.messages import Response, json_response
from mockserver.seeding.schema import FixtureFile
from mockserver.store.seed import Seed
from mockserver.worlds.cooperative import iterate_in_slices
from mockserver.worlds.factory import EarlyError

#: How many jobs are written in a few milliseconds.
_JSON_AT_ONCE = 200
_YAML_AT_ONCE = 10


class Format(Struct, frozen=True, forbid_unknown_fields=True):
    """The query of a snapshot."""

    format: Literal["json", "yaml"] = "json"


async def take(request: ControlRequest) -> Response:
    """Respond with the world as a fixture."""
    query = request.read_query(Format)
    world, lifecycle = request.jobs_world, request.jobs.document.lifecycle
    now = world.clock.now()
    jobs = await world.store.all(now)
    transient = lifecycle.transient
    head = write_fixture(world.seed, world.organizations, now)
    if query.format == "json":
        return Response(200, await _in_json(head, jobs, transient))
    return Response(200, await _in_yaml(head, jobs, transient), {"Content-Type": YAML_TYPES[0]})


async def _in_json(head: FixtureFile, jobs: Sequence[Job], moving: frozenset[str]) -> bytes:
    """Return the fixture that has *jobs* besides what *head* has, written in slices."""
    rows = [
        msgspec.json.encode([write_row(job, moving) for job in some])[1:-1]
        async for some in iterate_in_slices(jobs, _JSON_AT_ONCE)
    ]
    members = b',"jobs":[%b]}' % b",".join(rows) if rows else b"}"
    return msgspec.json.encode(head).removesuffix(b"}") + members


async def _in_yaml(head: FixtureFile, jobs: Sequence[Job], moving: frozenset[str]) -> bytes:
    """Return the same in YAML, where a block sequence can follow its key piece by piece."""
    texts = [_yaml(head)]
    async for some in iterate_in_slices(jobs, _YAML_AT_ONCE):
        texts += ["jobs:\n"] if len(texts) == 1 else []
        texts.append(_yaml([write_row(job, moving) for job in some]))
    return "".join(texts).encode()


def _yaml(value: object) -> str:
    plain = msgspec.to_builtins(value)
    text = yaml.dump(plain, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True)
    return str(text)


async def prepare(request: ControlRequest) -> Seed:
    """Return the seed to restore. Other requests are served while a large fixture is read."""
    media_type = request.media_type()
    if media_type not in (*JSON_TYPES, *YAML_TYPES):
        hint = f"send Content-Type: {JSON_TYPES[-1]} or {YAML_TYPES[0]}"
        raise RefusedError(415, "the body is neither JSON nor YAML", "Content-Type", hint)
    suffix = ".yaml" if media_type in YAML_TYPES else ".json"
    # A world that does not exist is refused before its fixture is read.
    _ = request.jobs_world
    return await read_upload(request.http.body, suffix, request.jobs)


async def restore(request: ControlRequest) -> Response:
    """Restore a world from a fixture; organizations of the same name keep their keys."""
    services, world, seed = request.jobs, request.jobs_world, request.prepared
    try:
        await services.factory.restart(world, seed)
    except EarlyError as error:
        raise RefusedError(409, str(error), "/now", "state a later now") from None
    organizations = services.factory.issue_keys(seed.organizations, world.organizations)
    services.worlds.rekey(world, organizations)
    request.services.events.publish("world", world.name, {"change": "restored"})
    return json_response(200, await worlds.describe(world))
