"""What other servers of the same state have changed is known before a request is looked at."""

from mockserver.http import errors
from mockserver.http.messages import Answer, Exchange, Handle, Stage
from mockserver.replicas.interface import Sharing
from mockserver.store.interface import StoreUnavailableError


def stage(sharing: Sharing) -> Stage:
    """Return the stage. Where the state cannot be reached, the answer is a 503."""

    def around(handle: Handle) -> Handle:
        async def fresh(exchange: Exchange) -> Answer:
            try:
                await sharing.fresh()
                return await handle(exchange)
            except StoreUnavailableError:
                return errors.unavailable().answer

        return fresh

    return around
