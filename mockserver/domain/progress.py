"""What happens to a job by itself: which event is due next, and when.

A job's state follows from its record and the time, so nothing runs in the background: each look
at a job first makes the moves that have come due, each stamped with its own moment.
"""

from msgspec import Struct, structs

from mockserver.domain.job import TIMESTAMPS, Job
from mockserver.domain.lifecycle import Batch, Lifecycle, Transition


class Due(Struct, frozen=True):
    """The transition that comes next, and its moment in epoch milliseconds."""

    at: int
    transition: Transition


def next_due(lifecycle: Lifecycle, job: Job) -> Due | None:
    """Return what will happen to *job* next if it is left alone; None if nothing will.

    An event with a ``notBefore`` happens at that moment. Any other is an ending: it happens when
    the job's plan says so, counted from the moment at which the job began to run.
    """
    for transition in lifecycle.automatic(job.status):
        if transition.batch is not None:
            at = _by_batch(transition, transition.batch, job)
            if at is not None:
                return Due(at, transition)
        elif transition.not_before is not None:
            return Due(getattr(job, TIMESTAMPS[transition.not_before]), transition)
        elif job.plan is not None and transition.to == job.plan.ends:
            began = job.start_at if job.updated_at is None else job.updated_at
            return Due(began + job.plan.runs, transition)
    return None


def _by_batch(transition: Transition, batch: Batch, job: Job) -> int | None:
    """Return when a batch makes *transition* happen; None if it ends the job in another way.

    A job without a plan makes the first of the transitions, as soon as the batch begins.
    """
    began = batch.begins(job)
    if job.plan is None:
        return None if batch.overtakes else began
    if job.plan.ends != transition.to:
        return None
    ends = began + job.plan.runs
    moved = job.updated_at
    if batch.overtakes and (moved is None or not began <= moved < ends):
        return None
    return ends


def apply_due(lifecycle: Lifecycle, job: Job, due: Due) -> Job:
    """Return *job* after *due*; one that ends as planned takes its errors from the plan."""
    moved = lifecycle.moved_to(job, due.transition.to, due.at)
    if job.plan is not None and due.transition.to == job.plan.ends:
        return structs.replace(moved, errors=job.plan.errors)
    return moved
