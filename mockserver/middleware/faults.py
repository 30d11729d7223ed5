"""The faults in force in the caller's world hit its calls, before the API key is checked."""

from collections.abc import Awaitable, Callable

from mockserver.faults.active import ActiveFault
from mockserver.http.messages import Response
from mockserver.worlds.context import BaseContext, C
from mockserver.worlds.persistence import BasePersistence


def inject_faults(
    persistence: BasePersistence,
) -> Callable[[Callable[[C], Awaitable[Response]]], Callable[[C], Awaitable[Response]]]:
    """Return middleware that applies the faults of a request's world; *persistence* counts them."""

    def wrap(handle: Callable[[C], Awaitable[Response]]) -> Callable[[C], Awaitable[Response]]:
        def inject(context: C) -> Awaitable[Response]:
            if not context.met.faults or not _find_faults(context):
                return handle(context)
            return apply_faults(context)

        async def apply_faults(context: C) -> Response:
            async with persistence.count_faults(context.met):
                now = context.met.clock.now()
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


def _find_faults(context: BaseContext) -> list[ActiveFault]:
    """Return the faults that are about a call, whether or not they fire this time."""
    return [fault for fault in context.met.faults if context.is_about(fault)]
