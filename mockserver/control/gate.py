"""Who may steer: callers with the token; where there is none, only programs of this machine.

A page in a browser of this machine does not count as one, whether it is of another site, a file, or
of another port of this machine. It can reach a loopback address in two ways, and each is closed.

- By a name of its own that is suddenly resolved to 127.0.0.1 (DNS rebinding). The Host field still
  has that name, and only names of this machine are accepted.
- By requests that need no permission, such as a POST without content, a form or a WebSocket's
  handshake. Browsers send the page's own Origin with each of them (the Fetch standard, 3.2), and
  tell from where a request comes (Sec-Fetch-Site of Fetch Metadata Request Headers, 2.4). Only a
  page that this server has sent itself may go on.

What a proxy adds, such as X-Forwarded-Host, changes nothing: any client can add it.
"""

import hmac
import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from mockserver.http.messages import Request
from mockserver.http.refused import RefusedError

#: This server speaks no TLS. Behind something that does, a token is needed.
_SCHEME = "http"
_PORT = 80
#: What Sec-Fetch-Site says of a page of this server, and of an address that a person typed.
_OWN_SITES = ("same-origin", "none")


class Gate:
    """Lets requests pass.

    Args:
        token: what the callers must show; None where all programs of this machine may call.
        host: the name or address that the server listens on.
    """

    def __init__(self, token: str | None, host: str) -> None:
        self._token = None if token is None else token.encode()
        self._host = host.lower()

    @property
    def needs_token(self) -> bool:
        """Whether callers have to show a token."""
        return self._token is not None

    def check(self, request: Request, *, needs_token: bool = True) -> None:
        """Let *request* pass; what shows nothing of this server *needs* no *token*.

        Raises:
            RefusedError: the gate refuses it.
        """
        if self._token is not None:
            # A page of another site does not know the token.
            if needs_token:
                _check_token(self._token, request.headers)
            return
        headers = request.headers
        host = headers.get("Host", "")
        if not self._is_ours(host):
            hint = "call this server as localhost or by its address, or start it with --admin-token"
            raise RefusedError(403, "the Host field names another server", "Host", hint)
        origin = headers.get("Origin")
        if origin is not None and _parse_origin(origin) != (_SCHEME, *_parse_authority(host)):
            hint = "call from a page of this server, or start it with --admin-token"
            raise RefusedError(403, "pages of other origins may not steer", "Origin", hint)
        if headers.get("Sec-Fetch-Site", "none") not in _OWN_SITES:
            hint = "type the address, call from a page of this server, or use --admin-token"
            raise RefusedError(403, "a page of another site asks for this", "Sec-Fetch-Site", hint)

    def _is_ours(self, authority: str) -> bool:
        """Return whether only this machine can have given that name an address."""
        host, _ = _parse_authority(authority)
        # RFC 6761, section 6.3: the names below localhost are this machine's, too.
        if host in (self._host, "localhost") or host.endswith(".localhost"):
            return True
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return False


def _check_token(token: bytes, headers: Mapping[str, str]) -> None:
    scheme, _, credentials = headers.get("Authorization", "").partition(" ")
    octets = credentials.strip(" ").encode("utf-8", "surrogateescape")
    if scheme.lower() != "bearer" or not hmac.compare_digest(octets, token):
        hint = "send Authorization: Bearer TOKEN with the token of --admin-token"
        raise RefusedError(401, "no admin token, or a wrong one", "Authorization", hint)


def _parse_origin(text: str) -> tuple[str, str, int]:
    """Return scheme, host and port of an Origin field; ``null`` has none of them."""
    scheme, _, authority = text.partition("://")
    return (scheme, *_parse_authority(authority))


def _parse_authority(text: str) -> tuple[str, int]:
    """Return the host, in small letters, and the port of a Host field; no host if it has none."""
    try:
        parts = urlsplit(f"//{text}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "", _PORT
    # More than the two is an attempt to deceive.
    plain = parts.netloc == text and "@" not in text
    return host if plain else "", _PORT if port is None else port
