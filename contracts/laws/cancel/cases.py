"""Cancels that several laws judge: taken once in a run, with what was seen before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from contracts.contract.model import Lifecycle
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
    job_id: int
    before: Exchange
    response: Exchange
    after: Exchange
    list_before: dict[int, Job]
    list_after: dict[int, Job]
    """The part of the list that was read, by jobId."""

    @property
    def listed(self) -> Job | None:
        """Return the cancelled job, if the part of the list that was read has it."""
        return self.list_after.get(self.job_id)

    def list_changed(self, job: Job, life: Lifecycle) -> set[str]:
        """Return what else than its status and the moment of its move differs in the *job* now."""
        before = self.before.job
        changed = {name for name in {*before, *job} if before.get(name) != job.get(name)}
        return changed - {life.field, life.moved}

    def pair_others(self) -> Iterator[tuple[int, Job, Job]]:
        """Go through the other jobs that the list had before and has after, with both."""
        for job_id, before in self.list_before.items():
            if job_id != self.job_id and job_id in self.list_after:
                yield job_id, before, self.list_after[job_id]


def cancel_in_each_state(probe: JobsProbe) -> list[Cancellation]:
    """Cancel one job in each state that allows it; the list after one is the list before the next.

    No other law may change a job meanwhile.
    """
    done: list[Cancellation] = []
    for status in probe.document.cancel.sources:
        found = cancel_in_state(probe, status, done[-1] if done else None)
        if found is not None:
            done.append(found)
    return done


def get_cancellations(probe: JobsProbe) -> list[Cancellation]:
    """Return the cancels of this run; the law is untested if there are none."""
    found: list[Cancellation] = probe.read_once(cancel_in_each_state)
    if not found:
        raise Untested("no job could be cancelled")
    return found


def cancel_in_state(
    probe: JobsProbe, status: str, last: Cancellation | None = None
) -> Cancellation | None:
    """Cancel a job in *status*; return None if there is no such job, or each one moved on.

    The list is read before the cancel, unless the *last* one has just read it. Another job is tried
    where the server may have moved this one just before the cancel, and changed more of it.
    """
    others, found = None if last is None else last.list_after, None
    for _ in range(TRIES):
        try:
            job = get_job_in(probe, status)
        except Untested:
            break
        before = job.read(probe)
        others = index_by_id(reread_jobs(probe)) if others is None else others
        response = probe.cancel_job(job.number)
        if response.status != 200 or response.uncertain:
            others = None
            continue
        after, later = _look_around(probe, job.number)
        found = Cancellation(status, job.number, before, response, after, others, later)
        if not found.list_changed(response.job, probe.document.lifecycle):
            break
        others = later
    return found


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
        job = get_job_in(probe, status)
        before, response = job.read(probe), probe.cancel_job(job.number)
        after = probe.get_job(job.number)
        left -= 1
        if after.job or not left:
            return before, response, after


def get_refused_cancel(probe: JobsProbe, status: str) -> tuple[Exchange, Exchange, Exchange]:
    """Return the one cancel of a job in terminal *status* that several laws look at."""
    found: tuple[Exchange, Exchange, Exchange] = probe.read_once(cancel_finished_job, status)
    return found


def expect_cancel(probe: JobsProbe, status: str) -> None:
    """Break the law unless a job in *status* can be cancelled.

    If the job moved on meanwhile, the next one is tried.
    """
    field = probe.document.lifecycle.field
    for _ in range(TRIES):
        job = get_job_in(probe, status)
        before = job.read(probe)
        if before.job.get(field) != status:
            continue
        response = probe.cancel_job(job.number)
        if response.status == 200:
            probe.exercise(status)
            return
        after = probe.get_job(job.number)
        if after.job.get(field) in probe.document.cancel.sources:
            raise Violation(
                f"200 for the cancel of a {status} job",
                f"the status was {response.status}, and the job is still {after.job.get(field)}",
                [before, response, after],
            )
    raise Inconclusive(f"each {status} job moved on before it could be cancelled")


def expect_refusal(probe: JobsProbe, status: str) -> None:
    """Break the law unless a job in terminal *status* cannot be cancelled."""
    before, response, after = get_refused_cancel(probe, status)
    code = probe.document.cancel.otherwise
    if response.status != code:
        raise Violation(
            f"{code} for the cancel of a {status} job",
            f"the status was {response.status}",
            [before, response, after],
        )
    probe.exercise(status)
