"""Whose request it is: the API key decides the world that it meets.

Outside of this there are requests only; within it, requests of a known world.
"""

from collections.abc import Awaitable

from mockserver.http.messages import Handler, Request, Response
from mockserver.http.routing import Routes
from mockserver.worlds.context import ContextHandler, RequestContext
from mockserver.worlds.world import Worlds

_SCHEME = "bearer "


def authenticate(handle: ContextHandler, worlds: Worlds, routes: Routes) -> Handler:
    """Return *handle* for any request. One whose key is not known meets the default world."""

    def authenticate_request(request: Request) -> Awaitable[Response]:
        authorization = request.headers.get("Authorization", "")
        caller = None
        # The scheme's case means nothing (RFC 9110, section 11.1).
        if authorization[: len(_SCHEME)].lower() == _SCHEME:
            caller = worlds.caller(authorization[len(_SCHEME) :].strip(" "))
        world, tenant = caller or (worlds.default, None)
        return handle(RequestContext(request, world, tenant, routes))

    return authenticate_request
