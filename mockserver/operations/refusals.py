"""What the contract's operations refuse, one function each, named after the error it returns.

The contract states the status codes and leaves the bodies open. What they say here is what the
deployed API says: ``{"error": "..."}``.
"""

from mockserver.domain.integer import IntegerRangeError
from mockserver.domain.lifecycle import Refusal
from mockserver.http.errors import HttpError, refuse, shorten


def job_not_found() -> HttpError:
    """The project has no job with that jobId."""
    return refuse(404, "job not found")


def invalid_path_parameter(name: str, reason: str) -> HttpError:
    """A path parameter is not what the contract says it is."""
    # The deployed API spells the parameter so.
    spelled = {"jobId": "jobID", "userId": "userID"}.get(name, name)
    return refuse(400, f"invalid path param {spelled}: {reason}")


def invalid_integer(name: str, text: str, error: ValueError) -> HttpError:
    """A path parameter is not an integer, though the contract says that it is one."""
    reason = "value out of range" if isinstance(error, IntegerRangeError) else "invalid syntax"
    return invalid_path_parameter(name, f'parsing "{shorten(text)}": {reason}')


def transition_refused(refusal: Refusal) -> HttpError:
    """The job is in a state in which the event may not happen."""
    been = "already" if refusal.status == "failed" else "already been"
    return refuse(refusal.otherwise, f"the requested job has {been} {refusal.status}")


def deletion_pending(status: int) -> HttpError:
    """A job that deletes that user is active in the project."""
    return refuse(status, "a job that deletes this user already exists")
