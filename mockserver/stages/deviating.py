"""The caller's world deviates from the contract in the ways that it was told to."""

from collections.abc import Awaitable

from mockserver.exchange import Answer, Exchange, Handle, Stage
from mockserver.routing import Routes


def stage(routes: Routes) -> Stage:
    """Return the stage; *routes* tell which operation a request calls."""

    def around(handle: Handle) -> Handle:
        def deviating(exchange: Exchange) -> Awaitable[Answer]:
            world = exchange.world
            if not world or not world.deviations:
                return handle(exchange)
            # Not needed to start.
            from mockserver.deviations.deviation import wrapped  # noqa: PLC0415

            called = routes.called(exchange.method, exchange.path)
            if called is None:
                return handle(exchange)
            operation, parameters = called
            exchange.operation = operation.operation_id
            rest = handle
            for deviation in world.deviations:
                if deviation.around is not None:
                    rest = wrapped(deviation.around, operation, parameters, rest)
            return rest(exchange)

        return deviating

    return around
