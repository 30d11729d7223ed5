"""Deviations: which there are, and which a world has."""

from typing import Any

from msgspec import Struct

from mockserver.control.request import RefusedError, Request, answered
from mockserver.deviations.catalogue import CATALOGUE
from mockserver.deviations.deviation import Deviation
from mockserver.http.messages import Answer


class Names(Struct, frozen=True, forbid_unknown_fields=True):
    """The deviations that a world shall have, by name."""

    names: list[str]


async def catalogue(_: Request) -> Answer:
    """Answer all deviations that there are."""
    return answered({"deviations": [_shown(deviation) for deviation in CATALOGUE.values()]})


async def read(request: Request) -> Answer:
    """Answer the deviations of a world."""
    return answered({"deviations": [_shown(deviation) for deviation in request.world.deviations]})


async def change(request: Request) -> Answer:
    """Let a world deviate in just these ways."""
    world, asked = request.world, request.body(Names)
    for index, name in enumerate(asked.names):
        if name not in CATALOGUE or name in asked.names[:index]:
            hint = "GET /__admin/deviations lists them; give each once"
            raise RefusedError(409, "no such deviation, or twice", f"/names/{index}", hint)
    deviations = tuple(CATALOGUE[name] for name in asked.names)
    await request.parts.founder.deviate(world, deviations)
    request.parts.founder.events.publish("deviations", world.name, {"names": asked.names})
    return await read(request)


def _shown(deviation: Deviation) -> dict[str, Any]:
    return {
        "name": deviation.name,
        "level": deviation.level,
        "does": deviation.does,
        "clause": deviation.clause,
    }
