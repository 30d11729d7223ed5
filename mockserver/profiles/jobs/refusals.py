"""What the deployed jobs API says when it refuses: ``{"error": "..."}``, and no body with a 401.

The contract states the status codes and leaves the bodies open.
"""

from mockserver.contract.operations import Operation
from mockserver.http.errors import shorten
from mockserver.http.messages import Response, json_response
from mockserver.parsing.integer import IntegerRangeError
from mockserver.profiles.refusals import (
    ConflictRefusal,
    MissingRefusal,
    MoveRefusal,
    ParameterRefusal,
    Refusal,
    StrangerRefusal,
)

#: How the deployed API spells parameters in its errors.
_SPELLED = {"jobId": "jobID", "userId": "userID"}


def write_refusal(_: Operation | None, refusal: Refusal) -> Response:
    """Return the response to a call that is refused.

    The challenge of a 401 is RFC 9110's, section 11.6.1; the scheme is RFC 6750's.
    """
    if isinstance(refusal, StrangerRefusal):
        return Response(refusal.status, headers={"WWW-Authenticate": "Bearer"})
    return json_response(refusal.status, {"error": _word(refusal)}, refusal.headers or None)


def _word(refusal: Refusal) -> str:
    if isinstance(refusal, MissingRefusal):
        return "job not found"
    if isinstance(refusal, ConflictRefusal):
        return "a job that deletes this user already exists"
    if isinstance(refusal, MoveRefusal):
        been = "already" if refusal.state == "failed" else "already been"
        return f"the requested job has {been} {refusal.state}"
    if isinstance(refusal, ParameterRefusal):
        name = _SPELLED.get(refusal.parameter, refusal.parameter)
        return f"invalid path param {name}: {_explain(refusal)}"
    return refusal.message


def _explain(refusal: ParameterRefusal) -> str:
    if refusal.error is None:
        return refusal.message
    is_long = isinstance(refusal.error, IntegerRangeError)
    reason = "value out of range" if is_long else "invalid syntax"
    return f'parsing "{shorten(refusal.text)}": {reason}'
