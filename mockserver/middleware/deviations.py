"""The caller's world deviates from the contract in the ways that it was told to."""

from collections.abc import Awaitable, Iterable
from typing import TYPE_CHECKING

from mockserver.http.messages import Handler, Middleware, Request, Response
from mockserver.http.routing import Routes
from mockserver.http.unknown_methods import Stranger
from mockserver.worlds.world import Worlds

if TYPE_CHECKING:
    from mockserver.deviations.deviation import Deviation


def stage(routes: Routes) -> Middleware:
    """Return the stage; *routes* tell which operation a request calls."""

    def around(handle: Handler) -> Handler:
        def deviating(request: Request) -> Awaitable[Response]:
            world = request.world
            if not world or not world.deviations:
                return handle(request)
            from mockserver.deviations.catalogue import expand

            deviations = expand(world.deviations)
            return _before(routes, deviations, _around(routes, deviations, handle))(request)

        return deviating

    return around


def stranger(worlds: Worlds, routes: Routes) -> Stranger:
    """Return what answers a request whose method HTTP's parser does not know.

    It has no header, so nobody's key, and meets the default world. None: nothing deviates there.
    """

    async def answered(request: Request) -> Response | None:
        request.world = worlds.default
        if not request.world.deviations:
            return None
        from mockserver.deviations.catalogue import expand

        deviations = expand(request.world.deviations)
        if not any(deviation.any_method for deviation in deviations):
            return None
        return await _before(routes, deviations, _not_here)(request)

    async def _not_here(request: Request) -> Response:
        return Response(404 if routes.match(request.path) is None else 405)

    return answered


def _before(routes: Routes, deviations: "Iterable[Deviation]", handle: Handler) -> Handler:
    """Return *handle* with those of *deviations* before it that change any request."""
    from mockserver.deviations.deviation import arriving

    for deviation in deviations:
        if deviation.before is not None:
            handle = arriving(deviation.before, routes, handle)
    return handle


def _around(routes: Routes, deviations: "Iterable[Deviation]", handle: Handler) -> Handler:
    """Return *handle* with those of *deviations* around it that change calls of operations."""
    from mockserver.deviations.deviation import wrapped

    def called(request: Request) -> Awaitable[Response]:
        found = routes.called(request.method, request.path)
        if found is None:
            return handle(request)
        operation, parameters = found
        request.operation = operation.operation_id
        rest = handle
        for deviation in deviations:
            if deviation.around is not None:
                rest = wrapped(deviation.around, operation, parameters, rest)
        return rest(request)

    return called
