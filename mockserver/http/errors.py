"""What is refused before an operation is called; each function returns one error.

Why operations refuse is in `profiles.refusals`, and each profile words it. Refusals of the control
API are its own, and so are those of faults and deviations.
"""

from collections.abc import Iterable, Mapping

from mockserver.http.messages import Response, escape_octets, json_response

_MOST_ECHOED = 64


class HttpError(Exception):
    """A request that is refused with *response*."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


def path_not_found(path: str, known: Iterable[str]) -> HttpError:
    """No operation has such a path."""
    paths = ", ".join(known)
    return refuse(404, f"nothing is at {shorten(path)}; this API has {paths}")


def path_not_percent_encoded(path: str) -> HttpError:
    """The path has a percent sign that begins no escape (RFC 3986, section 2.1)."""
    message = f"the path {shorten(path)} is not percent-encoded: % and two hexadecimal digits"
    return refuse(400, message)


def method_not_allowed(method: str, allowed: str) -> HttpError:
    """No operation of that path has the method (RFC 9110, section 15.5.6: with Allow)."""
    message = f"method {shorten(method)} is not allowed here; allowed are {allowed}"
    return refuse(405, message, {"Allow": allowed})


def unreadable_request(status: int, reason: str) -> HttpError:
    """The request is not HTTP, or is too large or too slow for this server."""
    return refuse(status, reason)


def internal_error() -> HttpError:
    """This server has failed."""
    return refuse(500, "the mock server failed; its log says how")


def store_unavailable() -> HttpError:
    """The state cannot be reached; clients may try again (RFC 9110, sections 15.6.4 and 10.2.3)."""
    message = "the store of this mock server cannot be reached at the moment"
    return refuse(503, message, {"Retry-After": "1"})


def refuse(status: int, message: str, headers: Mapping[str, str] | None = None) -> HttpError:
    """Return the error that says *message* with *status*."""
    return HttpError(json_response(status, {"error": message}, headers))


def shorten(text: str) -> str:
    """Return *text*, which a client has sent, short and clean enough to repeat in an error."""
    clean = escape_octets(text)
    return clean if len(clean) <= _MOST_ECHOED else clean[: _MOST_ECHOED - 1] + "…"
