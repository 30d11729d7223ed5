"""Snapshots: a world as a fixture, and a world made to be as a fixture says."""

from typing import Literal

import msgspec
import yaml
from msgspec import Struct

from mockserver.control import worlds
from mockserver.control.fixtures import fixture_of, uploaded
from mockserver.control.request import JSON_TYPES, YAML_TYPES, RefusedError, Request, answered
from mockserver.exchange import Answer
from mockserver.founding import EarlyError


class Format(Struct, frozen=True, forbid_unknown_fields=True):
    """The query of a snapshot."""

    format: Literal["json", "yaml"] = "json"


async def take(request: Request) -> Answer:
    """Answer the world as a fixture."""
    asked = request.queried(Format)
    world, lifecycle = request.world, request.parts.founder.document.lifecycle
    now = world.clock.now()
    jobs = await world.store.everything(now)
    fixture = fixture_of(world.seed, world.organizations, jobs, now, lifecycle.unsettled)
    if asked.format == "json":
        return Answer(200, msgspec.json.encode(fixture))
    text = yaml.dump(
        msgspec.to_builtins(fixture), Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True
    )
    return Answer(200, text.encode(), {"Content-Type": YAML_TYPES[0]})


async def restore(request: Request) -> Answer:
    """Let the world be what a fixture states; it keeps its keys, by the organizations' names."""
    world, founder = request.world, request.parts.founder
    media_type = request.media_type()
    if media_type not in (*JSON_TYPES, *YAML_TYPES):
        hint = f"send Content-Type: {JSON_TYPES[-1]} or {YAML_TYPES[0]}"
        raise RefusedError(415, "the body is neither JSON nor YAML", "Content-Type", hint)
    suffix = ".yaml" if media_type in YAML_TYPES else ".json"
    seed = uploaded(request.exchange.body, suffix, founder)
    try:
        await founder.restart(world, seed)
    except EarlyError as error:
        raise RefusedError(409, str(error), "/now", "state a later now") from None
    organizations = founder.keyed(seed.organizations, world.organizations)
    request.parts.worlds.rekey(world, organizations)
    founder.events.publish("world", world.name, {"change": "restored"})
    return answered(await worlds.shown(world))
