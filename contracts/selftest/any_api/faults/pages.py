"""Faults made of how the list pages: its numbers, its cursors, and what it says of other pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from contracts.contract.api import Api
from contracts.contract.pages import Bound, Pages
from contracts.selftest.any_api.call import Call, Entry
from contracts.selftest.any_api.faults.promise import Fault, Promise, Unchecked, play_pages
from contracts.selftest.any_api.listing import Page
from contracts.selftest.any_api.miniature import AnyMiniature


class RepeatsTheFirstPage(AnyMiniature):
    """Each page is the first."""

    def cut(self, call: Call, whole: Sequence[Entry]) -> Page:
        pages = self.api.resource.pages
        leading = (pages.page, pages.offset, pages.cursor) if pages else ()
        led = [one.parameter for one in leading if one]
        query = {n: v for n, v in call.request.query.items() if n not in led}
        return super().cut(replace(call, request=replace(call.request, query=query)), whole)


class RepeatsARecord(AnyMiniature):
    """Each page but the first begins with the last record of the one before."""

    def cut_at(self, whole: Sequence[Entry], start: int, limit: int, number: int = 0) -> Page:
        return super().cut_at(whole, start - 1 if start > 0 else 0, limit, number)


class SkipsARecord(AnyMiniature):
    """Each page but the first begins one record too late."""

    def cut_at(self, whole: Sequence[Entry], start: int, limit: int, number: int = 0) -> Page:
        return super().cut_at(whole, start + 1 if start > 0 else 0, limit, number)


class SkipsAfterACursor(AnyMiniature):
    """The page after a cursor begins one record too late."""

    def skip_to(self, whole: Sequence[Entry], cursor: str | None) -> Sequence[Entry]:
        return super().skip_to(whole, cursor)[1 if cursor else 0 :]


class StopsEarly(AnyMiniature):
    """Each page but the first lacks its last record."""

    def cut_at(self, whole: Sequence[Entry], start: int, limit: int, number: int = 0) -> Page:
        page = super().cut_at(whole, start, limit, number)
        return replace(page, entries=page.entries[:-1]) if start > 0 else page


class TurnsPagesAround(AnyMiniature):
    """The order of the records is another one each time."""

    turns = 0

    def order(self, entries: Sequence[Entry]) -> list[Entry]:
        self.turns += 1
        found = super().order(entries)
        return [*found[:6][:: 1 if self.turns % 2 else -1], *found[6:]]


class OrdersTheOtherWay(AnyMiniature):
    """The order is turned around."""

    def order(self, entries: Sequence[Entry]) -> list[Entry]:
        return super().order(entries)[::-1]


class RepeatsTheLastPage(AnyMiniature):
    """A page past the end is the last one."""

    def cut_at(self, whole: Sequence[Entry], start: int, limit: int, number: int = 0) -> Page:
        last = max(0, (len(whole) - 1) // max(limit, 1) * max(limit, 1))
        return super().cut_at(whole, min(start, last), limit, number)


class CountsOneMore(AnyMiniature):
    """The total is one too high."""

    def show_page(self, call: Call, page: Page, total: int) -> Any:
        return super().show_page(call, page, total + 1)


class CountsThePage(AnyMiniature):
    """The total is the number of records on the page."""

    def show_page(self, call: Call, page: Page, total: int) -> Any:
        return super().show_page(call, page, len(page.entries))


@dataclass
class SaysOfMore(AnyMiniature):
    """Each page says the same of whether there are more."""

    says: bool = True

    def show_page(self, call: Call, page: Page, total: int) -> Any:
        return super().show_page(call, replace(page, more=self.says), total)


class NamesTheFirstAsLast(AnyMiniature):
    """The key of the last record is that of the first."""

    def tell_next(self, call: Call, page: Page) -> Any:
        return super().tell_next(call, replace(page, entries=page.entries[:1]))


class LinksTooFar(AnyMiniature):
    """The link to the next page leads to the one after it."""

    def name_next(self, entries: Sequence[Entry], number: int) -> str | int | None:
        return super().name_next(entries, number + 1)


class LinksWithoutEnd(AnyMiniature):
    """The last page has a link to another one."""

    def tell_next(self, call: Call, page: Page) -> Any:
        return super().tell_next(call, replace(page, more=True))


class TakesAnyCursor(AnyMiniature):
    """A cursor that no page has given is taken for none."""

    def skip_to(self, whole: Sequence[Entry], cursor: str | None) -> Sequence[Entry]:
        known = cursor in [*map(self.find_token, whole)]
        return super().skip_to(whole, cursor if known else None)


ANY_STYLE, BY_NUMBER, BY_CURSOR = "page offset cursor link", "page offset", "cursor link"

BY_STYLE: Sequence[tuple[str, str, type[AnyMiniature]]] = (
    ("each page is the first", ANY_STYLE, RepeatsTheFirstPage),
    ("each page repeats the last record of the one before", BY_NUMBER, RepeatsARecord),
    ("a record is left out between pages", BY_NUMBER, SkipsARecord),
    ("a record is left out after each cursor", BY_CURSOR, SkipsAfterACursor),
    ("pages are one record short", BY_NUMBER, StopsEarly),
    ("the order is another one each time", ANY_STYLE, TurnsPagesAround),
    ("a page past the end is the last one", BY_NUMBER, RepeatsTheLastPage),
)
"""What a list can do wrong, and the styles of pages that it is wrong for."""

LEAVING_OUT = (SkipsARecord, SkipsAfterACursor, StopsEarly)
"""What shows where pages of another size have the record."""


def derive(api: Api) -> Iterator[Promise]:
    """Go through what the pages promise."""
    pages = api.resource.pages
    if pages is None:
        return
    for sentence, styles, kind in BY_STYLE:
        if pages.style in styles.split() and (pages.limit or kind not in LEAVING_OUT):
            yield Fault(sentence, pages.clause, kind)
    if pages.limit is None and pages.style != "none":
        why = "pages have one size only, and what all of them leave out cannot be missed"
        yield Unchecked("that the pages together hold every record", pages.clause, why)
    yield from _derive_said(pages)
    for name in ("limit", "page", "offset"):
        bound = getattr(pages, name)
        if bound is not None:
            yield from _derive_bound(api, pages, name, bound)


def _derive_said(pages: Pages) -> Iterator[Promise]:
    """Go through what pages promise of the whole list and of each other."""
    at = pages.clause
    if pages.total is not None:
        yield Fault("the total is one too high", f"{at}/total", CountsOneMore)
        yield Fault("the total is that of the page", f"{at}/total", CountsThePage)
    if pages.more is not None:
        yield Fault("each page says that there are more", f"{at}/more", SaysOfMore)
        said = {"says": False}
        yield Fault("no page says that there are more", f"{at}/more", SaysOfMore, settings=said)
    cursor = pages.cursor
    if pages.next is not None and cursor is not None and cursor.kind == "key":
        sentence = "a page names its first record as the last"
        yield Fault(sentence, f"{at}/next", NamesTheFirstAsLast)
    elif pages.next is not None and pages.style == "page":
        yield Fault("a page links to the one after the next", f"{at}/next", LinksTooFar)
        yield Fault("the last page links to another one", f"{at}/next", LinksWithoutEnd)
    if cursor is not None and cursor.unknown is not None:
        yield Fault("a made-up cursor is taken for none", f"{at}/cursor/unknown", TakesAnyCursor)
    if pages.order is not None and pages.order.by is not None:
        yield Fault("the order is turned around", f"{at}/order", OrdersTheOtherWay)


def _derive_bound(api: Api, pages: Pages, name: str, bound: Bound) -> Iterator[Promise]:
    at = f"{pages.clause}/{name}"

    def make(member: str, value: Any) -> Fault:
        plays = play_pages(api, **{name: replace(bound, **{member: value})})
        return Fault(f"the {member} of {name} is {value}", f"{at}/{member}", plays=plays)

    if bound.default is not None:
        yield make("default", bound.default + 1)
        if name == "limit":
            yield make("default", bound.default - 1)
    if name == "limit" and bound.max is not None:
        known = bound.outside is not None and bound.default is not None
        if bound.outside == "default" and bound.default == bound.max:
            why = "a limit above the range means the largest one as well"
            yield Unchecked("that the largest limit is inside of the range", f"{at}/max", why)
        elif pages.style in ("page", "offset"):
            yield make("max", bound.max - 1)
        else:
            why = "a page by cursor may hold fewer records than the limit"
            yield Unchecked("that the largest limit is honoured", f"{at}/max", why)
        if known and bound.outside != "nearest" and bound.default != bound.max:
            yield make("max", bound.max + 1)
    if bound.min is not None and bound.outside is not None and bound.default is not None:
        yield from (make("outside", one) for one in _list_others(bound))
    elif bound.min is not None:
        why = "the contract does not say what a number outside of the range means"
        yield Unchecked(f"the min of {name}", f"{at}/min", why)


def _list_others(bound: Bound) -> Iterator[str | int]:
    """Go through what a number below the range would mean otherwise, and that can be told."""
    if bound.outside != 400:
        yield 400
    else:
        yield 422
    if isinstance(bound.outside, int):
        yield "default"
    if bound.outside == "default" and bound.min not in (bound.default, 0):
        yield "nearest"
    if bound.outside == "nearest" and bound.min != bound.default:
        yield "default"
