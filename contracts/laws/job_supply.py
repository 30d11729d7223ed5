"""Gets jobs that laws may change: from the driver, from the list, or by making them."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.verdict import SetupFailed, Untested
from contracts.http.exchange import Exchange
from contracts.laws.listing.jobs import get_known_jobs
from contracts.target import Effects


def get_job_in(probe: JobsProbe, status: str) -> int:
    """Return a job in *status* that may be cancelled: from the driver, the list, or a new one."""
    if probe.run.driver is not None:
        number: int | None = probe.run.driver.job_in(status)
        if number is not None:
            probe.run.transport.guard.adopt(probe.target.project, number)
            return number
    if probe.target.effects is Effects.ANY:
        for number in _find_unused(probe, status):
            return number
    document = probe.document
    if status not in (document.lifecycle.initial, document.cancel.to):
        raise Untested(f"no job is {status}, and the API alone cannot make one")
    job_id: int = probe.make().job["jobId"]
    if status == document.cancel.to:
        response = probe.cancel_job(job_id)
        if response.status != 200:
            raise SetupFailed(f"a new job could not be cancelled: {response.status}")
    return job_id


def _find_unused(probe: JobsProbe, status: str) -> Iterator[int]:
    """Yield the jobs in *status* that no law has used yet."""
    field = probe.document.lifecycle.field
    used: set[int] = probe.read_once(_start_used)
    for job in get_known_jobs(probe):
        job_id = job["jobId"]
        if job.get(field) == status and job_id not in used:
            used.add(job_id)
            if probe.get_job(job_id).job.get(field) == status:
                yield job_id


def _start_used(_: JobsProbe) -> set[int]:
    return set()


def get_made_job(probe: JobsProbe) -> Exchange:
    """Return how the one job was made that several laws look at.

    The law is untested if the deployment has no operation that makes jobs.
    """
    exchange: Exchange = probe.read_once(_make_job)
    return exchange


def _make_job(probe: JobsProbe) -> Exchange:
    return probe.make()
