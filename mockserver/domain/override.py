"""Moves of a job that a test makes now, whether or not they are due."""

from msgspec import structs

from mockserver.domain.job import TIMESTAMPS, Job
from mockserver.domain.lifecycle import Lifecycle


class NoPathError(ValueError):
    """No transition of the lifecycle leads from the job's status to the one that is asked for."""


def override_status(lifecycle: Lifecycle, job: Job, to: str, errors: str | None, now: int) -> Job:
    """Return *job* after the transitions that lead to status *to*, all at *now*.

    Where a transition may not happen before a moment of the job, that moment is moved to *now*:
    what the contract rules out stays ruled out.

    Raises:
        NoPathError: the lifecycle has no way from the job's status to *to*.
    """
    path = lifecycle.path(job.status, to)
    if not path:
        raise NoPathError(to)
    for transition in path:
        if transition.not_before is not None:
            timestamp = TIMESTAMPS[transition.not_before]
            earlier: dict[str, object] = {timestamp: min(getattr(job, timestamp), now)}
            job = structs.replace(job, **earlier)
        job = lifecycle.moved_to(job, transition.to, now)
    return job if errors is None else structs.replace(job, errors=errors)
