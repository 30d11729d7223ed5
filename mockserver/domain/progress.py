"""What happens to a job unasked: which event is due next, and when.

A job's state follows from its record and the time, so nothing runs in the background: whoever
looks at a job first makes the moves that have come due, each stamped with its own moment.
"""

from msgspec import Struct, structs

from mockserver.domain.job import MOMENTS, Job
from mockserver.domain.lifecycle import Lifecycle, Transition


class Due(Struct, frozen=True):
    """The transition that comes next, and its moment in epoch milliseconds."""

    at: int
    transition: Transition


def next_due(lifecycle: Lifecycle, job: Job) -> Due | None:
    """Return what will happen to *job* next if nobody interferes; None if nothing will.

    An event with a ``notBefore`` happens at that moment. Any other is an ending: it happens when
    the job's plan says so, counted from the moment at which the job began to run.
    """
    for transition in lifecycle.unasked(job.status):
        if transition.not_before is not None:
            return Due(getattr(job, MOMENTS[transition.not_before]), transition)
        if job.plan is not None and transition.to == job.plan.ends:
            began = job.start_at if job.updated_at is None else job.updated_at
            return Due(began + job.plan.runs, transition)
    return None


def happened(lifecycle: Lifecycle, job: Job, due: Due) -> Job:
    """Return *job* after *due*; one that ends as planned takes its errors from the plan."""
    moved = lifecycle.stamped(job, due.transition.to, due.at)
    if job.plan is not None and due.transition.to == job.plan.ends:
        return structs.replace(moved, errors=job.plan.errors)
    return moved
