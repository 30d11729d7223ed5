"""Snapshots: a world as a fixture, and a world restored from one."""

import textwrap
from collections.abc import Sequence
from typing import Literal

import msgspec
import yaml
from msgspec import Struct

from mockserver.control import worlds
from mockserver.control.request import JSON_TYPES, YAML_TYPES, ControlRequest
from mockserver.http.messages import Response, json_response
from mockserver.http.refused import RefusedError
from mockserver.parsing.core_schema import PortableDumper
from mockserver.profiles.view import Snapshot
from mockserver.records.fixtures.fixtures import Fixtures
from mockserver.records.kind import Kind
from mockserver.records.record import Record
from mockserver.worlds.cooperative import iterate_in_slices
from mockserver.worlds.factory import EarlyError

#: How many records are written in a few milliseconds.
_JSON_AT_ONCE = 200
_YAML_AT_ONCE = 10
_Lists = list[tuple[Kind, Sequence[Record]]]


class Format(Struct, frozen=True, forbid_unknown_fields=True):
    """The query of a snapshot."""

    format: Literal["json", "yaml"] = "json"


async def take(request: ControlRequest) -> Response:
    """Respond with the world as a fixture."""
    query, world = request.read_query(Format), request.world
    now = world.clock.now()
    lists = [
        (kind, found)
        for kind in request.services.api.kinds.values()
        if (found := await world.records.all(kind, now))
    ]
    snapshot = request.view.take_snapshot(world, now)
    if query.format == "json":
        return Response(200, await _in_json(snapshot, lists))
    return Response(200, await _in_yaml(snapshot, lists), {"Content-Type": YAML_TYPES[0]})


async def _in_json(snapshot: Snapshot, lists: _Lists) -> bytes:
    """Return the fixture that has the records of *lists* besides its head, written in slices."""
    members = []
    for kind, records in lists:
        rows = [
            msgspec.json.encode([snapshot.write_row(kind, record) for record in some])[1:-1]
            async for some in iterate_in_slices(records, _JSON_AT_ONCE)
        ]
        members.append(
            b"%b:[%b]" % (msgspec.json.encode(snapshot.names[kind.name]), b",".join(rows))
        )
    inner = b",".join(members)
    if inner and snapshot.holder is not None:
        inner = b"%b:{%b}" % (msgspec.json.encode(snapshot.holder), inner)
    return (
        msgspec.json.encode(snapshot.head).removesuffix(b"}") + (b"," * bool(inner)) + inner + b"}"
    )


async def _in_yaml(snapshot: Snapshot, lists: _Lists) -> bytes:
    """Return the same in YAML, where a block sequence can follow its key piece by piece."""
    texts = [_yaml(snapshot.head)]
    is_held = snapshot.holder is not None and bool(lists)
    texts += [f"{snapshot.holder}:\n"] if is_held else []
    for kind, records in lists:
        indent = "  " if is_held else ""
        name = _yaml({snapshot.names[kind.name]: None}).removesuffix(" null\n")
        texts.append(f"{indent}{name}\n")
        async for some in iterate_in_slices(records, _YAML_AT_ONCE):
            rows = [snapshot.write_row(kind, record) for record in some]
            texts.append(textwrap.indent(_yaml(rows), indent))
    return "".join(texts).encode()


def _yaml(value: object) -> str:
    # Records are text already, which only JSON takes as it is.
    plain = msgspec.json.decode(msgspec.json.encode(value))
    text = yaml.dump(plain, Dumper=PortableDumper, sort_keys=False, allow_unicode=True)
    return str(text)


async def prepare(request: ControlRequest) -> Fixtures:
    """Return the seed to restore. Other requests are served while a large fixture is read."""
    media_type = request.media_type()
    if media_type not in (*JSON_TYPES, *YAML_TYPES):
        hint = f"send Content-Type: {JSON_TYPES[-1]} or {YAML_TYPES[0]}"
        raise RefusedError(415, "the body is neither JSON nor YAML", "Content-Type", hint)
    suffix = ".yaml" if media_type in YAML_TYPES else ".json"
    # A world that does not exist is refused before its fixture is read.
    _ = request.world
    return await worlds.read_upload(request, request.http.body, suffix)


async def restore(request: ControlRequest) -> Response:
    """Restore a world from a fixture; credentials that mean the same stay what they are."""
    services, world, seed = request.services, request.world, request.prepared
    credentials = services.factory.issue_credentials(seed, world)
    try:
        await services.factory.restart(world, seed)
    except EarlyError as error:
        raise RefusedError(409, str(error), "/now", "state a later now") from None
    services.worlds.rekey(world, *credentials)
    services.events.publish("world", world.name, {"change": "restored"})
    return json_response(200, await worlds.describe(request, world))
