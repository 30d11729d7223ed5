"""The one deployment that a proxy forwards to, and what can go wrong on the way there."""

import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from mockserver.proxy.exchange import Fields

_MOST_FIELD_BYTES = 64 * 1024
_MOST_CONNECTIONS = 500
_CONNECT_SECONDS = 10.0
#: Less than what servers commonly wait, so that a request seldom meets a closing connection.
_KEEPALIVE_SECONDS = 4.0
#: aiohttp adds these unless told otherwise; the client has said what it wants to say.
_ADDED = ("Accept", "Accept-Encoding", "User-Agent", "Content-Type")


class InvalidUpstreamError(ValueError):
    """What is to be the upstream is not the URL of a deployment; the message says why."""


class UpstreamError(Exception):
    """The upstream gave no response; the message says why."""


def read_upstream(text: str) -> URL:
    """Return the URL of a deployment.

    Raises:
        InvalidUpstreamError: it is not one, or holds a user, a query or a fragment.
    """
    try:
        url = URL(text)
        port = url.port
    except ValueError as error:
        raise InvalidUpstreamError(f"is not a URL: {error}") from None
    if url.scheme not in ("http", "https") or not url.host or not port:
        raise InvalidUpstreamError("give an address such as https://api.example.com/v2")
    if url.user is not None or url.password is not None:
        raise InvalidUpstreamError("holds credentials; clients send their own, so leave them out")
    if url.query_string or url.fragment:
        raise InvalidUpstreamError("give an address without a query and a fragment")
    return url


class Upstream:
    """Sends requests to *url* and to nothing else."""

    def __init__(self, url: URL, session: aiohttp.ClientSession) -> None:
        self.url = url
        self._base = str(url.with_path("/").origin())
        self._path = url.raw_path.rstrip("/")
        self._session = session

    def address(self, target: str) -> str:
        """Return the URL of what a request names by *target*, in origin form."""
        return f"{self._base}{self._path}{target}"

    async def send(
        self, method: str, address: str, fields: Fields, content: AsyncIterator[bytes] | None
    ) -> aiohttp.ClientResponse:
        """Return the response, as soon as its header is there.

        Args:
            method: of the request.
            address: what `address` returned.
            fields: the header of the request.
            content: its content, as it comes; None where it has none.

        Raises:
            UpstreamError: none came.
        """
        try:
            return await self._session.request(
                method,
                URL(address, encoded=True),
                headers=CIMultiDict(fields),
                data=content,
                allow_redirects=False,
            )
        except (aiohttp.ClientError, ValueError, OSError) as error:
            raise UpstreamError(f"{self._base} {explain(error)}") from error


class _PlainRequest(aiohttp.ClientRequest):
    """A request to which aiohttp adds no length of a content that there is none of."""

    def update_body_from_data(self, body: Any, _stacklevel: int = 3) -> None:
        """Note what the content is."""
        is_stated = "Content-Length" in self.headers
        super().update_body_from_data(body, _stacklevel)
        if body is None and not is_stated:
            self.headers.pop("Content-Length", None)


@asynccontextmanager
async def open_upstream(url: URL) -> AsyncIterator[Upstream]:
    """Open what sends requests to *url*, for as long as the context is open."""
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            limit=_MOST_CONNECTIONS,
            keepalive_timeout=_KEEPALIVE_SECONDS,
            # Made now, so that SSL_CERT_FILE can name an authority of one's own.
            ssl=ssl.create_default_context() if url.scheme == "https" else True,
        ),
        cookie_jar=aiohttp.DummyCookieJar(),
        request_class=_PlainRequest,
        auto_decompress=False,
        skip_auto_headers=_ADDED,
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS),
        max_line_size=_MOST_FIELD_BYTES,
        max_field_size=_MOST_FIELD_BYTES,
    )
    async with session:
        yield Upstream(url, session)


def explain(error: BaseException) -> str:
    """Return what *error* says about the upstream, in words that follow its address."""
    for types, told in _REASONS:
        if isinstance(error, types):
            return told(error)
    return f"gave no response: {_shorten(error)}"


def _shorten(error: Any) -> str:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(str(text).split())[:200]


#: The more special errors come before those that they are kinds of.
_REASONS: tuple[tuple[tuple[type[BaseException], ...], Callable[[Any], str]], ...] = (
    (
        (aiohttp.ClientConnectorCertificateError,),
        lambda e: f"shows a certificate that is not trusted: {_shorten(e.certificate_error)}",
    ),
    (
        (aiohttp.ClientConnectorDNSError,),
        lambda e: f"cannot be reached: the name {e.host} was not found",
    ),
    (
        (aiohttp.ClientSSLError, ssl.SSLError),
        lambda e: f"does not speak TLS as this machine does: {_shorten(e)}",
    ),
    (
        (aiohttp.ClientConnectorError,),
        lambda e: f"cannot be reached: {_shorten(e.os_error)}",
    ),
    (
        (TimeoutError,),
        lambda _: f"cannot be reached: it did not accept within {_CONNECT_SECONDS:g} seconds",
    ),
    (
        (aiohttp.ClientResponseError,),
        lambda e: f"does not answer in HTTP: {_shorten(e.message)}",
    ),
    (
        (aiohttp.ClientPayloadError,),
        lambda _: "broke off in the middle of its response",
    ),
    (
        (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError, ConnectionError),
        lambda _: "closed the connection without a response",
    ),
)
