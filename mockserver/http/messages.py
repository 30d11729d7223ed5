"""One request and its answer, as what is between the socket and the operations sees them."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from mockserver.domain.tenancy import Tenant
    from mockserver.http.writers import Delivery
    from mockserver.worlds.world import World

JSON = "application/json"
_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_JSON_HEADS = {
    status: f"HTTP/1.1 {status} {phrase}\r\nContent-Type: {JSON}\r\nContent-Length: "
    for status, phrase in _PHRASES.items()
}


class Request:
    """A request on its way to an answer.

    *target* is the request target as it was sent; *path* and *query* are its two parts, still
    percent-encoded. *headers* is case-insensitive. *body_length* counts the octets of content.
    *operation* is the operationId, or ``-`` as long as none has been found. *body* is kept only
    where something reads it. *world* and *tenant* are whom its API key belongs to, *faults* the
    names of the faults that touched it, *delivery* how its answer is written if not as a whole.
    """

    __slots__ = (
        "body",
        "body_length",
        "delivery",
        "faults",
        "headers",
        "method",
        "operation",
        "path",
        "peer",
        "query",
        "target",
        "tenant",
        "world",
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
        self.operation = "-"
        self.body = b""
        self.world: World | None = None
        self.tenant: Tenant | None = None
        self.faults: tuple[str, ...] = ()
        self.delivery: Delivery | None = None

    def asking(self, target: str) -> "Request":
        """Return the same request for another *target*."""
        other = Request(self.method, target, self.headers, self.peer, self.body_length)
        other.world, other.tenant = self.world, self.tenant
        return other


class Response:
    """A whole answer, ready to be written any number of times.

    *head* is its status line and header fields as octets, less what depends on the moment and
    the connection (``Date``, ``Connection``) and the empty line that ends it. Of a *streamed* one
    nobody knows the length; it ends with the connection.
    """

    __slots__ = ("_dated", "_fields", "_octets", "_streamed", "body", "head", "status")

    def __init__(
        self,
        status: int,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        *,
        streamed: bool = False,
    ) -> None:
        self.status = status
        self.body = body
        self._fields = headers
        self._streamed = streamed
        self._dated = b""
        self._octets = b""
        if body and headers is None and not streamed and status in _JSON_HEADS:
            # Nearly every answer: JSON, and nothing to add.
            self.head = f"{_JSON_HEADS[status]}{len(body)}\r\n".encode("ascii")
            return
        lines = [f"HTTP/1.1 {status} {_PHRASES.get(status, '')}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        self.head = "".join(f"{line}\r\n" for line in lines).encode("latin-1")

    @property
    def headers(self) -> dict[str, str]:
        """The header fields that *head* holds."""
        fields = dict(self._fields or {})
        if self.body:
            fields.setdefault("Content-Type", JSON)
        # RFC 9110, section 8.6: no Content-Length with 204.
        if self.status != HTTPStatus.NO_CONTENT and not self._streamed:
            fields["Content-Length"] = str(len(self.body))
        return fields

    def octets(self, dated: bytes) -> bytes:
        """Return all of the answer; *dated* are the header fields of this second.

        An answer that is written often is put together once a second.
        """
        if self._dated is not dated:
            self._dated = dated
            self._octets = b"".join((self.head, dated, b"\r\n", self.body))
        return self._octets

    def with_headers(self, headers: Mapping[str, str]) -> "Response":
        """Return this answer with further header fields."""
        return Response(self.status, self.body, {**self.headers, **headers})


#: Answers a request. A stage takes one and returns one that does something more; where it has
#: nothing to do with an answer, it is no coroutine itself and hands on what the rest returns.
Handler = Callable[[Request], Awaitable[Response]]
Middleware = Callable[[Handler], Handler]


def json_answer(status: int, value: object, headers: Mapping[str, str] | None = None) -> Response:
    """Return *value* as JSON."""
    return Response(status, msgspec.json.encode(value), headers)
