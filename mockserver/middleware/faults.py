"""The faults in force in the caller's world hit its calls, before the API key is checked."""

from collections.abc import Awaitable, Callable

from mockserver.faults.active import ActiveFault
from mockserver.http.messages import Response
from mockserver.worlds.context import ContextHandler, RequestContext
from mockserver.worlds.persistence import Persistence


def inject_faults(
    persistence: Persistence,
) -> Callable[
    [ContextHandler],
    ContextHandler,
]:
    """Return middleware that applies the faults of a request's world; *persistence* counts them."""

    def wrap(
        handle: ContextHandler,
    ) -> ContextHandler:
        def inject(context: RequestContext) -> Awaitable[Response]:
            if not context.world.faults.by_name or not _find_faults(context):
                return handle(context)
            return apply_faults(context)

        async def apply_faults(context: RequestContext) -> Response:
            async with persistence.count_faults(context.world):
                now = context.world.clock.now()
                # The faults of the world may have changed while this waited.
                hits = [fault for fault in _find_faults(context) if fault.fire_if_due(now)]
            # Not needed to start.
            from mockserver.middleware.effects import wrap_in_fault

            # The one that was put into force first is the outermost.
            rest = handle
            for fault in reversed(hits):
                rest = wrap_in_fault(fault, rest)
            return await rest(context)

        return inject

    return wrap


def _find_faults(context: RequestContext) -> list[ActiveFault]:
    """Return the faults that are about a call, whether or not they fire this time."""
    return [fault for fault in context.world.faults if context.is_about(fault)]
