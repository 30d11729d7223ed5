"""Where clients of a proxy connect: aiohttp's server, which leaves their requests as they are."""

import asyncio
import ipaddress
from typing import Any, cast

from aiohttp import web
from aiohttp.http_parser import HttpRequestParserPy
from aiohttp.web_request import BaseRequest

from mockserver.proxy.delivery import Delivery, refuse
from mockserver.proxy.forwarder import Forwarder

_MOST_FIELD_BYTES = 64 * 1024
_BUFFER_BYTES = 64 * 1024
_KEEPALIVE_SECONDS = 75.0


class Listener:
    """Takes requests in for *forwarder*, on the address *host*."""

    def __init__(self, forwarder: Forwarder, host: str) -> None:
        self._forwarder = forwarder
        self._is_local = is_loopback(host)

    def server(self) -> web.Server:
        """Return what makes a protocol for each connection; needs a running event loop."""
        return _Server(cast("Any", self._respond), handler_cancellation=True)

    async def _respond(self, base: BaseRequest) -> Delivery:
        if not base.raw_path.startswith("/"):
            told = "this proxy forwards to its upstream only; ask it as you would the upstream"
            return await refuse(base, 421, told)
        host = base.headers.get("Host")
        if not _is_text(base.raw_path):
            return await refuse(base, 400, "the path is not text in UTF-8; percent-encode it")
        if self._is_local and host is not None and not is_loopback(_name_of(host)):
            # A page of any site may have its own name lead to this machine (DNS rebinding).
            told = "Host names another machine; call this proxy by localhost or its address"
            return await refuse(base, 421, told)
        return await self._forwarder.forward(base)


class _Server(web.Server):
    """Makes a `_Protocol` for each connection."""

    def __call__(self) -> web.RequestHandler:
        return _Protocol(self)


class _Protocol(web.RequestHandler):
    """aiohttp's protocol, with its parser in Python: the one in C refuses methods of others."""

    def __init__(self, server: _Server) -> None:
        loop = asyncio.get_running_loop()
        super().__init__(
            server,
            loop=loop,
            access_log=cast("Any", None),
            auto_decompress=False,
            keepalive_timeout=_KEEPALIVE_SECONDS,
            max_line_size=_MOST_FIELD_BYTES,
            max_field_size=_MOST_FIELD_BYTES,
        )
        self._parser = HttpRequestParserPy(
            self,
            loop,
            _BUFFER_BYTES,
            payload_exception=web.RequestPayloadError,
            auto_decompress=False,
            max_line_size=_MOST_FIELD_BYTES,
            max_field_size=_MOST_FIELD_BYTES,
        )


def is_loopback(host: str) -> bool:
    """Return whether *host*, a name or an address, is this machine and nothing else."""
    if host.lower() == "localhost" or host.lower().endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_text(target: str) -> bool:
    """Return whether all octets of a request's *target* were UTF-8."""
    return not any("\ud800" <= character <= "\udfff" for character in target)


def _name_of(authority: str) -> str:
    """Return the host of a Host field, without its port and brackets."""
    if authority.startswith("["):
        return authority[1:].partition("]")[0]
    return authority.rpartition(":")[0] if ":" in authority else authority
