"""READ-07, READ-10 to READ-11: every job that can be read is in the list."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import pairwise

from contracts.engine.history import Sighting
from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.law import MUST, law
from contracts.engine.verdict import Untested, Violation
from contracts.http.exchange import Exchange
from contracts.laws.clauses import LIST
from contracts.laws.listing.jobs import get_survey, read_jobs
from contracts.laws.listing.lookup import find_job
from contracts.laws.listing.survey import Survey
from contracts.target import Need

TRIED = 60
"""How many jobIds that the list does not show are tried."""

LOOKUPS = 5
"""How many jobs that were found this way are looked up in the list."""

STEPS = tuple(2**exponent for exponent in range(12))
"""How far below the lowest and above the highest listed jobId others are tried."""


@law("READ-07", MUST, ref=LIST, after=["WALK-01"])
def a_job_that_can_be_read_is_listed(probe: JobsProbe) -> None:
    """The list holds every job of the project that can be read.

    The law reads jobIds that the list does not show: between listed ones, below the lowest and
    above the highest. If a job is found, the list is searched for it again.
    """
    found, chosen = 0, _choose_unlisted(probe)
    for job_id, response in zip(chosen, read_jobs(probe, chosen), strict=True):
        probe.exercise("numbers that are not listed")
        if response.status == 200 and response.job.get("jobId") == job_id:
            _expect_listed(probe, job_id, response)
            found += 1
        if found == LOOKUPS:
            return


def _expect_listed(probe: JobsProbe, job_id: int, shown: Exchange) -> None:
    if find_job(probe, job_id) is None and probe.get_job(job_id).status == 200:
        status = shown.job.get(probe.document.lifecycle.field)
        raise Violation(
            f"job {job_id} in the list",
            f"it can be read, with the status {status}, and is not listed",
            [shown],
        )


def _choose_unlisted(probe: JobsProbe) -> list[int]:
    """Choose jobIds that the list may hide: around the listed ones, and between any two of them."""
    survey = get_survey(probe)
    met, random = survey.met, probe.random
    if len(met) < 2:
        raise Untested("the list has fewer than two jobs to look between")
    low, high = min(met), max(met)
    beyond = [low - step for step in STEPS if step < low] + [high + step for step in STEPS]
    gaps = [gap for gap in _find_gaps(survey) if gap]
    beside = sorted({number for gap in gaps for number in (gap[0], gap[-1])})
    chosen = [*beyond, *random.sample(beside, min(TRIED // 4, len(beside)))]
    if gaps:
        wide = random.choices(gaps, [gap.stop - gap.start for gap in gaps], k=TRIED)
        chosen += [random.randrange(gap.start, gap.stop) for gap in wide]
    return list(dict.fromkeys(chosen))[:TRIED]


def _find_gaps(survey: Survey) -> Iterator[range]:
    """Yield the ranges of jobIds between listed jobs.

    In a long list, only the ranges inside a stretch that was read.
    """
    parts = [survey.met] if survey.whole else [set(one.last.ids) for one in survey.stretches]
    for part in parts:
        for one, other in pairwise(sorted(part)):
            yield range(one + 1, other)


@law("READ-11", MUST, ref=LIST, needs={Need.DRIVER})
def a_job_is_listed_in_every_status(probe: JobsProbe) -> None:
    """The list holds jobs in every status: each job that the driver moves is in it."""
    driver = probe.run.driver
    for status in probe.document.lifecycle.states:
        job_id = driver.job_in(status) if driver else None
        if job_id is None:
            continue
        response = probe.get_job(job_id)
        if response.status == 200:
            _expect_listed(probe, job_id, response)
            probe.exercise(status)


@law("READ-10", MUST, ref=LIST, after=["WALK-01"], last=True)
def a_job_that_was_read_is_listed(probe: JobsProbe) -> None:
    """Each job that the run read on its own, for whatever reason, is also in the list.

    At the end of the run, the list is searched for one job of each status that no page has shown.
    """

    def look(probe: JobsProbe, status: str, one: Sighting) -> None:
        _expect_listed(probe, one.job["jobId"], one.exchange)
        probe.exercise(f"{status} jobs that no page had shown")

    unlisted = probe.run.history.find_unlisted(probe.target.project)
    probe.gather([partial(look, status=status, one=one) for status, one in unlisted.items()])
    probe.exercise("statuses of jobs that were read")
