"""Laws on the pages of the list: what limit and page mean, at each side of each bound."""

from __future__ import annotations

from contracts.engine.extreme import HIGHEST, LOWEST
from contracts.engine.law import MUST, law
from contracts.engine.probe import Probe, Query
from contracts.engine.verdict import Inapplicable, Inconclusive, Untested, Violation
from contracts.http.excerpt import cut_beginning
from contracts.http.exchange import Exchange
from contracts.laws.listing.readings import TRIES, at_least, known_jobs, same_page
from contracts.laws.listing.stretch import ids

PAGING = "#/paths/~1public~1{projectKey}~1jobs/get/x-pagination"
LIMIT, PAGE = f"{PAGING}/limit", f"{PAGING}/page"

MOST_LOST = 3
"""How many jobs that a short page lacks are read, to tell whether they are still there."""


def _limit(probe: Probe, value: int, **more: int) -> dict[str, str | int]:
    return {probe.document.paging.limit.parameter: value, **more}


def _page(probe: Probe, value: int, **more: int) -> dict[str, str | int]:
    return {probe.document.paging.page.parameter: value, **more}


def _means_default(probe: Probe, *values: int) -> None:
    """Break the law unless each of *values* means the default limit."""
    limit = probe.document.paging.limit
    total = at_least(probe, 1, "to tell one page from another")
    for value in values:
        same_page(probe, _limit(probe, value), _limit(probe, limit.default), "the default gets")
        probe.exercise(f"limit={value}")
    if total <= limit.default:
        raise Untested(f"the project has only {total} jobs: any limit from there on looks alike")


def _holds(probe: Probe, *limits: int) -> None:
    """Break the law unless a page with each of *limits* holds so many jobs."""
    total = at_least(probe, min(limits), f"to fill a page of {min(limits)}")
    for limit in (limit for limit in limits if limit <= total):
        _full(probe, _limit(probe, limit), limit)
        probe.exercise(f"limit={limit}")


def _full(probe: Probe, query: Query, size: int) -> None:
    """Break the law unless *query* gets *size* different jobs.

    The list had as many when it was walked. A shorter page is a breach if a job that is not on it
    can still be read, and if that comes up again: jobs may have gone meanwhile.
    """
    suspected = False
    for _ in range(TRIES):
        page = probe.list_jobs(query)
        got = ids(page.jobs)
        count = len(page.jobs) - len(got) + len(set(got))
        if page.status != 200 or count > size:
            raise Violation(f"{size} jobs for {query}", f"{count} came with {page.status}", [page])
        if count == size:
            return
        lost = [job_id for job_id in ids(known_jobs(probe)) if job_id not in got][:MOST_LOST]
        if any(probe.get_job(job_id).status == 200 for job_id in lost):
            if suspected:
                raise Violation(f"{size} different jobs for {query}", f"{count} came", [page])
            suspected = True
    raise Inconclusive(f"the list had fewer than {size} jobs when it was read again")


@law("PAGE-01", MUST, ref=f"{LIMIT}/default")
def a_list_without_limit_has_the_default(probe: Probe) -> None:
    """Without limit, a page holds as many jobs as the default says."""
    limit = probe.document.paging.limit
    total = at_least(probe, 1, "to have a page")
    same_page(probe, {}, _limit(probe, limit.default), "the default gets")
    if total >= limit.default:
        _full(probe, {}, limit.default)
    if total <= limit.default:
        raise Untested(f"the project has only {total} jobs: the page holds them all")
    probe.exercise("pages without limit")


@law("PAGE-02", MUST, ref=f"{LIMIT}/min")
def the_smallest_limit_is_honoured(probe: Probe) -> None:
    """With the smallest limit, a page holds that many jobs."""
    _holds(probe, probe.document.paging.limit.min)


@law("PAGE-03", MUST, ref=f"{LIMIT}/max")
def the_largest_limit_is_honoured(probe: Probe) -> None:
    """With the largest limit, a page holds that many jobs."""
    limit = probe.document.paging.limit
    _holds(probe, limit.max or limit.default)


@law("PAGE-04", MUST, ref=LIMIT)
def a_limit_inside_the_range_is_honoured(probe: Probe) -> None:
    """With a limit inside its range, a page holds that many jobs: neither fewer nor more."""
    limit = probe.document.paging.limit
    some = {limit.min + 1, limit.default - 1, limit.default + 1, probe.random.randint(7, 40)}
    if limit.max:
        some.add(limit.max - 1)
    _holds(probe, *sorted(some))


@law("PAGE-05", MUST, ref=f"{LIMIT}/outside")
def a_limit_just_above_the_range_means_the_default(probe: Probe) -> None:
    """A limit just above the largest means the default: it is not moved to the bound."""
    limit = probe.document.paging.limit
    if limit.max is None:
        raise Inapplicable("the contract has no largest limit")
    _means_default(probe, limit.max + 1)


@law("PAGE-06", MUST, ref=f"{LIMIT}/outside")
def a_limit_just_below_the_range_means_the_default(probe: Probe) -> None:
    """A limit just below the smallest, such as 0, means the default."""
    _means_default(probe, probe.document.paging.limit.min - 1)


