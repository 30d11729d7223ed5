"""Whose request it is: the API key decides the world that it meets."""

from collections.abc import Awaitable

from mockserver.http.messages import Answer, Exchange, Handle, Stage
from mockserver.worlds.world import Worlds

_SCHEME = "bearer "


def stage(worlds: Worlds) -> Stage:
    """Return the stage. A request whose key opens no world meets the default one, as nobody."""

    def around(handle: Handle) -> Handle:
        def known(exchange: Exchange) -> Awaitable[Answer]:
            authorization = exchange.headers.get("Authorization", "")
            # The scheme's case means nothing (RFC 9110, section 11.1).
            if authorization[: len(_SCHEME)].lower() == _SCHEME:
                caller = worlds.caller(authorization[len(_SCHEME) :].strip(" "))
            else:
                caller = None
            if caller is None:
                exchange.world = worlds.default
            else:
                exchange.world, exchange.tenant = caller
            return handle(exchange)

        return known

    return around
