"""Checks of fixtures beyond their schema: uniqueness, and times that fit the status."""

from collections.abc import Iterator

from msgspec import Struct

from mockserver.contract.document import Document
from mockserver.domain.job import Job, Plan
from mockserver.domain.progress import next_due
from mockserver.domain.timestamp import TOO_LATE, format_timestamp


class Inconsistency(Struct, frozen=True):
    """One inconsistency: the *member* of the row, the rule that it breaks, and what is wrong."""

    member: str
    rule: str
    message: str


class ConsistencyCheck:
    """Checks the rows of one world, each against the contract's lifecycle and those before it.

    Args:
        document: the contract.
        now: the world's time in epoch milliseconds.
    """

    def __init__(self, document: Document, now: int) -> None:
        self._lifecycle = lifecycle = document.lifecycle
        self._states = document.states
        self._active_states = frozenset(document.active_states)
        self._now = now
        self._before_start = lifecycle.before_start
        self._ids: set[int] = set()
        self._active: set[tuple[int, str]] = set()

    def check_plan(self, plan: Plan) -> Iterator[Inconsistency]:
        """Yield what is wrong with a plan."""
        outcomes = self._lifecycle.outcomes
        if plan.ends not in outcomes:
            known = ", ".join(sorted(outcomes))
            yield Inconsistency(
                "/ends", "ending", f"no job ends {plan.ends!r} by itself; it can end {known}"
            )
        if plan.runs >= TOO_LATE:
            message = "lasts beyond the year 9999; a job that never ends has no plan"
            yield Inconsistency("/runs", "ending", message)

    def check_job(self, job: Job) -> Iterator[Inconsistency]:
        """Yield what is wrong with a job."""
        if job.job_id in self._ids:
            yield Inconsistency(
                "/jobId", "unique", f"jobId {job.job_id} occurs twice in these fixtures"
            )
        self._ids.add(job.job_id)
        if job.status not in self._states:
            known = ", ".join(self._states)
            yield Inconsistency(
                "/status", "status", f"{job.status!r} is not a status; it can be {known}"
            )
            return
        if job.status in self._active_states:
            key = (job.project.project_id, job.reference_id)
            if key in self._active:
                message = f"a second active job for {job.reference_id!r} in the same project"
                yield Inconsistency("/referenceId", "one-living-job", message)
            self._active.add(key)
        # One comparison for the common case, a job whose times are in order.
        moved = job.created_at if job.updated_at is None else job.updated_at
        if not (job.created_at <= moved <= self._now and job.created_at <= job.start_at):
            # If the times are wrong themselves, whether they fit the status says nothing new.
            yield from self._check_timestamps(job)
            return
        if job.status != self._lifecycle.initial:
            yield from self._check_move(job)
        if job.status in self._lifecycle.transient:
            yield from self._check_due(job)

    def _check_timestamps(self, job: Job) -> Iterator[Inconsistency]:
        now = format_timestamp(self._now)
        if job.start_at < job.created_at:
            yield Inconsistency("/startAt", "times", "startAt lies before createdAt")
        if job.created_at > self._now:
            yield Inconsistency(
                "/createdAt", "times", f"createdAt lies after the world's now, {now}"
            )
        if job.updated_at is not None and job.updated_at < job.created_at:
            yield Inconsistency("/updatedAt", "times", "updatedAt lies before createdAt")
        if job.updated_at is not None and job.updated_at > self._now:
            yield Inconsistency(
                "/updatedAt", "times", f"updatedAt lies after the world's now, {now}"
            )

    def _check_move(self, job: Job) -> Iterator[Inconsistency]:
        if job.updated_at is None:
            message = f"a {job.status} job has moved, so updatedAt says when"
            yield Inconsistency("/updatedAt", "status-and-times", message)
        elif job.status not in self._before_start and job.updated_at < job.start_at:
            message = f"a {job.status} job has started, so updatedAt cannot lie before startAt"
            yield Inconsistency("/updatedAt", "status-and-times", message)

    def _check_due(self, job: Job) -> Iterator[Inconsistency]:
        due = next_due(self._lifecycle, job)
        if due is not None and due.at <= self._now:
            at, now, to = format_timestamp(due.at), format_timestamp(self._now), due.transition.to
            message = f"is {to} since {at}, which lies before the world's now, {now}"
            yield Inconsistency("/status", "status-and-times", message)
