"""Finds one job in the list without walking all of it."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.engine.history import Job
from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.verdict import Untested
from contracts.laws.listing.jobs import get_survey
from contracts.laws.listing.stretch import (
    Reading,
    Span,
    fetch_page,
    get_ids,
    get_largest_limit,
    read_pages,
)
from contracts.laws.listing.survey import Survey, reread

TAKES = 3
"""How often a job is looked up: a move between two pages may hide it once."""


def find_job(probe: JobsProbe, job_id: int) -> Job | None:
    """Return the entry of *job_id* in the list, or None if it has none.

    A short list is read whole. In a long one that is ordered by jobId, the place of the job is
    found by halving. Raises Untested where a long list has another order.
    """
    for _ in range(TAKES):
        for job in read_around(probe, job_id):
            if job.get("jobId") == job_id:
                return job
    return None


def read_around(probe: JobsProbe, job_id: int) -> list[Job]:
    """Return the jobs around the place of *job_id*: all of them, if the list is short."""
    survey = get_survey(probe)
    if survey.whole:
        return reread_jobs(probe)
    numbers = get_ids(survey.jobs)
    rising = sorted(numbers)
    if numbers not in (rising, rising[::-1]):
        return _read_known_parts(probe, survey, job_id)
    return _read_by_halving(probe, survey, job_id, descending=numbers != rising).jobs


def reread_jobs(probe: JobsProbe) -> list[Job]:
    """Read again what the survey read, and return its jobs: all of them, if the list is short."""
    return [job for one in reread(probe, get_survey(probe)) for job in one.jobs]


def _read_by_halving(probe: JobsProbe, survey: Survey, job_id: int, *, descending: bool) -> Reading:
    """Read the pages around the place of *job_id*; jobs may have been made since the survey."""
    size = get_largest_limit(probe.document)
    low, high = 0, 2 * (survey.total // size + 1)
    while low < high:
        middle = (low + high) // 2
        numbers = get_ids(fetch_page(probe, size, middle, None).jobs)
        if not numbers or _comes_before(job_id, numbers, descending=descending):
            high = middle
        elif job_id in range(min(numbers), max(numbers) + 1):
            low = high = middle
        else:
            low = middle + 1
    start = max(0, low - 1)
    return read_pages(probe, size, Span(start * size, (start + 3) * size), None, most=3)


def _comes_before(job_id: int, numbers: Sequence[int], *, descending: bool) -> bool:
    return job_id > numbers[0] if descending else job_id < numbers[0]


def _read_known_parts(probe: JobsProbe, survey: Survey, job_id: int) -> list[Job]:
    jobs = [job for one in reread(probe, survey) for job in one.jobs]
    if job_id not in get_ids(jobs):
        raise Untested(
            f"job {job_id} cannot be found in a list of {survey.total} that is not ordered by "
            "jobId; --walk full reads all of it"
        )
    return jobs
