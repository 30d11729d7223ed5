"""The caller's world deviates from the contract in the ways that were chosen for it."""

from collections.abc import Awaitable, Iterable

from mockserver.profiles.jobs.deviations.deviation import Deviation, intercept_call, intercept_request
from mockserver.http.messages import NO_OPERATION, Request, Response
from mockserver.http.routing import Routes
from mockserver.http.unknown_methods import UnknownMethodHandler
from mockserver.worlds.context import ContextHandler, ContextMiddleware, RequestContext
from mockserver.worlds.world import Worlds


def deviate(routes: Routes) -> ContextMiddleware:
    """Return middleware that applies the deviations of a request's world."""

    def wrap(handle: ContextHandler) -> ContextHandler:
        def apply_deviations(context: RequestContext) -> Awaitable[Response]:
            names = context.world.deviations
            if not names:
                return handle(context)
            from mockserver.profiles.jobs.deviations.catalogue import expand

            deviations = expand(names)
            return _before(routes, deviations, _around(routes, deviations, handle))(context)

        return apply_deviations

    return wrap


def respond_to_unknown_methods(worlds: Worlds, routes: Routes) -> UnknownMethodHandler:
    """Return what responds to a request whose method HTTP's parser does not know.

    It has no header and so no API key, and meets the default world. None: no deviation applies.
    """

    async def respond(request: Request) -> Response | None:
        if not worlds.default.deviations:
            return None
        from mockserver.profiles.jobs.deviations.catalogue import expand

        deviations = expand(worlds.default.deviations)
        if not any(deviation.any_method for deviation in deviations):
            return None
        context = RequestContext(request, worlds.default, None, routes)
        return await _before(routes, deviations, _refuse_method)(context)

    return respond


async def _refuse_method(context: RequestContext) -> Response:
    return Response(404 if context.match is None else 405)


def _before(
    routes: Routes, deviations: Iterable[Deviation], handle: ContextHandler
) -> ContextHandler:
    """Return *handle* with those of *deviations* before it that change any request."""
    for deviation in deviations:
        if deviation.before is not None:
            handle = intercept_request(deviation.before, routes, handle)

    def start(context: RequestContext) -> Awaitable[Response]:
        # Where a deviation responds by itself, no operation was called.
        context.request.operation = NO_OPERATION
        return handle(context)

    return start


def _around(
    routes: Routes, deviations: Iterable[Deviation], handle: ContextHandler
) -> ContextHandler:
    """Return *handle* with those of *deviations* around it that change calls of operations."""

    def call(context: RequestContext) -> Awaitable[Response]:
        if context.operation is None:
            return handle(context)
        context.request.operation = context.operation.operation_id
        rest = handle
        for deviation in deviations:
            if deviation.around is not None:
                rest = intercept_call(deviation.around, routes, rest)
        return rest(context)

    return call
