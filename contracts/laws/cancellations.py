"""How laws get at jobs that they may cancel, and what a cancel looks like from all sides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from contracts.engine.history import Job
from contracts.engine.probe import Probe
from contracts.engine.verdict import Inconclusive, SetupFailed, Untested, Violation
from contracts.http.exchange import Exchange
from contracts.laws.listing.lookup import snapshot
from contracts.laws.listing.readings import known_jobs
from contracts.laws.listing.stretch import by_id
from contracts.target import Effects


def job_in(probe: Probe, status: str) -> int:
    """Return a job in *status* that may be cancelled: driven there, found, or made."""
    if probe.run.driver is not None:
        driven = probe.run.driver.job_in(status)
        if driven is not None:
            probe.run.transport.guard.adopt(probe.target.project, driven)
            return driven
    if probe.target.effects is Effects.ANY:
        for found in _found(probe, status):
            return found
    document = probe.document
    if status not in (document.lifecycle.initial, document.cancel.to):
        raise Untested(f"no job is {status}, and the API alone makes none")
    job_id: int = probe.make().job["jobId"]
    if status == document.cancel.to:
        response = probe.cancel_job(job_id)
        if response.status != 200:
            raise SetupFailed(f"a new job could not be cancelled: {response.status}")
    return job_id


def _found(probe: Probe, status: str) -> Iterator[int]:
    """Go through the jobs in *status* that no law has used yet."""
    field = probe.document.lifecycle.field
    used: set[int] = probe.shared(_used)
    for job in known_jobs(probe):
        job_id = job["jobId"]
        if job.get(field) == status and job_id not in used:
            used.add(job_id)
            if probe.get_job(job_id).job.get(field) == status:
                yield job_id


def _used(_: Probe) -> set[int]:
    return set()


@dataclass(frozen=True, slots=True)
class Cancellation:
    """One cancel that was answered 200, seen from all sides."""

    source: str
    before: Exchange
    response: Exchange
    after: Exchange
    others_before: dict[int, Job]
    others_after: dict[int, Job]
    listed: Job | None
    """The cancelled job, if the part of the list that was read has it."""


def cancellations(probe: Probe) -> list[Cancellation]:
    """Cancel one job in each state in which that is possible."""
    done = []
    for status in probe.document.cancel.sources:
        try:
            found = _cancelled(probe, status)
        except Untested:
            continue
        if found is not None:
            done.append(found)
    return done


def taken(probe: Probe) -> list[Cancellation]:
    """Return the cancels of this run; the law is untested if there are none."""
    found: list[Cancellation] = probe.shared(cancellations)
    if not found:
        raise Untested("no job could be cancelled")
    return found


def _cancelled(probe: Probe, status: str) -> Cancellation | None:
    for _ in range(3):
        job_id = job_in(probe, status)
        others = by_id(snapshot(probe))
        before = probe.get_job(job_id)
        response = probe.cancel_job(job_id)
        if response.status != 200 or response.uncertain:
            continue
        after = probe.get_job(job_id)
        later = by_id(snapshot(probe))
        listed = later.pop(job_id, None)
        others.pop(job_id, None)
        return Cancellation(status, before, response, after, others, later, listed)
    return None


def refused(probe: Probe, status: str) -> tuple[Exchange, Exchange, Exchange]:
    """Return the readings around a cancel of a job in terminal *status*."""
    job_id = job_in(probe, status)
    return probe.get_job(job_id), probe.cancel_job(job_id), probe.get_job(job_id)


def expect_cancel(probe: Probe, status: str) -> None:
    """Break the law unless a job in *status* can be cancelled.

    A job that moved on meanwhile is another matter: it is tried again with the next one.
    """
    field = probe.document.lifecycle.field
    for _ in range(3):
        job_id = job_in(probe, status)
        before = probe.get_job(job_id)
        if before.job.get(field) != status:
            continue
        response = probe.cancel_job(job_id)
        if response.status == 200:
            probe.exercise(status)
            return
        after = probe.get_job(job_id)
        if after.job.get(field) in probe.document.cancel.sources:
            raise Violation(
                f"200 for the cancel of a {status} job",
                f"it was {response.status}, and the job is still {after.job.get(field)}",
                [before, response, after],
            )
    raise Inconclusive(f"each {status} job moved on before it could be cancelled")


def expect_refusal(probe: Probe, status: str) -> None:
    """Break the law unless a job in terminal *status* cannot be cancelled."""
    before, response, after = refused(probe, status)
    code = probe.document.cancel.otherwise
    if response.status != code:
        raise Violation(
            f"{code} for the cancel of a {status} job",
            f"it was {response.status}",
            [before, response, after],
        )
    probe.exercise(status)


def made(probe: Probe) -> Exchange:
    """Make the one job that several laws look at."""
    return probe.make()
