"""PAGE-16 to PAGE-18: a limit or page of more than 32 bits, which no deployment has to read."""

from __future__ import annotations

from functools import partial

from contracts.engine.extreme import HIGHEST, LOWEST
from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.law import SHOULD, law
from contracts.laws.clauses import LIMIT, LIST, PAGE
from contracts.laws.listing.compare import expect_same_page
from contracts.laws.listing.jobs import require_jobs
from contracts.laws.listing.stretch import build_query

FAR = (HIGHEST + 1, 2**63, 10**30)
"""One beyond 32 bits, one beyond 64, and one beyond any type of a database."""


@law("PAGE-16", SHOULD, ref=f"{LIMIT}/outside")
def a_limit_beyond_32_bits_means_the_default(probe: JobsProbe) -> None:
    """A limit of more than 32 bits means the default, whatever its length."""
    require_jobs(probe, 1, "to tell one page from another")
    default = build_query(probe.document, limit=probe.document.paging.limit.default)

    def look(probe: JobsProbe, value: int) -> None:
        query = build_query(probe.document, limit=value)
        expect_same_page(probe, query, default, "the default gets")
        probe.exercise(f"limit={value}")

    probe.gather([partial(look, value=value) for value in (*FAR, LOWEST - 1, -FAR[-1])])


@law("PAGE-17", SHOULD, ref=f"{LIST}/responses/200")
def a_page_beyond_32_bits_is_empty_or_the_first(probe: JobsProbe) -> None:
    """A page of more than 32 bits is either past the end and empty, or out of range and the first.

    The position of its first job, page times limit, may need more bits than the number itself: an
    overflow of that product must neither return another page nor be an error.
    """
    first = build_query(probe.document, page=probe.document.paging.page.default)

    def look(probe: JobsProbe, number: int) -> None:
        query = build_query(probe.document, page=number)
        response = probe.list_jobs(query)
        if response.status != 200 or response.data != []:
            expect_same_page(probe, query, first, "the first page has")
        probe.exercise(f"page={number}")

    probe.gather([partial(look, number=number) for number in (*FAR, 10**18)])


@law("PAGE-18", SHOULD, ref=f"{PAGE}/outside")
def a_page_far_below_the_range_means_the_first(probe: JobsProbe) -> None:
    """A negative page of more than 32 bits means the first."""
    require_jobs(probe, 1, "to tell a page from none")
    first = build_query(probe.document, page=probe.document.paging.page.default)

    def look(probe: JobsProbe, value: int) -> None:
        query = build_query(probe.document, page=value)
        expect_same_page(probe, query, first, "the first page has")
        probe.exercise(f"page={value}")

    probe.gather([partial(look, value=value) for value in (LOWEST - 1, -FAR[1], -FAR[-1])])
