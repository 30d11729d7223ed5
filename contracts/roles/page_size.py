"""PAGE-01 to PAGE-04: a page holds as many records as its limit says."""

from __future__ import annotations

from contracts.contract.api import Api
from contracts.contract.pages import Bound
from contracts.engine.law import MUST
from contracts.engine.probe import Probe
from contracts.engine.verdict import Inapplicable, Inconclusive, Untested, Violation
from contracts.http.shown import is_success, list_page
from contracts.roles.declared import has_bound
from contracts.roles.law import role_law
from contracts.roles.same_page import TRIES, expect_same_page
from contracts.roles.survey import get_known
from contracts.roles.walking import take_walk


def _get_limit(probe: Probe) -> Bound:
    pages = probe.api.resource.pages
    if pages is None or pages.limit is None:
        raise Inapplicable("the document declares no limit")
    return pages.limit


@role_law("PAGE-01", MUST, ref="@pages/limit/default", when=has_bound("limit", "default"))
def a_list_without_limit_has_the_default(probe: Probe) -> None:
    """Without a limit, the size of a page is the default."""
    limit = _get_limit(probe)
    get_known(probe, 1, "to have a page")
    expect_same_page(probe, {}, {limit.parameter: limit.default}, "the default gets")
    total = len(get_known(probe))
    if limit.default is not None and total <= limit.default:
        raise Untested(f"the list has only {total} records: the page holds them all")


def has_smallest_limit(api: Api) -> str:
    """Say why the smallest limit is not judged, if it is not: -1, for one, asks for all records."""
    pages = api.resource.pages
    least = pages.limit.min if pages is not None and pages.limit is not None else None
    if least is not None and least < 0:
        return f"the smallest limit is {least}, which is not the size of a page"
    return has_bound("limit", "min")(api)


@role_law("PAGE-02", MUST, ref="@pages/limit/min", when=has_smallest_limit)
def the_smallest_limit_is_honoured(probe: Probe) -> None:
    """With the smallest limit, a page holds that many records; a page by cursor, no more."""
    _expect_size(probe, _get_limit(probe).min or 0)


@role_law("PAGE-03", MUST, ref="@pages/limit/max", when=has_bound("limit", "max"))
def the_largest_limit_is_honoured(probe: Probe) -> None:
    """With the largest limit, a page holds that many records; a page by cursor, no more."""
    _expect_size(probe, _get_limit(probe).max or 0)


@role_law("PAGE-04", MUST, ref="@pages/limit", when=has_bound("limit"))
def a_limit_inside_the_range_is_honoured(probe: Probe) -> None:
    """With a limit inside its range, a page holds that many records; a page by cursor, no more."""
    limit = _get_limit(probe)
    for size in (2, 3, 5):
        if (limit.min or 1) <= size <= (limit.max or size):
            _expect_size(probe, size)


def _expect_size(probe: Probe, size: int) -> None:
    """Break the law unless a page of *size* holds that many; a page by cursor may hold fewer.

    A shorter page has to hold the whole list. What that is, pages of another size say, which are
    read meanwhile: a page that lacks some of it is found twice, since records may be made.
    """
    pages, limit = probe.api.resource.pages, _get_limit(probe)
    get_known(probe, 1, "to fill a page")
    exact = pages is not None and pages.style in ("page", "offset")
    suspected = False
    for _ in range(TRIES):
        page = probe.list_page({limit.parameter: size})
        count = len(list_page(page, probe.api))
        if not is_success(page, probe.api) or count > size:
            actual = f"it was {page.status} with {count} records"
            raise Violation(f"{size} records for limit {size}", actual, [page])
        if not exact or count == size:
            probe.exercise(f"limit={size}")
            return
        walk = take_walk(probe, _choose_other(limit, size))
        if count >= min(size, len(set(walk.keys))):
            if walk.ended:
                probe.exercise(f"limit={size}")
                return
            continue
        if suspected:
            expected = f"{min(size, len(set(walk.keys)))} records for limit {size}"
            raise Violation(expected, f"{count} were returned", [page, *walk.pages[:2]])
        suspected = True
    raise Inconclusive(f"the list had fewer than {size} records when it was read again")


def _choose_other(limit: Bound, size: int) -> int | None:
    """Return the largest size that a page should have and that is not *size*, if one is declared.

    Half of the largest is one as well: a deployment may take that for the largest.
    """
    halves = [limit.max // 2] if limit.max else []
    declared = [n for n in (limit.default, limit.max, *halves) if n and n != size]
    return max(declared, default=None)
