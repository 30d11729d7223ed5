"""What other servers of the same state have changed is known before a request is looked at."""

from mockserver.http import errors
from mockserver.http.messages import Handler, Middleware, Request, Response
from mockserver.store.interface import StoreUnavailableError
from mockserver.worlds.persistence import Persistence


def stage(persistence: Persistence) -> Middleware:
    """Return the stage. Where the state cannot be reached, the answer is a 503."""

    def around(handle: Handler) -> Handler:
        async def fresh(request: Request) -> Response:
            try:
                await persistence.refresh()
                return await handle(request)
            except StoreUnavailableError:
                return errors.unavailable().response

        return fresh

    return around
