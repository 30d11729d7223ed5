"""Laws on the pages of the list: what limit and page mean, at each side of each bound."""

from __future__ import annotations

from contracts.excerpt import beginning
from contracts.exchange import Exchange
from contracts.law import MUST, law
from contracts.probe import Probe
from contracts.readings import at_least, ids, same_page
from contracts.verdict import Broken, Untested

PAGING = "#/paths/~1public~1{projectKey}~1jobs/get/x-pagination"
LIMIT, PAGE = f"{PAGING}/limit", f"{PAGING}/page"

FAR = (2**31 - 1, 2**31, 2**63, 10**30)
"""Numbers at which careless arithmetic breaks."""


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
        page = probe.list_jobs(_limit(probe, limit))
        if page.status != 200 or len(page.jobs) != limit:
            actual = f"{len(page.jobs)} jobs came, with status {page.status}"
            raise Broken(f"{limit} jobs for limit={limit}", actual, [page])
        probe.exercise(f"limit={limit}")


@law("PAGE-01", MUST, ref=f"{LIMIT}/default")
def a_list_without_limit_has_the_default(probe: Probe) -> None:
    """Without limit, a page holds as many jobs as the default says."""
    limit = probe.document.paging.limit
    total = at_least(probe, 1, "to have a page")
    page = same_page(probe, {}, _limit(probe, limit.default), "the default gets")
    if total >= limit.default and len(page.jobs) != limit.default:
        raise Broken(f"{limit.default} jobs", f"{len(page.jobs)} came", [page])
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
        raise Untested("the contract has no largest limit")
    _means_default(probe, limit.max + 1)


@law("PAGE-06", MUST, ref=f"{LIMIT}/outside")
def a_limit_just_below_the_range_means_the_default(probe: Probe) -> None:
    """A limit just below the smallest, such as 0, means the default."""
    _means_default(probe, probe.document.paging.limit.min - 1)


@law("PAGE-07", MUST, ref=f"{LIMIT}/outside")
def a_negative_limit_means_the_default(probe: Probe) -> None:
    """A negative limit means the default."""
    default = probe.document.paging.limit.default
    _means_default(probe, -1, -default, -(2**31) - 1)


@law("PAGE-08", MUST, ref=f"{LIMIT}/outside")
def a_limit_far_above_the_range_means_the_default(probe: Probe) -> None:
    """A limit far above the largest means the default, however long its number is."""
    limit = probe.document.paging.limit
    _means_default(probe, *((5 * limit.max,) if limit.max else ()), *FAR)


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
    _means_first(probe, -1, -7, -(2**31) - 1)


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
        came = f"{len(page.jobs)} jobs" if page.jobs else beginning(page.body)
        raise Broken("200 and no jobs", f"{came} came with {page.status}", [page])


@law("PAGE-14", MUST, ref="#/paths/~1public~1{projectKey}~1jobs/get/responses/200")
def a_page_far_past_the_end_is_empty(probe: Probe) -> None:
    """A page far past the end is a page without jobs, and not an error."""
    for number in (10**6, 2**31 - 1):
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
    paging = probe.document.paging
    limit = paging.limit.parameter
    parts = large // small
    for _ in range(3):
        before = probe.list_jobs(_page(probe, number, **{limit: large}))
        pieces = [
            probe.list_jobs(_page(probe, (number - 1) * parts + part, **{limit: small}))
            for part in range(1, parts + 1)
        ]
        after = probe.list_jobs(_page(probe, number, **{limit: large}))
        got = [job_id for piece in pieces for job_id in ids(piece.jobs)]
        if ids(before.jobs) == ids(after.jobs):
            if got != ids(before.jobs):
                wanted = f"jobs {ids(before.jobs)} on {parts} pages of {small}"
                raise Broken(wanted, f"jobs {got} came", [before, *pieces, after])
            return
        if set(got) <= {*ids(before.jobs), *ids(after.jobs)} and len(set(got)) >= large - 2:
            return  # the head moved, and the pieces are of both sides of the move
