"""Who may steer: whoever has the token, and without one only programs of this machine.

A page in a browser of this machine is no such program. It can reach a loopback address in two
ways, and each is closed: by a name of its own that is suddenly resolved to 127.0.0.1 (DNS
rebinding; the Host field still has that name), and by requests that need no permission (the
Origin field has the page's own origin).
"""

import hmac
import ipaddress
from urllib.parse import urlsplit

from mockserver.control.request import RefusedError
from mockserver.exchange import Exchange


class Gate:
    """Lets requests pass.

    Args:
        token: what the callers must show; None where everyone may call who is on this machine.
        host: the name or address that the server was told to listen on.
    """

    def __init__(self, token: str | None, host: str) -> None:
        self._token = None if token is None else token.encode()
        self._host = host.lower()

    def check(self, exchange: Exchange) -> None:
        """Let *exchange* pass.

        Raises:
            RefusedError: it may not.
        """
        headers = exchange.headers
        if self._token is not None:
            scheme, _, given = headers.get("Authorization", "").partition(" ")
            octets = given.strip(" ").encode("utf-8", "surrogateescape")
            known = scheme.lower() == "bearer" and hmac.compare_digest(octets, self._token)
            if not known:
                hint = "send Authorization: Bearer TOKEN with the token of --admin-token"
                raise RefusedError(401, "no admin token, or a wrong one", "Authorization", hint)
            # A page of somebody else does not know the token.
            return
        if not self._is_known(headers.get("Host", "")):
            hint = "call this server by its address or as localhost, or start it with --admin-token"
            raise RefusedError(403, "the Host field names another server", "Host", hint)
        origin = headers.get("Origin")
        if origin is not None and not self._is_known(urlsplit(origin).netloc):
            hint = "call from a page of this server, or start it with --admin-token"
            raise RefusedError(403, "pages of other origins may not steer", "Origin", hint)

    def _is_known(self, authority: str) -> bool:
        """Return whether nobody but this machine can have given that name an address."""
        try:
            host = urlsplit(f"//{authority}").hostname or ""
        except ValueError:
            return False
        if host in (self._host, "localhost") or host.endswith(".localhost"):
            return True
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return False
        return True
