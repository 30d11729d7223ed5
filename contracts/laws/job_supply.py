"""Gets jobs that laws may change: from the driver, from the list, or by making them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.verdict import Inconclusive, SetupFailed, Untested
from contracts.http.exchange import Exchange
from contracts.laws.listing.jobs import get_known_jobs
from contracts.target import Effects

LEFT = 3
"""How many jobs in a status are left over when one is taken while other requests may be under way:
the law may have to be judged again by another one, and laws to come need some, too."""


@dataclass(frozen=True, slots=True)
class SuppliedJob:
    """A job that a law may cancel."""

    number: int
    found: Exchange | None = None
    """How it was read to see whether it is in its status, if it was."""

    def read(self, probe: JobsProbe) -> Exchange:
        """Return how the job reads before anything is done to it."""
        return self.found or probe.get_job(self.number)


def get_job_in(probe: JobsProbe, status: str) -> SuppliedJob:
    """Return a job in *status* that may be cancelled: from the driver, the list, or a new one.

    Of the last ones that the list has, none is taken while other requests may be under way: what
    that showed could not be found again. The law is judged again then, with nothing else at work.
    """
    if probe.run.driver is not None:
        number: int | None = probe.run.driver.job_in(status)
        if number is not None:
            probe.run.transport.guard.adopt(probe.target.project, number)
            return SuppliedJob(number)
    if probe.target.effects is Effects.ANY:
        for job in _find_unused(probe, status):
            return job
    document = probe.document
    if status not in (document.lifecycle.initial, document.cancel.to):
        raise Untested(f"no job is {status}, and the API alone cannot make one")
    job_id: int = probe.make().job["jobId"]
    if status == document.cancel.to:
        response = probe.cancel_job(job_id)
        if response.status != 200:
            raise SetupFailed(f"a new job could not be cancelled: {response.status}")
    return SuppliedJob(job_id)


def _find_unused(probe: JobsProbe, status: str) -> Iterator[SuppliedJob]:
    """Yield the jobs in *status* that no law has used yet.

    A job that this run made is used by the law that made it.
    """
    field = probe.document.lifecycle.field
    own = probe.run.transport.guard.get_own(probe.target.project)
    used: dict[int, object] = probe.read_once(_start_used)
    jobs = [job["jobId"] for job in get_known_jobs(probe) if job.get(field) == status]
    jobs = [job_id for job_id in jobs if job_id not in own]
    while free := [job_id for job_id in jobs if job_id not in used]:
        if probe.width > 1 and len(free) <= LEFT:
            probe.note_crowd(crowded=True)
            raise Inconclusive(f"the last jobs that are {status} are left to a law at work alone")
        mine = object()
        # In one step: laws side by side may look for a job.
        if used.setdefault(free[0], mine) is mine:
            shown = probe.get_job(free[0])
            if shown.job.get(field) == status:
                yield SuppliedJob(free[0], shown)


def _start_used(_: JobsProbe) -> dict[int, object]:
    return {}


def get_made_job(probe: JobsProbe) -> Exchange:
    """Return how the one job was made that several laws look at.

    The law is untested if the deployment has no operation that makes jobs.
    """
    exchange: Exchange = probe.read_once(_make_job)
    return exchange


def require_companion(probe: JobsProbe) -> None:
    """Leave the law untested if the deployment has no operation that makes jobs."""
    with probe.choose():
        get_made_job(probe)


def _make_job(probe: JobsProbe) -> Exchange:
    return probe.make()
