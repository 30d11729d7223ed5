"""A request and what came of it, as values: what passes through, and what a recording holds."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

#: Header fields in their order, a name as often as it was sent.
Fields = tuple[tuple[str, str], ...]


class Content(Struct, frozen=True):
    """The content of a message, as it was sent.

    *octets* is None where it was not kept; *note* says why. *length* is how many octets there were.
    """

    octets: bytes | None = b""
    length: int = 0
    note: str = ""


class Exchange(Struct, frozen=True):
    """One request and its response.

    Attributes:
        method: of the request.
        url: what was asked for, at the upstream.
        started: when the request began, in epoch milliseconds.
        milliseconds: how long it took until the response was whole, or was given up.
        waited: how long it took until the response began, in milliseconds.
        request_fields: the header of the request, as it was sent on.
        request: the content of the request.
        status: of the response; 0 where none came.
        reason: the reason phrase of the response.
        version: of HTTP, as the upstream spoke it.
        fields: the header of the response, as the upstream sent it.
        response: the content of the response.
        failure: why the response is missing or not whole; empty if it is whole.
    """

    method: str
    url: str
    started: float
    milliseconds: float
    request_fields: Fields
    waited: float = 0.0
    request: Content = Content()
    status: int = 0
    reason: str = ""
    version: str = "HTTP/1.1"
    fields: Fields = ()
    response: Content = Content()
    failure: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether the response came to its end."""
        return self.status > 0 and not self.failure


def find_field(fields: Iterable[tuple[str, str]], name: str) -> str:
    """Return the value of the field of that *name* in lower case; empty if there is none."""
    return next((value for known, value in fields if known.lower() == name), "")


def list_fields(fields: Sequence[tuple[str, str]], name: str) -> list[str]:
    """Return the members of a field whose value is a list (RFC 9110, section 5.6.1)."""
    values = (value for known, value in fields if known.lower() == name)
    return [part for value in values for part in (p.strip() for p in value.split(",")) if part]
