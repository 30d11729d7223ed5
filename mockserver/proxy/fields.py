"""Header fields on their way through a proxy (RFC 9110, section 7.6)."""

from collections.abc import Iterable

from mockserver.proxy.exchange import Fields, list_fields

#: What concerns one connection only (RFC 9110, section 7.6.1), whether or not Connection names it.
#: Trailers are not passed on, so neither is what announces or accepts them.
_OF_A_CONNECTION = frozenset(
    {
        "connection",
        "proxy-connection",
        "keep-alive",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        # Credentials for this proxy, and not for what is behind it (section 11.7).
        "proxy-authorization",
        "proxy-authenticate",
        "proxy-authentication-info",
    }
)
#: The proxy answers the expectation itself, as it reads the content of every request.
_OF_A_REQUEST = _OF_A_CONNECTION | {"host", "expect"}


class InvalidFieldError(ValueError):
    """A header field cannot be passed on; the message says which."""


class Via:
    """The name under which one proxy is known to itself and others (RFC 9110, section 7.6.3).

    Args:
        name: a pseudonym that no other proxy has.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def is_in(self, fields: Fields) -> bool:
        """Return whether a message has been here already."""
        return any(self.name in part.split() for part in list_fields(fields, "via"))

    def append(self, fields: Fields, version: str) -> Fields:
        """Return *fields* with this proxy as the last, which was spoken to in that *version*."""
        return (*fields, ("Via", f"{version} {self.name}"))


def read_fields(raw: Iterable[tuple[bytes, bytes]]) -> Fields:
    """Return header fields as text.

    Raises:
        InvalidFieldError: a value is not UTF-8, so that it could not be passed on as it is.
    """
    found = []
    for name, value in raw:
        try:
            found.append((name.decode("ascii"), value.decode()))
        except UnicodeDecodeError:
            told = name.decode("ascii", "backslashreplace")
            raise InvalidFieldError(f"the header field {told} is not text in UTF-8") from None
    return tuple(found)


def forward_request(fields: Fields) -> Fields:
    """Return the fields of a request that are for the upstream."""
    return _leave_out(fields, _OF_A_REQUEST)


def forward_response(fields: Fields) -> Fields:
    """Return the fields of a response that are for the client."""
    return _leave_out(fields, _OF_A_CONNECTION)


def _leave_out(fields: Fields, names: frozenset[str]) -> Fields:
    named = names | {name.lower() for name in list_fields(fields, "connection")}
    return tuple((name, value) for name, value in fields if name.lower() not in named)