@law("PAGE-07", MUST, ref=f"{LIMIT}/outside")
def a_negative_limit_means_the_default(probe: Probe) -> None:
    """A negative limit means the default."""
    default = probe.document.paging.limit.default
    _means_default(probe, -1, -default, LOWEST)


@law("PAGE-08", MUST, ref=f"{LIMIT}/outside")
def a_limit_far_above_the_range_means_the_default(probe: Probe) -> None:
    """A limit far above the largest means the default, up to the largest integer of 32 bits."""
    limit = probe.document.paging.limit
    _means_default(probe, *((5 * limit.max,) if limit.max else ()), HIGHEST)


@law("PAGE-09", MUST, ref=f"{LIMIT}/outside")
def a_limit_outside_the_range_leaves_the_page_alone(probe: Probe) -> None:
    """A limit outside its range means the default on every page, and not only on the first."""
    paging = probe.document.paging
    at_least(probe, paging.limit.default + 1, "to have a second page")
    second = paging.page.min + 1
    reference = _page(probe, second, **{paging.limit.parameter: paging.limit.default})
    for value in (paging.limit.min - 1, (paging.limit.max or 0) + 1):
        query = _page(probe, second, **{paging.limit.parameter: value})
        same_page(probe, query, reference, "the second page of the default has")
        probe.exercise("second pages")


@law("PAGE-10", MUST, ref=f"{PAGE}/default")
def a_list_without_page_is_the_first(probe: Probe) -> None:
    """Without page, the first page is meant."""
    at_least(probe, 2, "to tell one page from another")
    limit = {probe.document.paging.limit.parameter: 1}
    first = _page(probe, probe.document.paging.page.default, **limit)
    same_page(probe, {**limit}, first, "the first page has")
    probe.exercise("lists without page")


def _means_first(probe: Probe, *values: int) -> None:
    at_least(probe, 1, "to tell a page from none")
    page = probe.document.paging.page
    for value in values:
        same_page(probe, _page(probe, value), _page(probe, page.default), "the first page has")
        probe.exercise(f"page={value}")


@law("PAGE-11", MUST, ref=f"{PAGE}/outside")
def a_page_just_below_the_range_means_the_first(probe: Probe) -> None:
    """A page just below the first, such as 0, means the first."""
    _means_first(probe, probe.document.paging.page.min - 1)


@law("PAGE-12", MUST, ref=f"{PAGE}/outside")
def a_negative_page_means_the_first(probe: Probe) -> None:
    """A negative page means the first."""
    _means_first(probe, -1, -7, LOWEST)


@law("PAGE-13", MUST, ref=f"{PAGE}/outside")
def a_page_below_the_range_keeps_the_limit(probe: Probe) -> None:
    """A page below its range means the first page of the limit that was asked for."""
    paging = probe.document.paging
    at_least(probe, 4, "to tell one page from another")
    limit = {paging.limit.parameter: 3}
    same_page(probe, _page(probe, 0, **limit), _page(probe, 1, **limit), "the first page has")
    probe.exercise("pages of three")


def _empty(page: Exchange) -> None:
    if page.status != 200 or page.data != []:
        came = f"{len(page.jobs)} jobs" if page.jobs else cut_beginning(page.body)
        raise Violation("200 and no jobs", f"{came} came with {page.status}", [page])


@law("PAGE-14", MUST, ref="#/paths/~1public~1{projectKey}~1jobs/get/responses/200")
def a_page_far_past_the_end_is_empty(probe: Probe) -> None:
    """A page far past the end is a page without jobs, and not an error."""
    for number in (10**6, HIGHEST):
        _empty(probe.list_jobs(_page(probe, number)))
        probe.exercise(f"page={number}")


@law("PAGE-15", MUST, ref=PAGING)
def a_page_is_a_window_of_the_list(probe: Probe) -> None:
    """Limit and page together cut one window out of the list: no job is skipped or repeated.

    Two pages of three and one of six are read, and the page of six again. The law needs a list
    whose head does not move for that moment, or it says inconclusive.
    """
    at_least(probe, 6, "to have two pages of three")
    three, six = 3, 6
    for first in (1, 2):
        _window(probe, first, three, six)
        probe.exercise("windows")


def _window(probe: Probe, number: int, small: int, large: int) -> None:
    limit, parts = probe.document.paging.limit.parameter, large // small
    suspected = False
    for _ in range(TRIES):
        before = probe.list_jobs(_page(probe, number, **{limit: large}))
        pieces = [
            probe.list_jobs(_page(probe, (number - 1) * parts + part, **{limit: small}))
            for part in range(1, parts + 1)
        ]
        after = probe.list_jobs(_page(probe, number, **{limit: large}))
        frame, got = ids(before.jobs), [i for piece in pieces for i in ids(piece.jobs)]
        if frame != ids(after.jobs):
            continue  # the head moved
        if got == frame:
            return
        # A job that came and went between the reads leaves no trace, but not twice in a row.
        if suspected:
            wanted = f"jobs {frame} on {parts} pages of {small}"
            raise Violation(wanted, f"jobs {got} came", [before, *pieces, after])
        suspected = True
    raise Inconclusive("the head of the list moved each time that it was read")
