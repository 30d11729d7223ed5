"""PAGE-01 to PAGE-08, PAGE-10 to PAGE-12, PAGE-14, PAGE-19: what the numbers of a page mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.contract.pages import Bound
from contracts.engine.extreme import HIGHEST, LOWEST
from contracts.engine.law import MUST
from contracts.engine.probe import Probe
from contracts.engine.verdict import Inapplicable, Inconclusive, Untested, Violation
from contracts.http.exchange import Exchange
from contracts.http.shown import is_success, list_page
from contracts.roles.declared import has_bound, has_pages
from contracts.roles.law import role_law
from contracts.roles.survey import get_known

TRIES = 3
"""How often pages are read again because the data moved between the reads."""


def _get_bound(probe: Probe, name: str) -> Bound:
    bound: Bound = getattr(probe.api.resource.pages, name)
    return bound


def _find_keys(probe: Probe, page: Exchange) -> list[Any]:
    return [probe.api.resource.find_key(record) for record in list_page(page, probe.api)]


def _expect_same(probe: Probe, given: Mapping[str, Any], same: Mapping[str, Any], why: str) -> None:
    """Break the law unless two queries get the same page; *same* is read before and after.

    One difference proves nothing, since data may move and leave no trace: it is found again.
    """
    suspected = False
    for _ in range(TRIES):
        before, page, after = map(probe.list_page, (same, given, same))
        if not is_success(page, probe.api):
            probe.require_certain(page)
            raise Violation(f"the page that {why}", f"{_show(given)} got {page.status}", [page])
        frame, got = _find_keys(probe, before), _find_keys(probe, page)
        if frame != _find_keys(probe, after):
            continue
        if got == frame:
            probe.exercise(_show(given))
            return
        if suspected:
            expected = f"the {len(frame)} records that {why}"
            raise Violation(expected, f"{_show(given)} got {len(got)}", [before, page, after])
        suspected = True
    raise Inconclusive("the list changed each time it was read")


def _show(query: Mapping[str, Any]) -> str:
    return "&".join(f"{name}={value}" for name, value in query.items()) or "no query"


def _expect_outside(probe: Probe, bound: Bound, value: int, rest: Mapping[str, Any]) -> None:
    """Break the law unless *value*, which is outside of *bound*, means what is declared."""
    given = {**rest, bound.parameter: value}
    if isinstance(bound.outside, int):
        page = probe.list_page(given)
        probe.expect_status(page, bound.outside, f"for {_show(given)}")
        probe.exercise(_show(given))
        return
    nearest = bound.max if bound.max is not None and value > bound.max else bound.min
    meant = bound.default if bound.outside == "default" else nearest
    if meant is None:
        raise Inapplicable(f"the document does not say what the {bound.outside} is")
    get_known(probe, 1, "to tell one page from another")
    _expect_same(probe, given, {**rest, bound.parameter: meant}, f"{bound.parameter}={meant} gets")


def _require_more(probe: Probe, bound: Bound, other: int | None) -> None:
    """End the law as untested if two sizes of a page cannot be told apart here."""
    total = len(get_known(probe))
    if bound.default is None or other is None or total <= min(bound.default, other):
        raise Untested(f"the list has only {total} records: from there on all sizes are the same")


@role_law("PAGE-01", MUST, ref="@pages/limit/default", when=has_bound("limit", "default"))
def a_list_without_limit_has_the_default(probe: Probe) -> None:
    """Without a limit, the size of a page is the default."""
    limit = _get_bound(probe, "limit")
    get_known(probe, 1, "to have a page")
    _expect_same(probe, {}, {limit.parameter: limit.default}, "the default gets")
    total = len(get_known(probe))
    if limit.default is not None and total <= limit.default:
        raise Untested(f"the list has only {total} records: the page holds them all")


@role_law("PAGE-02", MUST, ref="@pages/limit/min", when=has_bound("limit", "min"))
def the_smallest_limit_is_honoured(probe: Probe) -> None:
    """With the smallest limit, a page holds no more than that many records."""
    _expect_size(probe, _get_bound(probe, "limit").min or 0)


@role_law("PAGE-03", MUST, ref="@pages/limit/max", when=has_bound("limit", "max"))
def the_largest_limit_is_honoured(probe: Probe) -> None:
    """The largest limit is accepted, and a page holds no more than that many records."""
    _expect_size(probe, _get_bound(probe, "limit").max or 0)


@role_law("PAGE-04", MUST, ref="@pages/limit", when=has_bound("limit"))
def a_limit_inside_the_range_is_honoured(probe: Probe) -> None:
    """With a limit inside its range, a page holds no more than that many records."""
    limit = _get_bound(probe, "limit")
    for size in (2, 3, 5):
        if (limit.min or 1) <= size <= (limit.max or size):
            _expect_size(probe, size)


def _expect_size(probe: Probe, size: int) -> None:
    """Break the law unless a page of *size* holds that many; a page by cursor may hold fewer."""
    pages, limit = probe.api.resource.pages, _get_bound(probe, "limit")
    known = get_known(probe, 1, "to fill a page")
    exact = pages is not None and pages.style in ("page", "offset")
    suspected = False
    for _ in range(TRIES):
        page = probe.list_page({limit.parameter: size})
        count = len(list_page(page, probe.api))
        if not is_success(page, probe.api) or count > size:
            actual = f"{page.status} with {count} records was returned"
            raise Violation(f"{size} records for limit {size}", actual, [page])
        if not exact or count == size or count == len(known):
            probe.exercise(f"limit={size}")
            return
        now = probe.list_page({})
        if count < min(size, len(list_page(now, probe.api))):
            if suspected:
                expected = f"{size} records for limit {size}"
                raise Violation(expected, f"{count} were returned", [page, now])
            suspected = True
    raise Inconclusive(f"the list had fewer than {size} records when it was read again")


@role_law(
    "PAGE-05",
    MUST,
    ref="@pages/limit/outside",
    when=has_bound("limit", "max", "outside", "default"),
)
def a_limit_just_above_the_range_means_what_is_declared(probe: Probe) -> None:
    """A limit just above the largest is refused, or means the default or the nearest, as said."""
    limit = _get_bound(probe, "limit")
    _expect_outside(probe, limit, (limit.max or 0) + 1, {})
    if not isinstance(limit.outside, int):
        _require_more(probe, limit, limit.max)


@role_law(
    "PAGE-06",
    MUST,
    ref="@pages/limit/outside",
    when=has_bound("limit", "min", "outside", "default"),
)
def a_limit_just_below_the_range_means_what_is_declared(probe: Probe) -> None:
    """A limit just below the smallest is refused, or means the default or the nearest, as said."""
    limit = _get_bound(probe, "limit")
    _expect_outside(probe, limit, (limit.min or 0) - 1, {})


@role_law(
    "PAGE-07",
    MUST,
    ref="@pages/limit/outside",
    when=has_bound("limit", "min", "outside", "default"),
)
def a_negative_limit_means_what_is_declared(probe: Probe) -> None:
    """A negative limit is refused, or means the default or the smallest, as declared."""
    for value in (-7, LOWEST):
        _expect_outside(probe, _get_bound(probe, "limit"), value, {})


@role_law("PAGE-10", MUST, ref="@pages/page/default", when=has_bound("page", "default"))
def a_list_without_page_is_the_default_page(probe: Probe) -> None:
    """Without a page, the default page is returned."""
    page = _get_bound(probe, "page")
    get_known(probe, 1, "to tell a page from none")
    _expect_same(probe, {}, {page.parameter: page.default}, "the default page has")


@role_law(
    "PAGE-11", MUST, ref="@pages/page/outside", when=has_bound("page", "min", "outside", "default")
)
def a_page_just_below_the_range_means_what_is_declared(probe: Probe) -> None:
    """A page just below the first is refused, or means the default or the first, as declared."""
    page = _get_bound(probe, "page")
    _expect_outside(probe, page, (page.min or 0) - 1, {})


@role_law(
    "PAGE-12", MUST, ref="@pages/page/outside", when=has_bound("page", "min", "outside", "default")
)
def a_negative_page_means_what_is_declared(probe: Probe) -> None:
    """A negative page is refused, or means the default or the first, as declared."""
    for value in (-7, LOWEST):
        _expect_outside(probe, _get_bound(probe, "page"), value, {})


@role_law(
    "PAGE-19",
    MUST,
    ref="@pages/offset/outside",
    when=has_bound("offset", "min", "outside", "default"),
)
def an_offset_below_the_range_means_what_is_declared(probe: Probe) -> None:
    """An offset below the first is refused, or means the default or the first, as declared."""
    offset = _get_bound(probe, "offset")
    for value in ((offset.min or 0) - 1, -7):
        _expect_outside(probe, offset, value, {})


@role_law("PAGE-14", MUST, ref="@pages", when=has_pages("page", "offset"))
def a_page_past_the_end_has_no_records(probe: Probe) -> None:
    """A page far past the end has no records; it may be an error, if that is declared."""
    pages = probe.api.resource.pages
    bound = _get_bound(probe, "page" if pages and pages.style == "page" else "offset")
    # As an offset it is far beyond any list, and as a number of a page as well.
    for number in (HIGHEST // 2, HIGHEST - 1):
        page = probe.list_page({bound.parameter: number})
        count = len(list_page(page, probe.api))
        if count:
            expected = f"no records for {bound.parameter}={number}"
            raise Violation(expected, f"{count} were returned", [page])
        if probe.api.resource.list.find_response(page.status or 0) is None:
            expected = f"an empty page or a declared error for {bound.parameter}={number}"
            raise Violation(expected, f"it was {page.status}", [page])
        probe.exercise(f"{bound.parameter}={number}")
