"""What other servers of the same state have changed is known before a request is looked at."""

from mockserver.http import errors
from mockserver.http.messages import Handler, Middleware, Request, Response
from mockserver.replicas.interface import Sharing
from mockserver.store.interface import StoreUnavailableError


def stage(sharing: Sharing) -> Middleware:
    """Return the stage. Where the state cannot be reached, the answer is a 503."""

    def around(handle: Handler) -> Handler:
        async def fresh(request: Request) -> Response:
            try:
                await sharing.fresh()
                return await handle(request)
            except StoreUnavailableError:
                return errors.unavailable().response

        return fresh

    return around
