"""Gets jobs that laws may change: from the driver, from the list, or by making them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.verdict import SetupFailed, Untested
from contracts.http.exchange import Exchange
from contracts.laws.listing.jobs import get_known_jobs
from contracts.target import Effects


@dataclass(frozen=True, slots=True)
class User:
    """Who has used a job."""

    name: str
    """The law, or the shared reading."""
    again: bool
    """It was judged again."""


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
    """Yield the jobs in *status* that no law has used yet.

    A job that this run made is used by the law that made it. What is judged again, with nothing
    else at work, may use those that it had the first time: there may be no others in that status.
    """
    field = probe.document.lifecycle.field
    own = probe.run.transport.guard.get_own(probe.target.project)
    users: dict[int, User] = probe.read_once(_start_users)
    name = probe.account or probe.law_id
    for job in get_known_jobs(probe):
        job_id = job["jobId"]
        if job.get(field) != status or job_id in own:
            continue
        me = User(name, again=probe.alone)
        holder = users.setdefault(job_id, me)  # in one step: laws side by side may look for a job
        if holder is not me:
            if holder != User(name, again=False) or not me.again:
                continue
            users[job_id] = me
        if probe.get_job(job_id).job.get(field) == status:
            yield job_id


def _start_users(_: JobsProbe) -> dict[int, User]:
    return {}


def get_made_job(probe: JobsProbe) -> Exchange:
    """Return how the one job was made that several laws look at.

    The law is untested if the deployment has no operation that makes jobs.
    """
    exchange: Exchange = probe.read_once(_make_job)
    return exchange


def _make_job(probe: JobsProbe) -> Exchange:
    return probe.make()
