"""PAGE-10 to PAGE-15: what the parameter page means, on each side of each bound."""

from __future__ import annotations

from contracts.engine.extreme import HIGHEST, LOWEST
from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.law import MUST, law
from contracts.engine.verdict import Inconclusive, Violation
from contracts.http.excerpt import cut_beginning
from contracts.http.exchange import Exchange
from contracts.laws.clauses import LIST, PAGE, PAGING
from contracts.laws.listing.compare import TRIES, expect_same_page
from contracts.laws.listing.jobs import require_jobs
from contracts.laws.listing.stretch import build_query, get_ids


@law("PAGE-10", MUST, ref=f"{PAGE}/default")
def a_list_without_page_is_the_first_page(probe: JobsProbe) -> None:
    """Without page, the first page is returned."""
    require_jobs(probe, 2, "to tell one page from another")
    first = build_query(probe.document, limit=1, page=probe.document.paging.page.default)
    expect_same_page(probe, build_query(probe.document, limit=1), first, "the first page has")
    probe.exercise("lists without page")


def _expect_first(probe: JobsProbe, *values: int) -> None:
    require_jobs(probe, 1, "to tell a page from none")
    first = build_query(probe.document, page=probe.document.paging.page.default)
    for value in values:
        expect_same_page(
            probe, build_query(probe.document, page=value), first, "the first page has"
        )
        probe.exercise(f"page={value}")


@law("PAGE-11", MUST, ref=f"{PAGE}/outside")
def a_page_just_below_the_range_means_the_first(probe: JobsProbe) -> None:
    """A page just below the first, such as 0, means the first."""
    _expect_first(probe, probe.document.paging.page.min - 1)


@law("PAGE-12", MUST, ref=f"{PAGE}/outside")
def a_negative_page_means_the_first(probe: JobsProbe) -> None:
    """A negative page means the first."""
    _expect_first(probe, -1, -7, LOWEST)


@law("PAGE-13", MUST, ref=f"{PAGE}/outside")
def a_page_below_the_range_keeps_the_limit(probe: JobsProbe) -> None:
    """A page below its range means the first page with the requested limit."""
    require_jobs(probe, 4, "to tell one page from another")
    given, first = (build_query(probe.document, limit=3, page=number) for number in (0, 1))
    expect_same_page(probe, given, first, "the first page has")
    probe.exercise("pages of three")


def _expect_empty(page: Exchange) -> None:
    if page.status != 200 or page.data != []:
        content = f"{len(page.jobs)} jobs" if page.jobs else cut_beginning(page.body)
        raise Violation("200 and no jobs", f"{page.status} with {content} was returned", [page])


@law("PAGE-14", MUST, ref=f"{LIST}/responses/200")
def a_page_far_past_the_end_is_empty(probe: JobsProbe) -> None:
    """A page far past the end has no jobs, and is not an error."""
    for number in (10**6, HIGHEST):
        _expect_empty(probe.list_jobs(build_query(probe.document, page=number)))
        probe.exercise(f"page={number}")


@law("PAGE-15", MUST, ref=PAGING)
def a_page_is_a_window_of_the_list(probe: JobsProbe) -> None:
    """Limit and page together select one window of the list: no job is skipped or repeated.

    Two pages of three are compared with one page of six, which is read before and after. The law is
    inconclusive if the beginning of the list changes each time.
    """
    require_jobs(probe, 6, "to have two pages of three")
    three, six = 3, 6
    for first in (1, 2):
        _expect_window(probe, first, three, six)
        probe.exercise("windows")


def _expect_window(probe: JobsProbe, number: int, small: int, large: int) -> None:
    parts = large // small
    whole = build_query(probe.document, limit=large, page=number)
    splits = [
        build_query(probe.document, limit=small, page=(number - 1) * parts + part)
        for part in range(1, parts + 1)
    ]
    suspected = False
    for _ in range(TRIES):
        before = probe.list_jobs(whole)
        pieces = [probe.list_jobs(split) for split in splits]
        after = probe.list_jobs(whole)
        frame, got = get_ids(before.jobs), [i for piece in pieces for i in get_ids(piece.jobs)]
        if frame != get_ids(after.jobs):
            continue  # the beginning of the list changed
        if got == frame:
            return
        # A job that was made and deleted between the reads leaves no trace, but not twice in a row.
        if suspected:
            wanted = f"jobs {frame} on {parts} pages of {small}"
            raise Violation(wanted, f"jobs {got} were returned", [before, *pieces, after])
        suspected = True
    raise Inconclusive("the beginning of the list changed each time it was read")
