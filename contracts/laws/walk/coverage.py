"""WALK-01 to WALK-04, WALK-06 to WALK-07: the pages hold every job once, whatever the limit.

A short list is read completely, a long one in stretches (`listing.survey`); what is true of a list
is true of each stretch of it. Data may move while it is read, in ways that leave no trace. So each
law first allows for the moves that were seen, and a stretch that still breaks it is read again:
only what is found each time is a violation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from contracts.engine.history import Job
from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.law import MUST, law
from contracts.engine.verdict import Inconclusive, Untested, Violation
from contracts.http.excerpt import as_json
from contracts.http.exchange import Exchange
from contracts.laws.clauses import LIMIT, LIST, PAGING, PROPERTIES
from contracts.laws.listing.jobs import get_known_jobs, get_survey
from contracts.laws.listing.stretch import (
    Reading,
    Stretch,
    get_ids,
    index_by_id,
    take_stretch,
)

RETAKES = 2
"""How often a stretch that breaks a law is read again: a violation is found each time."""

Check = Callable[[Stretch], Violation | None]


def _judge(probe: JobsProbe, check: Check) -> None:
    """Break the law if *check* finds a violation in a stretch of the list each time it is read."""
    for stretch in get_survey(probe).stretches:
        violation = check(stretch)
        for _ in range(RETAKES):
            if violation is None:
                break
            violation = check(take_stretch(probe, stretch.span, stretch.room))
        if violation is not None:
            raise violation
        for one in stretch.readings:
            if one.ids:
                probe.exercise(f"pages of limit={one.limit}", len(one.pages))


@law("WALK-01", MUST, ref=f"{LIST}/responses/200")
def a_walk_ends_with_an_empty_page(probe: JobsProbe) -> None:
    """The page after the last one has no jobs, so that a walk ends."""
    survey = get_survey(probe)
    if survey.endless:
        query = survey.endless[-1].url.partition("?")[2]
        raise Violation("an empty page after the last one", f"{query} has jobs", survey.endless)
    _judge(probe, _find_endless_reading)
    if any(one.endless for stretch in survey.stretches for one in stretch.readings):
        raise Inconclusive("the list grew faster than it could be read")
    probe.exercise("ends of the list")


def _find_endless_reading(stretch: Stretch) -> Violation | None:
    # The last reading counts the jobs that were made meanwhile, too.
    total = stretch.span.start + len(set(stretch.last.ids))
    for one in stretch.readings:
        number = one.first + len(one.pages)
        if one.endless and (number - 1) * one.limit >= total:
            return Violation(
                "an empty page after the last one",
                f"page {number} of limit={one.limit} has jobs, and the list has only {total} of "
                "them in all",
                one.pages[-2:],
            )
    return None


@law("WALK-02", MUST, ref=PAGING, after=["WALK-01"])
def a_walk_returns_no_job_twice(probe: JobsProbe) -> None:
    """Pages are disjoint: a walk over them returns no job twice.

    A job that is made during the walk may push one other job onto the next page. So the law allows
    one repetition for each new job.
    """
    _judge(probe, _find_repetition)


def _find_repetition(stretch: Stretch) -> Violation | None:
    for one in (stretch.first, *stretch.between):
        twice = [job_id for job_id, times in Counter(one.ids).items() if times > 1]
        if len(one.ids) - len(set(one.ids)) > len(stretch.arrived):
            return Violation(
                "each job once",
                f"with limit={one.limit} {len(twice)} jobs were returned more than once, such as "
                f"job {twice[0]}, and {len(stretch.arrived)} jobs were made meanwhile",
                _find_pages(one, twice[0]),
                about=twice[:1],
            )
    return None


def _find_pages(one: Reading, job_id: int) -> list[Exchange]:
    return [page for page in one.pages if job_id in get_ids(page.jobs)][:3]


@law("WALK-03", MUST, ref=LIST, after=["WALK-01"])
def every_walk_returns_every_job(probe: JobsProbe) -> None:
    """The pages together hold the whole list, whatever the limit is.

    A job that is found with one limit is found with every other. The law allows one missing job
    for each job that was seen to appear or disappear meanwhile.
    """
    _judge(probe, _find_missed_jobs)


def _find_missed_jobs(stretch: Stretch) -> Violation | None:
    stayed = set(stretch.first.select_ids(stretch.inner)) & set(
        stretch.last.select_ids(stretch.inner)
    )
    moved = len(stretch.arrived | stretch.left)
    for one in stretch.between:
        missed = stayed - set(one.ids)
        more = set(one.select_ids(stretch.inner)) - set(stretch.first.ids) - set(stretch.last.ids)
        for lacking, limit in ((missed, one.limit), (more, stretch.first.limit)):
            if len(lacking) > moved:
                return Violation(
                    f"all {len(stayed | more)} jobs with limit={limit}",
                    f"{len(lacking)} were missing, such as job {min(lacking)}",
                    [*_find_pages(stretch.first, min(lacking)), *_find_pages(one, min(lacking))],
                    about=[min(lacking)],
                )
    return None


@law("WALK-04", MUST, ref=LIMIT, after=["WALK-01"])
def every_page_but_the_last_is_full(probe: JobsProbe) -> None:
    """The number of jobs on each page before the last one is the limit."""
    _judge(probe, _find_page_of_wrong_size)


def _find_page_of_wrong_size(stretch: Stretch) -> Violation | None:
    for one in (stretch.first, *stretch.between):
        jobs = [page for page in one.pages if page.data]
        full = jobs if stretch.span.stop is not None else jobs[:-1]
        odd = [page for page in full if len(page.jobs) < one.limit]
        odd += [page for page in jobs if len(page.jobs) > one.limit]
        # In a list that shrinks, the second to last page may become the last.
        if odd and (stretch.settled or len(odd) > 1 or len(odd[0].jobs) > one.limit):
            return Violation(
                f"{one.limit} jobs on each page but the last",
                f"one of {len(jobs)} pages has {len(odd[0].jobs)}",
                odd[:1],
            )
    return None


@law("WALK-06", MUST, ref=LIST, after=["WALK-01"])
def the_order_is_stable_while_nothing_changes(probe: JobsProbe) -> None:
    """Unchanged jobs keep their order from one reading of the list to the next.

    The contract does not say which order that is.
    """
    _judge(probe, _find_reordered_jobs)
    if not any(len(stretch.first.ids) > 1 for stretch in get_survey(probe).stretches):
        raise Untested("the list has fewer than two jobs, so there is no order to judge")


def _find_reordered_jobs(stretch: Stretch) -> Violation | None:
    for one in (*stretch.between, stretch.last):
        before, after = _select_unchanged(stretch.first, one)
        if before != after:
            at = next(index for index, job_id in enumerate(before) if job_id != after[index])
            return Violation(
                "unchanged jobs in the same order as before",
                f"job {before[at]} was listed before job {after[at]}, and no longer is",
                [
                    page
                    for reading in (stretch.first, one)
                    for job_id in (before[at], after[at])
                    for page in _find_pages(reading, job_id)[:1]
                ],
                about=[before[at], after[at]],
            )
    return None


def _select_unchanged(first: Reading, second: Reading) -> tuple[list[int], list[int]]:
    """Return the jobs that both readings found once and unchanged, in the order of each."""

    def select_single(reading: Reading) -> dict[int, Job]:
        times = Counter(reading.ids)
        return {
            job_id: job for job_id, job in index_by_id(reading.jobs).items() if times[job_id] == 1
        }

    one, two = select_single(first), select_single(second)
    alike = {job_id for job_id, job in one.items() if two.get(job_id) == job}
    return [i for i in one if i in alike], [i for i in two if i in alike]


@law(
    "WALK-07",
    MUST,
    ref=f"{PROPERTIES}/projectId",
    title="All jobs of a project have the same projectId",
)
def all_jobs_of_a_project_have_the_same_projectid(probe: JobsProbe) -> None:
    """All jobs in the list of a project have the same projectId."""
    jobs = get_known_jobs(probe)
    numbers = Counter(job.get("projectId") for job in jobs)
    if len(numbers) > 1:
        odd = numbers.most_common()[-1][0]
        first = [job for job in jobs if job.get("projectId") == odd][:1]
        pages = [
            page
            for stretch in get_survey(probe).stretches
            for page in stretch.last.pages
            if any(job.get("projectId") == odd for job in page.jobs)
        ]
        actual = f"there are {', '.join(map(as_json, numbers))}"
        raise Violation("one projectId", actual, pages[:1], about=first)
    probe.exercise("jobs", len(jobs))
