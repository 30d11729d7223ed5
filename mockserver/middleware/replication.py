"""What other servers of the same state have changed is read before a request is looked at."""

from mockserver.http import errors
from mockserver.http.messages import Handler, Middleware, Request, Response
from mockserver.store.interface import StoreUnavailableError
from mockserver.worlds.persistence import Persistence


def refresh_state(persistence: Persistence) -> Middleware:
    """Return middleware that reads changes. Where the state cannot be reached, it is a 503."""

    def wrap(handle: Handler) -> Handler:
        async def refresh(request: Request) -> Response:
            try:
                await persistence.refresh()
                return await handle(request)
            except StoreUnavailableError:
                return errors.store_unavailable().response

        return refresh

    return wrap
