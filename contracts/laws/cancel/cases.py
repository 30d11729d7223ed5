"""Cancels that several laws judge: taken once in a run, with what was seen before and after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from contracts.engine.history import Job
from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.verdict import Inconclusive, Untested, Violation
from contracts.http.exchange import Exchange
from contracts.laws.job_supply import get_job_in
from contracts.laws.listing.lookup import reread_jobs
from contracts.laws.listing.stretch import index_by_id

TRIES = 3
"""How many jobs are tried, since a job may move or vanish before its cancel was judged."""


@dataclass(frozen=True, slots=True)
class Cancellation:
    """One successful cancel, with the job and the list before and after it."""

    source: str
    before: Exchange
    response: Exchange
    after: Exchange
    others_before: dict[int, Job]
    others_after: dict[int, Job]
    listed: Job | None
    """The cancelled job, if the part of the list that was read has it."""


def cancel_in_each_state(probe: JobsProbe) -> list[Cancellation]:
    """Cancel one job in each state that allows it."""
    done = []
    for status in probe.document.cancel.sources:
        found = cancel_in_state(probe, status)
        if found is not None:
            done.append(found)
    return done


def get_cancellations(probe: JobsProbe) -> list[Cancellation]:
    """Return the cancels of this run; the law is untested if there are none."""
    found: list[Cancellation] = probe.read_once(cancel_in_each_state)
    if not found:
        raise Untested("no job could be cancelled")
    return found


def cancel_in_state(probe: JobsProbe, status: str) -> Cancellation | None:
    """Cancel a job in *status*; return None if there is no such job, or each one moved on."""
    for _ in range(TRIES):
        try:
            job_id = get_job_in(probe, status)
        except Untested:
            return None
        before, others = _look_around(probe, job_id)
        response = probe.cancel_job(job_id)
        if response.status != 200 or response.uncertain:
            continue
        after, later = _look_around(probe, job_id)
        listed = later.pop(job_id, None)
        others.pop(job_id, None)
        return Cancellation(status, before, response, after, others, later, listed)
    return None


def _look_around(probe: JobsProbe, job_id: int) -> tuple[Exchange, dict[int, Job]]:
    """Read a job, and the list around it."""
    calls: list[Callable[[JobsProbe], Any]] = [
        partial(JobsProbe.get_job, job_id=job_id),
        reread_jobs,
    ]
    shown, jobs = probe.gather(calls)
    return shown, index_by_id(jobs)


def cancel_finished_job(probe: JobsProbe, status: str) -> tuple[Exchange, Exchange, Exchange]:
    """Cancel a job in terminal *status*; return the job before, the response, and the job after.

    If the job is gone afterwards, the next one is tried: a deployment may forget old jobs.
    """
    left = TRIES
    while True:
        job_id = get_job_in(probe, status)
        before, response = probe.get_job(job_id), probe.cancel_job(job_id)
        after = probe.get_job(job_id)
        left -= 1
        if after.job or not left:
            return before, response, after


def expect_cancel(probe: JobsProbe, status: str) -> None:
    """Break the law unless a job in *status* can be cancelled.

    If the job moved on meanwhile, the next one is tried.
    """
    field = probe.document.lifecycle.field
    for _ in range(TRIES):
        job_id = get_job_in(probe, status)
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
                f"the status was {response.status}, and the job is still {after.job.get(field)}",
                [before, response, after],
            )
    raise Inconclusive(f"each {status} job moved on before it could be cancelled")


def expect_refusal(probe: JobsProbe, status: str) -> None:
    """Break the law unless a job in terminal *status* cannot be cancelled."""
    before, response, after = cancel_finished_job(probe, status)
    code = probe.document.cancel.otherwise
    if response.status != code:
        raise Violation(
            f"{code} for the cancel of a {status} job",
            f"the status was {response.status}",
            [before, response, after],
        )
    probe.exercise(status)
