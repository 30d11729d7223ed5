"""The caller's world deviates from the contract in the ways that were chosen for it."""

from collections.abc import Awaitable, Callable
from functools import lru_cache

from mockserver.deviations.deviation import intercept_call, intercept_request
from mockserver.deviations.variants import Variant, Variants
from mockserver.http.messages import NO_OPERATION, Request, Response
from mockserver.http.unknown_methods import UnknownMethodHandler
from mockserver.worlds.context import ContextHandler, RequestContext

#: How many combinations of deviations are kept ready.
_MOST_KEPT = 64


def deviate(
    variants: Variants, serve: Callable[[Variant], ContextHandler]
) -> Callable[[ContextHandler], ContextHandler]:
    """Return middleware that applies the deviations of a request's world.

    *serve* returns what responds by the contract of a variant.
    """
    find = lru_cache(_MOST_KEPT)(lambda names: _wrap(variants.find(names), serve))

    def wrap(handle: ContextHandler) -> ContextHandler:
        def apply_deviations(context: RequestContext) -> Awaitable[Response]:
            names = context.world.deviations
            return find(names)(context) if names else handle(context)

        return apply_deviations

    return wrap


def respond_to_unknown_methods(
    variants: Variants, identify: Callable[[Request], RequestContext]
) -> UnknownMethodHandler:
    """Return what responds to a request whose method HTTP's parser does not know.

    It has no header and so no API key, and meets the default world. None: no deviation applies.
    """

    async def respond(request: Request) -> Response | None:
        context = identify(request)
        if not context.world.deviations:
            return None
        variant = variants.find(context.world.deviations)
        if not any(deviation.any_method for deviation in variant.deviations):
            return None
        return await _before(variant, _refuse_method)(context)

    return respond


async def _refuse_method(context: RequestContext) -> Response:
    return Response(404 if context.match is None else 405)


def _wrap(variant: Variant, serve: Callable[[Variant], ContextHandler]) -> ContextHandler:
    return _before(variant, _around(variant, serve(variant)))


def _before(variant: Variant, handle: ContextHandler) -> ContextHandler:
    """Return *handle* with those deviations before it that change any request."""
    for deviation in variant.deviations:
        if deviation.before is not None:
            handle = intercept_request(deviation.before, handle)

    def start(context: RequestContext) -> Awaitable[Response]:
        # Where a deviation responds by itself, no operation was called.
        context.request.operation = NO_OPERATION
        return handle(context)

    return start


def _around(variant: Variant, handle: ContextHandler) -> ContextHandler:
    """Return *handle* with those deviations around it that change calls of operations."""
    rest = handle
    for deviation in variant.deviations:
        if deviation.around is not None:
            rest = intercept_call(deviation.around, variant.write_refusal, rest)

    def call(context: RequestContext) -> Awaitable[Response]:
        if context.operation is None:
            return handle(context)
        context.request.operation = context.operation.name
        return rest(context)

    return call
