"""Whose request it is: the API key decides the world that it meets."""

from collections.abc import Awaitable

from mockserver.http.messages import Handler, Middleware, Request, Response
from mockserver.worlds.world import Worlds

_SCHEME = "bearer "


def stage(worlds: Worlds) -> Middleware:
    """Return the stage. A request whose key opens no world meets the default one, as nobody."""

    def around(handle: Handler) -> Handler:
        def known(request: Request) -> Awaitable[Response]:
            authorization = request.headers.get("Authorization", "")
            # The scheme's case means nothing (RFC 9110, section 11.1).
            if authorization[: len(_SCHEME)].lower() == _SCHEME:
                caller = worlds.caller(authorization[len(_SCHEME) :].strip(" "))
            else:
                caller = None
            if caller is None:
                request.world = worlds.default
            else:
                request.world, request.tenant = caller
            return handle(request)

        return known

    return around
