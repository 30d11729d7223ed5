"""The catalogue of deviations, and the deviations of a world."""

from collections.abc import Iterable

from msgspec import Struct

from mockserver.client import models
from mockserver.control.request import ControlRequest
from mockserver.deviations.deviation import Deviation
from mockserver.http.messages import Response, json_response
from mockserver.http.refused import RefusedError


class Names(Struct, frozen=True, forbid_unknown_fields=True):
    """The deviations that a world is to have, by name."""

    names: list[str]


async def list_catalogue(request: ControlRequest) -> Response:
    """Respond with all deviations that there are."""
    return json_response(200, _show(request.services.variants.catalogue.by_name.values()))


async def read(request: ControlRequest) -> Response:
    """Respond with the deviations of a world."""
    catalogue, world = request.services.variants.catalogue, request.world
    return json_response(200, _show(map(catalogue.find, world.deviations)))


async def change(request: ControlRequest) -> Response:
    """Set the deviations of a world; others end."""
    world, body = request.world, request.read_body(Names)
    catalogue = request.services.variants.catalogue
    for index, name in enumerate(body.names):
        hint = "GET /__admin/deviations lists them; give each once"
        try:
            catalogue.find(name)
        except LookupError as error:
            raise RefusedError(409, str(error.args[0]), f"/names/{index}", hint) from None
        if name in body.names[:index]:
            raise RefusedError(409, f"{name!r} is given more than once", f"/names/{index}", hint)
    await request.services.factory.set_deviations(world, tuple(body.names))
    request.services.events.publish("deviations", world.name, {"names": body.names})
    return await read(request)


def _show(deviations: Iterable[Deviation]) -> models.DeviationList:
    return models.DeviationList(
        tuple(models.Deviation(d.name, d.level, d.does, d.clause) for d in deviations)
    )
