"""WALK-05: the end of the list, and what the last page holds."""

from __future__ import annotations

from functools import partial

from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.law import MUST, law
from contracts.engine.verdict import Inconclusive, Violation
from contracts.laws.clauses import PAGING
from contracts.laws.listing.jobs import get_survey, require_jobs
from contracts.laws.listing.stretch import (
    Reading,
    Span,
    fetch_page,
    get_ids,
    get_largest_limit,
    read_pages,
)

TRIES = 4
"""How often the end of the list is read again because it changed."""


@law("WALK-05", MUST, ref=PAGING, after=["WALK-01"])
def the_last_page_holds_the_rest(probe: JobsProbe) -> None:
    """The last page holds the remaining jobs; if limit divides the total, it is full.

    Which jobs these are is known from the last pages of the largest limit, read before and after.
    """
    require_jobs(probe, 4, "to have a last page")
    settled = probe.gather([partial(_judge_end, divides=divides) for divides in (True, False)])
    if not all(settled):
        raise Inconclusive("the end of the list changed each time it was read")


def _judge_end(probe: JobsProbe, *, divides: bool) -> bool:
    """Judge the last page of one limit and the page after it; False if the list kept changing."""
    size, mismatches = get_largest_limit(probe.document), 0
    total = get_survey(probe).total
    for _ in range(TRIES):
        before = _read_end(probe, total)
        if not before.ids:
            total = max(1, total - size)
            continue
        total = before.first * size + len(before.ids)
        limit = _choose_limit(total, len(before.ids), size, divides=divides)
        if limit is None:
            return True
        last = (total - 1) // limit
        pages = probe.gather(
            [
                partial(fetch_page, limit=limit, number=number, project=None)
                for number in (last, last + 1)
            ]
        )
        if _read_end(probe, total).ids != before.ids:
            continue
        wanted = before.ids[last * limit - total :]
        got = [get_ids(page.jobs) for page in pages]
        if got == [wanted, []]:
            probe.exercise("full last pages" if divides else "last pages with a rest")
            return True
        mismatches += 1
        if mismatches > 1:
            number = last + probe.document.paging.page.min
            raise Violation(
                f"jobs {wanted} on page {number} of limit={limit}, and none after it",
                f"page {number} had {got[0]} and the next one {got[1]}",
                pages,
            )
    return False


def _read_end(probe: JobsProbe, total: int) -> Reading:
    """Read the last pages of the largest limit, *total* being about how many jobs there are."""
    size = get_largest_limit(probe.document)
    start = max(0, (total - 1) // size - 1) * size
    return read_pages(probe, size, Span(start), None, most=5, expected=3)


def _choose_limit(total: int, known: int, most: int, *, divides: bool) -> int | None:
    """Return a limit up to *most* that does or does not divide *total*; *known* jobs fill it."""
    limits = range(2 if divides else 3, min(known, most) + 1)
    return next((n for n in limits if (total % n == 0) is divides), None)
