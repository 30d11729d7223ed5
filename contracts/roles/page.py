"""PAGE-05 to PAGE-07, PAGE-10 to PAGE-12, PAGE-14, PAGE-19: what the numbers mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.contract.pages import Bound
from contracts.engine.extreme import HIGHEST, LOWEST
from contracts.engine.law import MUST
from contracts.engine.probe import Probe
from contracts.engine.verdict import Inapplicable, Untested, Violation
from contracts.http.shown import list_page
from contracts.roles.declared import has_bound, has_pages
from contracts.roles.law import role_law
from contracts.roles.same_page import describe_query, expect_same_page
from contracts.roles.survey import get_known


def _get_bound(probe: Probe, name: str) -> Bound:
    bound: Bound = getattr(probe.api.resource.pages, name)
    return bound


def _expect_outside(probe: Probe, bound: Bound, value: int, rest: Mapping[str, Any]) -> None:
    """Break the law unless *value*, which is outside of *bound*, means what is declared."""
    given = {**rest, bound.parameter: value}
    if isinstance(bound.outside, int):
        page = probe.list_page(given)
        probe.expect_status(page, bound.outside, f"for {describe_query(given)}")
        probe.exercise(describe_query(given))
        return
    nearest = bound.max if bound.max is not None and value > bound.max else bound.min
    meant = bound.default if bound.outside == "default" else nearest
    if meant is None:
        raise Inapplicable(f"the document does not say what the {bound.outside} is")
    get_known(probe, 1, "to tell one page from another")
    expect_same_page(
        probe, given, {**rest, bound.parameter: meant}, f"{bound.parameter}={meant} gets"
    )


def _require_more(probe: Probe, bound: Bound, other: int | None) -> None:
    """End the law as untested if two sizes of a page cannot be told apart here."""
    total = len(get_known(probe))
    if bound.default is None or other is None or total <= min(bound.default, other):
        raise Untested(f"the list has only {total} records: from there on all sizes are the same")


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
    expect_same_page(probe, {}, {page.parameter: page.default}, "the default page has")


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
