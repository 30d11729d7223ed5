"""Requests and responses, as middleware and operations see them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Protocol

import msgspec

JSON = "application/json"
#: What stands for the operationId of a request that calls no operation.
NO_OPERATION = "-"
_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_JSON_HEADS = {
    status: f"HTTP/1.1 {status} {phrase}\r\nContent-Type: {JSON}\r\nContent-Length: "
    for status, phrase in _PHRASES.items()
}


#: The body of a response, or the pieces of one.
Content = bytes | tuple[bytes, ...]


class Writer(Protocol):
    """Writes a response in its own way. The connection is closed afterwards."""

    async def write(self, transport: asyncio.Transport, head: bytes, content: bytes) -> None:
        """Write *head* and *content*, or the part of them that is to reach the client."""
        ...


class Request:
    """A request as it was received.

    *target* is the request target as it was sent; *path* and *query* are its two parts, still
    percent-encoded. *headers* is case-insensitive. *body_length* counts the octets of content.
    *operation* is the operationId, or `NO_OPERATION` until one is found. *body* is kept
    only where something reads it.
    """

    __slots__ = (
        "body",
        "body_length",
        "headers",
        "method",
        "operation",
        "path",
        "peer",
        "query",
        "target",
    )

    def __init__(
        self, method: str, target: str, headers: Mapping[str, str], peer: str, body_length: int = 0
    ) -> None:
        self.method = method
        self.target = target
        self.path, _, self.query = target.partition("?")
        self.headers = headers
        self.peer = peer
        self.body_length = body_length
        self.operation = NO_OPERATION
        self.body = b""

    def retarget(self, target: str) -> "Request":
        """Return the same request for another *target*."""
        other = Request(self.method, target, self.headers, self.peer, self.body_length)
        other.body = self.body
        return other


class Response:
    """A whole response, ready to be written any number of times.

    *head* is its status line and header fields as octets, less what depends on the moment and
    the connection (``Date``, ``Connection``) and the empty line that ends it. *content* is a body,
    or the pieces of one, which are joined only as it is written; *length* counts its octets. The
    length of a *streamed* one is not known; it ends with the connection. *writer* writes it, if it
    is not written as a whole.
    """

    __slots__ = (
        "_dated",
        "_fields",
        "_octets",
        "_pieces",
        "_streamed",
        "head",
        "length",
        "status",
        "writer",
    )

    def __init__(
        self,
        status: int,
        content: Content = b"",
        headers: Mapping[str, str] | None = None,
        *,
        streamed: bool = False,
        writer: Writer | None = None,
    ) -> None:
        self.status = status
        if isinstance(content, bytes):
            self._pieces: tuple[bytes, ...] = (content,)
            self.length = length = len(content)
        else:
            self._pieces = content
            self.length = length = sum(map(len, content))
        self._fields = headers
        self.writer = writer
        self._streamed = streamed
        self._dated = b""
        self._octets = b""
        if length and headers is None and not streamed and status in _JSON_HEADS:
            # Nearly every response: JSON, and nothing to add.
            self.head = f"{_JSON_HEADS[status]}{length}\r\n".encode("ascii")
            return
        lines = [f"HTTP/1.1 {status} {_PHRASES.get(status, '')}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        self.head = "".join(f"{line}\r\n" for line in lines).encode("latin-1")

    @property
    def body(self) -> bytes:
        """The whole content."""
        return b"".join(self._pieces)

    @property
    def headers(self) -> dict[str, str]:
        """The header fields that *head* holds."""
        fields = dict(self._fields or {})
        if self.length:
            fields.setdefault("Content-Type", JSON)
        # RFC 9110, section 8.6: no Content-Length with 204.
        if self.status != HTTPStatus.NO_CONTENT and not self._streamed:
            fields["Content-Length"] = str(self.length)
        return fields

    def octets(self, dated: bytes) -> bytes:
        """Return all of the response; *dated* are the header fields of this second.

        A response that is written often is put together once a second. One that is written once
        is not kept, since a journal may keep a thousand responses.
        """
        if self._octets and self._dated is dated:
            return self._octets
        octets = b"".join((self.head, dated, b"\r\n", *self._pieces))
        if self._dated:
            self._octets = octets
        self._dated = dated
        return octets

    def with_headers(self, headers: Mapping[str, str]) -> "Response":
        """Return this response with further header fields."""
        fields = {**self.headers, **headers}
        return Response(
            self.status, self._pieces, fields, streamed=self._streamed, writer=self.writer
        )

    def with_writer(self, writer: Writer) -> "Response":
        """Return this response, written by *writer*."""
        return Response(
            self.status, self._pieces, self._fields, streamed=self._streamed, writer=writer
        )


#: Responds to a request. Middleware takes one and returns one that does something more; where it
#: does nothing with a response, it is a plain function that returns the inner awaitable.
Handler = Callable[[Request], Awaitable[Response]]
Middleware = Callable[[Handler], Handler]


def escape_octets(text: str) -> str:
    """Return *text* as JSON can hold it: octets that are not UTF-8 become escapes."""
    return text.encode("utf-8", "backslashreplace").decode()


def json_response(status: int, value: object, headers: Mapping[str, str] | None = None) -> Response:
    """Return *value* as JSON."""
    return Response(status, msgspec.json.encode(value), headers)
