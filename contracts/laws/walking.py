"""Laws on walks over all pages: every job once, whatever the limit is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from contracts.excerpt import as_json
from contracts.exchange import Exchange
from contracts.history import Job
from contracts.law import MUST, law
from contracts.probe import Probe
from contracts.readings import Walk, Walks, at_least, ids, walk, walks
from contracts.verdict import Broken, Inconclusive, Untested

LIST = "#/paths/~1public~1{projectKey}~1jobs/get"
PAGING = f"{LIST}/x-pagination"


def _walks(probe: Probe) -> Walks:
    taken: Walks = probe.shared(walks)
    return taken


@law("WALK-01", MUST, ref=f"{LIST}/responses/200")
def a_walk_ends_with_an_empty_page(probe: Probe) -> None:
    """The page after the last one has no jobs: a walk comes to an end."""
    for one in _walks(probe).all:
        if one.endless:
            raise Broken(
                "an empty page after the last one",
                f"page {len(one.pages)} of limit {one.limit} still had jobs, or repeats them",
                one.pages[-2:],
            )
        probe.exercise(f"walks with limit={one.limit}")


@law("WALK-02", MUST, ref=PAGING, after=["WALK-01"])
def a_walk_meets_no_job_twice(probe: Probe) -> None:
    """Pages are disjoint: a walk over them meets no job twice.

    A job that is made while the walk goes on may push one other job onto the next page. So as
    many repetitions as there are new jobs are no breach.
    """
    taken = _walks(probe)
    for one in taken.judged:
        twice = [job_id for job_id, times in Counter(one.ids).items() if times > 1]
        if len(one.ids) - len(set(one.ids)) > len(taken.arrived):
            pages = [page for page in one.pages if twice[0] in ids(page.jobs)]
            raise Broken(
                "each job once",
                f"with limit={one.limit} job {twice[0]} was met again, one of {len(twice)} such; "
                f"{len(taken.arrived)} jobs were made meanwhile",
                pages[:3],
                about=twice[:1],
            )
        _count(probe, one)


@law("WALK-03", MUST, ref=LIST, after=["WALK-01"])
def every_walk_meets_every_job(probe: Probe) -> None:
    """The union over the pages is the whole list, whatever the limit is.

    A job that was there before and after a walk has to be met by it. If jobs vanished meanwhile,
    as many others may have been missed.
    """
    taken = _walks(probe)
    for one in taken.between:
        missed = taken.stayed - set(one.ids)
        if len(missed) > len(taken.left):
            raise Broken(
                f"all {len(taken.stayed)} jobs with limit={one.limit}",
                f"{len(missed)} were missed, job {min(missed)} for one",
                [*_showing(taken.first, min(missed)), *_showing(taken.last, min(missed))],
                about=[min(missed)],
            )
        _count(probe, one)


@law("WALK-04", MUST, ref=f"{PAGING}/limit", after=["WALK-01"])
def every_page_but_the_last_is_full(probe: Probe) -> None:
    """Each page before the last one holds as many jobs as the limit says."""
    taken = _walks(probe)
    for one in taken.judged:
        full = one.pages[:-2]
        lacking = sum(one.limit - len(page.jobs) for page in full)
        if lacking > max(0, len(taken.arrived) - 1) or any(
            len(page.jobs) > one.limit for page in one.pages
        ):
            odd = [page for page in one.pages[:-1] if len(page.jobs) != one.limit]
            raise Broken(
                f"{one.limit} jobs on each page but the last",
                f"one of {len(one.pages)} pages has {len(odd[0].jobs)}",
                odd[:1],
            )
        probe.exercise("full pages", len(full))


@law("WALK-05", MUST, ref=PAGING, after=["WALK-01"])
def the_last_page_holds_the_rest(probe: Probe) -> None:
    """The last page holds what is left over, and a total that limit divides leaves no rest."""
    total = at_least(probe, 4, "to have a last page")
    settled = [_last_pages(probe, choose, total) for choose in (_dividing, _leaving_a_rest)]
    if not any(settled):
        raise Inconclusive("the list grew each time that its end was read")


MOST_PAGES = 120
"""A limit that divides a long list is only tried if the end is not too far."""


def _dividing(total: int) -> int | None:
    return next((d for d in range(2, 201) if total % d == 0 and total // d <= MOST_PAGES), None)


def _leaving_a_rest(total: int) -> int | None:
    return next((d for d in range(3, 201) if total % d and total // d <= MOST_PAGES), None)


def _last_pages(probe: Probe, choose: Callable[[int], int | None], total: int) -> bool:
    """Judge the last page and the one after it, if the number of jobs stays what it is."""
    paging = probe.document.paging
    for _ in range(3):
        limit = choose(total)
        if limit is None:
            return True
        last = (total - 1) // limit + paging.page.min
        pages = [
            probe.list_jobs({paging.limit.parameter: limit, paging.page.parameter: number})
            for number in (last, last + 1)
        ]
        before, total = total, _total(probe, total)
        if before != total:
            continue
        wanted = total - (last - paging.page.min) * limit
        got = [len(page.jobs) for page in pages]
        if got != [wanted, 0]:
            expected = f"{wanted} jobs on page {last} of limit {limit}, and none after it"
            raise Broken(expected, f"there were {got[0]} and {got[1]}", pages)
        probe.exercise("full last pages" if wanted == limit else "last pages with a rest")
        return True
    return False


def _total(probe: Probe, guess: int) -> int:
    """Return how many jobs there are: *guess*, if the end of the list is where it was."""
    paging = probe.document.paging
    largest = paging.limit.max or paging.limit.default
    last = (guess - 1) // largest + paging.page.min
    end, beyond = (
        probe.page({paging.limit.parameter: largest, paging.page.parameter: number})
        for number in (last, last + 1)
    )
    if end and not beyond:
        return (last - paging.page.min) * largest + len(end)
    return len(set(walk(probe, largest).ids))


@law("WALK-06", MUST, ref=LIST, after=["WALK-01"])
def the_order_stays_while_nothing_changes(probe: Probe) -> None:
    """Jobs that did not change keep their order from one reading of the list to the next.

    Which order that is, the contract does not say.
    """
    taken = _walks(probe)
    for one in (*taken.between, taken.last):
        before, after = _unchanged(taken.first, one)
        if before != after:
            at = next(index for index, job_id in enumerate(before) if job_id != after[index])
            raise Broken(
                "unchanged jobs in the order they had",
                f"job {before[at]} stood before job {after[at]}, and no longer does",
                [
                    page
                    for walk in (taken.first, one)
                    for job in (before[at], after[at])
                    for page in _showing(walk, job)
                ],
                about=[before[at], after[at]],
            )
        if len(before) > 1:
            probe.exercise("walks compared")
    if not probe.exercised:
        raise Untested("fewer than two jobs stayed as they were")


def _unchanged(first: Walk, second: Walk) -> tuple[list[int], list[int]]:
    """Return the jobs that both walks met once and alike, in the order of each."""

    def once(walk: Walk) -> dict[int, Job]:
        times = Counter(walk.ids)
        return {job["jobId"]: job for job in walk.jobs if times[job.get("jobId", 0)] == 1}

    one, two = once(first), once(second)
    alike = {job_id for job_id, job in one.items() if two.get(job_id) == job}
    return [i for i in one if i in alike], [i for i in two if i in alike]


def _showing(one: Walk, job_id: int) -> list[Exchange]:
    """Return the first page of a walk that has *job_id*."""
    return [page for page in one.pages if job_id in ids(page.jobs)][:1]


def _count(probe: Probe, one: Walk) -> None:
    if one.ids:
        probe.exercise(f"pages of limit={one.limit}", len(one.pages))


@law("WALK-07", MUST, ref="#/components/schemas/Job/properties/projectId")
def all_jobs_of_a_project_have_its_number(probe: Probe) -> None:
    """Each job of a project's list has the same projectId."""
    taken = _walks(probe)
    numbers = Counter(job.get("projectId") for job in taken.first.jobs)
    if len(numbers) > 1:
        odd = numbers.most_common()[-1][0]
        pages = [p for p in taken.first.pages if any(j.get("projectId") == odd for j in p.jobs)]
        first = [job for job in taken.first.jobs if job.get("projectId") == odd][:1]
        actual = f"there are {', '.join(map(as_json, numbers))}"
        raise Broken("one projectId", actual, pages[:1], about=first)
    probe.exercise("jobs", len(taken.first.jobs))
