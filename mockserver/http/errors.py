"""What the contract's operations refuse, one function each, named after the error it returns.

Refusals of the control API are its own, and so are those of faults and deviations.

The contract states the status codes and leaves the bodies open. What they say here is what the
deployed API says: an empty 401, and ``{"error": "..."}`` for the rest.
"""

from collections.abc import Iterable, Mapping

from mockserver.domain.integer import IntegerRangeError
from mockserver.domain.lifecycle import Refusal
from mockserver.http.messages import Response, escape_octets, json_response

_MOST_ECHOED = 64


class HttpError(Exception):
    """A request that is refused with *response*."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


def unauthorized() -> HttpError:
    """No key, a wrong one, or one whose organization does not have the project.

    The challenge is RFC 9110's, section 11.6.1; the scheme is RFC 6750's.
    """
    return HttpError(Response(401, headers={"WWW-Authenticate": "Bearer"}))


def job_not_found() -> HttpError:
    """The project has no job with that jobId."""
    return _error(404, "job not found")


def invalid_path_parameter(name: str, reason: str) -> HttpError:
    """A path parameter is not what the contract says it is."""
    # The deployed API spells the parameter so.
    spelled = {"jobId": "jobID", "userId": "userID"}.get(name, name)
    return _error(400, f"invalid path param {spelled}: {reason}")


def invalid_integer(name: str, text: str, error: ValueError) -> HttpError:
    """A path parameter is not an integer, though the contract says that it is one."""
    reason = "value out of range" if isinstance(error, IntegerRangeError) else "invalid syntax"
    return invalid_path_parameter(name, f'parsing "{_shorten(text)}": {reason}')


def transition_refused(refusal: Refusal) -> HttpError:
    """The job is in a state in which the event may not happen."""
    been = "already" if refusal.status == "failed" else "already been"
    return _error(refusal.otherwise, f"the requested job has {been} {refusal.status}")


def deletion_pending(status: int) -> HttpError:
    """A job that deletes that user is active in the project."""
    return _error(status, "a job that deletes this user already exists")


def path_not_found(path: str, known: Iterable[str]) -> HttpError:
    """No operation has such a path."""
    paths = ", ".join(known)
    return _error(404, f"nothing is at {_shorten(path)}; this API has {paths}")


def path_not_percent_encoded(path: str) -> HttpError:
    """The path has a percent sign that begins no escape (RFC 3986, section 2.1)."""
    message = f"the path {_shorten(path)} is not percent-encoded: % and two hexadecimal digits"
    return _error(400, message)


def method_not_allowed(method: str, allowed: str) -> HttpError:
    """No operation of that path has the method (RFC 9110, section 15.5.6: with Allow)."""
    message = f"method {_shorten(method)} is not allowed here; allowed are {allowed}"
    return _error(405, message, {"Allow": allowed})


def bad_request(status: int, reason: str) -> HttpError:
    """The request is not HTTP, or is larger than this server reads."""
    return _error(status, reason)


def internal_error() -> HttpError:
    """This server has failed, for a reason of its own."""
    return _error(500, "the mock server failed; its log says how")


def store_unavailable() -> HttpError:
    """The state cannot be reached; clients may try again (RFC 9110, sections 15.6.4 and 10.2.3)."""
    message = "the store of this mock server cannot be reached at the moment"
    return _error(503, message, {"Retry-After": "1"})


def _error(status: int, message: str, headers: Mapping[str, str] | None = None) -> HttpError:
    return HttpError(json_response(status, {"error": message}, headers))


def _shorten(text: str) -> str:
    clean = escape_octets(text)
    return clean if len(clean) <= _MOST_ECHOED else clean[: _MOST_ECHOED - 1] + "…"
