"""What a schema cannot say of fixtures: references, uniqueness, and times that fit the status."""

from collections.abc import Iterator

from msgspec import Struct

from mockserver.domain.job import Job, Plan
from mockserver.domain.lifecycle import Lifecycle
from mockserver.domain.progress import next_due
from mockserver.domain.timestamp import TOO_LATE, format_timestamp


class Fault(Struct, frozen=True):
    """One inconsistency: the *member* of the row at fault, the rule, and what is wrong."""

    member: str
    rule: str
    message: str


class Judge:
    """Judges the rows of one world, each against the contract's lifecycle and those before it.

    Args:
        lifecycle: how jobs may move.
        states: all states that the contract names.
        active: the states in which a user can have one job per project only.
        now: the world's time in epoch milliseconds.
    """

    def __init__(
        self, lifecycle: Lifecycle, states: tuple[str, ...], active: tuple[str, ...], now: int
    ) -> None:
        self._lifecycle = lifecycle
        self._states = states
        self._active_states = frozenset(active)
        self._now = now
        self._before_start = lifecycle.before_start
        self._ids: set[int] = set()
        self._active: set[tuple[int, str]] = set()

    def plan(self, plan: Plan) -> Iterator[Fault]:
        """Yield what is wrong with a plan."""
        outcomes = self._lifecycle.outcomes
        if plan.ends not in outcomes:
            known = ", ".join(sorted(outcomes))
            yield Fault(
                "/ends", "ending", f"no job ends {plan.ends!r} by itself; it can end {known}"
            )
        if plan.runs >= TOO_LATE:
            message = "lasts beyond the year 9999; a job that never ends has no plan"
            yield Fault("/runs", "ending", message)

    def job(self, job: Job) -> Iterator[Fault]:
        """Yield what is wrong with a job."""
        if job.job_id in self._ids:
            yield Fault("/jobId", "unique", f"jobId {job.job_id} stands twice in these fixtures")
        self._ids.add(job.job_id)
        if job.status not in self._states:
            known = ", ".join(self._states)
            yield Fault("/status", "status", f"{job.status!r} is no status; it can be {known}")
            return
        if job.status in self._active_states:
            key = (job.project.project_id, job.reference_id)
            if key in self._active:
                message = f"a second active job for {job.reference_id!r} in the same project"
                yield Fault("/referenceId", "one-living-job", message)
            self._active.add(key)
        # The common case, a job whose moments are in order, is one look.
        moved = job.created_at if job.updated_at is None else job.updated_at
        if not (job.created_at <= moved <= self._now and job.created_at <= job.start_at):
            # What a status demands of moments that are wrong themselves says nothing new.
            yield from self._moments(job)
            return
        if job.status != self._lifecycle.initial:
            yield from self._moved(job)
        if job.status in self._lifecycle.transient:
            yield from self._overdue(job)

    def _moments(self, job: Job) -> Iterator[Fault]:
        now = format_timestamp(self._now)
        if job.start_at < job.created_at:
            yield Fault("/startAt", "times", "startAt lies before createdAt")
        if job.created_at > self._now:
            yield Fault("/createdAt", "times", f"createdAt lies after the world's now, {now}")
        if job.updated_at is not None and job.updated_at < job.created_at:
            yield Fault("/updatedAt", "times", "updatedAt lies before createdAt")
        if job.updated_at is not None and job.updated_at > self._now:
            yield Fault("/updatedAt", "times", f"updatedAt lies after the world's now, {now}")

    def _moved(self, job: Job) -> Iterator[Fault]:
        if job.updated_at is None:
            message = f"a {job.status} job has moved, so updatedAt says when"
            yield Fault("/updatedAt", "status-and-times", message)
        elif job.status not in self._before_start and job.updated_at < job.start_at:
            message = f"a {job.status} job has started, so updatedAt cannot lie before startAt"
            yield Fault("/updatedAt", "status-and-times", message)

    def _overdue(self, job: Job) -> Iterator[Fault]:
        due = next_due(self._lifecycle, job)
        if due is not None and due.at <= self._now:
            at, now, to = format_timestamp(due.at), format_timestamp(self._now), due.transition.to
            message = f"is {to} since {at}, which lies before the world's now, {now}"
            yield Fault("/status", "status-and-times", message)
