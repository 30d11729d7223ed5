"""The catalogue of deviations, and the deviations of a world."""

from collections.abc import Iterable

from msgspec import Struct

from mockserver.client import models
from mockserver.control.request import ControlRequest, RefusedError
from mockserver.profiles.jobs.deviations.catalogue import CATALOGUE
from mockserver.profiles.jobs.deviations.deviation import Deviation
from mockserver.http.messages import Response, json_response


class Names(Struct, frozen=True, forbid_unknown_fields=True):
    """The deviations that a world is to have, by name."""

    names: list[str]


async def list_catalogue(_: ControlRequest) -> Response:
    """Respond with all deviations that there are."""
    return json_response(200, _show(CATALOGUE.values()))


async def read(request: ControlRequest) -> Response:
    """Respond with the deviations of a world."""
    return json_response(200, _show(CATALOGUE[name] for name in request.jobs_world.deviations))


async def change(request: ControlRequest) -> Response:
    """Set the deviations of a world; others end."""
    world, body = request.jobs_world, request.read_body(Names)
    for index, name in enumerate(body.names):
        if name not in CATALOGUE or name in body.names[:index]:
            hint = "GET /__admin/deviations lists them; give each once"
            raise RefusedError(
                409,
                "the name is not a deviation, or is given more than once",
                f"/names/{index}",
                hint,
            )
    await request.jobs.factory.set_deviations(world, tuple(body.names))
    request.services.events.publish("deviations", world.name, {"names": body.names})
    return await read(request)


def _show(deviations: Iterable[Deviation]) -> models.DeviationList:
    return models.DeviationList(
        tuple(models.Deviation(d.name, d.level, d.does, d.clause) for d in deviations)
    )
