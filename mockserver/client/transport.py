"""How a call travels: by the standard library's `http.client`, or awaited, by aiohttp.

`http.client` adds nothing to an install of the mock and costs little to import, which every run of
pytest with the plugin would pay. aiohttp is there since the mock serves with it; it takes long to
import, so it is imported when the first `AsyncTransport` is opened.
"""

import http.client
import threading
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol
from urllib.parse import SplitResult, urlsplit

from mockserver.client.calls import Call

_PATIENCE_SECONDS = 60.0


class Transport:
    """One connection, kept open, which threads may share.

    Args:
        url: where the control API is.
        token: what to authenticate with, if the server wants a token.

    Raises:
        ValueError: *url* is not one of http or https.
    """

    def __init__(self, url: str, token: str | None) -> None:
        parts = _split(url)
        tls = parts.scheme == "https"
        kind = http.client.HTTPSConnection if tls else http.client.HTTPConnection
        self._headers = _authorization(token)
        self._prefix = parts.path.rstrip("/")
        self._lock = threading.Lock()
        port = parts.port or kind.default_port
        self._connection = kind(parts.hostname or "", port, timeout=_PATIENCE_SECONDS)

    def open(self) -> None:
        """Do nothing: the first call connects."""

    def send(self, call: Call[Any]) -> tuple[int, bytes]:
        """Send *call* and return the status and the content of its response.

        Raises:
            OSError: the server cannot be reached.
        """
        with self._lock:
            try:
                return self._exchange(call)
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                # The server closed the connection while it was idle.
                return self._exchange(call)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _exchange(self, call: Call[Any]) -> tuple[int, bytes]:
        headers = {**self._headers, "Content-Type": call.media_type}
        try:
            path = self._prefix + call.path
            self._connection.request(call.method, path, call.content or None, headers)
            response = self._connection.getresponse()
            return response.status, response.read()
        except BaseException:
            # Half an exchange must not stand in the way of the next one.
            self._connection.close()
            raise


class _Response(Protocol):
    """What is read of an `aiohttp.ClientResponse`."""

    status: int

    async def read(self) -> bytes:
        """Return the content."""


class _Session(Protocol):
    """What is used of an `aiohttp.ClientSession`."""

    def request(
        self, method: str, url: str, *, data: bytes | None, headers: Mapping[str, str]
    ) -> AbstractAsyncContextManager[_Response]:
        """Send a request; the context is its response."""

    async def close(self) -> None:
        """Close the connections."""


class AsyncTransport:
    """The connections of one event loop.

    Args:
        url: where the control API is.
        token: what to authenticate with, if the server wants a token.

    Raises:
        ValueError: *url* is not one of http or https.
    """

    def __init__(self, url: str, token: str | None) -> None:
        _split(url)
        self._url = url.rstrip("/")
        self._headers = _authorization(token)
        self._session: _Session | None = None

    async def open(self) -> None:
        """Open the session, which belongs to the event loop that runs."""
        from aiohttp import ClientSession, ClientTimeout

        self._session = ClientSession(timeout=ClientTimeout(_PATIENCE_SECONDS))

    async def send(self, call: Call[Any]) -> tuple[int, bytes]:
        """Send *call* and return the status and the content of its response.

        Raises:
            RuntimeError: the transport has not been opened.
            aiohttp.ClientError: the server cannot be reached.
        """
        if self._session is None:
            raise RuntimeError("an AsyncClient is used within its `async with`")
        headers = {**self._headers, "Content-Type": call.media_type}
        async with self._session.request(
            call.method, self._url + call.path, data=call.content or None, headers=headers
        ) as response:
            return response.status, await response.read()

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()


def _split(url: str) -> SplitResult:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url!r} is not the URL of a mock: write http://HOST:PORT")
    return parts


def _authorization(token: str | None) -> Mapping[str, str]:
    return {} if token is None else {"Authorization": f"Bearer {token}"}
