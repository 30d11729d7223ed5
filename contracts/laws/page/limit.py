"""PAGE-01 to PAGE-09: what the parameter limit means, on each side of each bound."""

from __future__ import annotations

from contracts.engine.extreme import HIGHEST, LOWEST
from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.law import MUST, law
from contracts.engine.probe import Query
from contracts.engine.verdict import Inapplicable, Inconclusive, Untested, Violation
from contracts.laws.clauses import LIMIT
from contracts.laws.listing.compare import TRIES, expect_same_page
from contracts.laws.listing.jobs import get_known_jobs, require_jobs
from contracts.laws.listing.stretch import build_query, get_ids, get_largest_limit

MOST_LOST = 3
"""How many jobs that a short page lacks are read, to find out whether they still exist."""


def _expect_default(probe: JobsProbe, *values: int) -> None:
    """Break the law unless each of *values* means the default limit."""
    limit = probe.document.paging.limit
    total = require_jobs(probe, 1, "to tell one page from another")
    default = build_query(probe.document, limit=limit.default)
    for value in values:
        query = build_query(probe.document, limit=value)
        expect_same_page(probe, query, default, "the default gets")
        probe.exercise(f"limit={value}")
    if total <= limit.default:
        raise Untested(
            f"the project has only {total} jobs: from there on all limits return the same"
        )


def _expect_sizes(probe: JobsProbe, *limits: int) -> None:
    """Break the law unless a page with each of *limits* holds that many jobs."""
    total = require_jobs(probe, min(limits), f"to fill a page of {min(limits)}")
    for limit in (limit for limit in limits if limit <= total):
        _expect_full(probe, build_query(probe.document, limit=limit), limit)
        probe.exercise(f"limit={limit}")


def _expect_full(probe: JobsProbe, query: Query, size: int) -> None:
    """Break the law unless *query* gets *size* different jobs.

    The list had that many when it was walked. A shorter page is a violation if a job that is not on
    it can still be read, and if that happens again: jobs may have disappeared meanwhile.
    """
    suspected = False
    for _ in range(TRIES):
        page = probe.list_jobs(query)
        got = get_ids(page.jobs)
        count = len(page.jobs) - len(got) + len(set(got))
        if page.status != 200 or count > size:
            actual = f"{page.status} with {count} jobs was returned"
            raise Violation(f"{size} jobs for {query}", actual, [page])
        if count == size:
            return
        lost = [job_id for job_id in get_ids(get_known_jobs(probe)) if job_id not in got][
            :MOST_LOST
        ]
        if any(probe.get_job(job_id).status == 200 for job_id in lost):
            if suspected:
                actual = f"{count} were returned"
                raise Violation(f"{size} different jobs for {query}", actual, [page])
            suspected = True
    raise Inconclusive(f"the list had fewer than {size} jobs when it was read again")


@law("PAGE-01", MUST, ref=f"{LIMIT}/default")
def a_list_without_limit_has_the_default(probe: JobsProbe) -> None:
    """Without limit, the size of a page is the default."""
    limit = probe.document.paging.limit
    total = require_jobs(probe, 1, "to have a page")
    expect_same_page(
        probe, {}, build_query(probe.document, limit=limit.default), "the default gets"
    )
    if total >= limit.default:
        _expect_full(probe, {}, limit.default)
    if total <= limit.default:
        raise Untested(f"the project has only {total} jobs: the page holds them all")
    probe.exercise("pages without limit")


@law("PAGE-02", MUST, ref=f"{LIMIT}/min")
def the_smallest_limit_is_honoured(probe: JobsProbe) -> None:
    """With the smallest limit, a page holds that many jobs."""
    _expect_sizes(probe, probe.document.paging.limit.min)


@law("PAGE-03", MUST, ref=f"{LIMIT}/max")
def the_largest_limit_is_honoured(probe: JobsProbe) -> None:
    """With the largest limit, a page holds that many jobs."""
    _expect_sizes(probe, get_largest_limit(probe.document))


@law("PAGE-04", MUST, ref=LIMIT)
def a_limit_inside_the_range_is_honoured(probe: JobsProbe) -> None:
    """With a limit inside its range, a page holds exactly that many jobs."""
    limit = probe.document.paging.limit
    some = {limit.min + 1, limit.default - 1, limit.default + 1, probe.random.randint(7, 40)}
    if limit.max:
        some.add(limit.max - 1)
    _expect_sizes(probe, *sorted(some))


@law("PAGE-05", MUST, ref=f"{LIMIT}/outside")
def a_limit_just_above_the_range_means_the_default(probe: JobsProbe) -> None:
    """A limit just above the largest means the default: it is not clamped to the bound."""
    limit = probe.document.paging.limit
    if limit.max is None:
        raise Inapplicable("the contract has no largest limit")
    _expect_default(probe, limit.max + 1)


@law("PAGE-06", MUST, ref=f"{LIMIT}/outside")
def a_limit_just_below_the_range_means_the_default(probe: JobsProbe) -> None:
    """A limit just below the smallest, such as 0, means the default."""
    _expect_default(probe, probe.document.paging.limit.min - 1)


@law("PAGE-07", MUST, ref=f"{LIMIT}/outside")
def a_negative_limit_means_the_default(probe: JobsProbe) -> None:
    """A negative limit means the default."""
    default = probe.document.paging.limit.default
    _expect_default(probe, -1, -default, LOWEST)


@law("PAGE-08", MUST, ref=f"{LIMIT}/outside")
def a_limit_far_above_the_range_means_the_default(probe: JobsProbe) -> None:
    """A limit far above the largest means the default, up to the largest integer of 32 bits."""
    limit = probe.document.paging.limit
    _expect_default(probe, *((5 * limit.max,) if limit.max else ()), HIGHEST)


@law("PAGE-09", MUST, ref=f"{LIMIT}/outside")
def a_limit_outside_the_range_does_not_affect_the_page(probe: JobsProbe) -> None:
    """A limit outside its range means the default on every page, not only on the first."""
    paging = probe.document.paging
    require_jobs(probe, paging.limit.default + 1, "to have a second page")
    second = paging.page.min + 1
    reference = build_query(probe.document, limit=paging.limit.default, page=second)
    for value in (paging.limit.min - 1, (paging.limit.max or 0) + 1):
        query = build_query(probe.document, limit=value, page=second)
        expect_same_page(probe, query, reference, "the second page of the default has")
        probe.exercise("second pages")
