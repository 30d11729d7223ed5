"""Deviations of `x-pagination`: numbers, pages, cursors, totals, links and the order of a list."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from mockserver.contract.contract import Cursor, Grade
from mockserver.contract.operations import Operation
from mockserver.deviations import paging_records as turns
from mockserver.deviations.deviation import (
    Around,
    Deviation,
    InterceptedCall,
    Level,
    OtherRecords,
    decode_body,
)
from mockserver.deviations.names import spell
from mockserver.deviations.paging_records import Turn, turn_pages
from mockserver.http.messages import Response
from mockserver.records.kind import Kind
from mockserver.records.listing.numbers import least_offset, least_page
from mockserver.records.listing.request import cursor_of
from mockserver.records.places import Place

_LINK = re.compile(r"<([^>]*)>")
_OK = 200
_REFUSED = 400
_OTHER_REFUSALS = {400: 422}


def derive(kind: Kind) -> Iterator[Deviation]:
    """Yield the deviations of the pages of *kind*."""
    listing = kind.resource.list
    if listing is None or kind.resource.pages is None:
        return
    pages = _Pages(kind, listing.value)
    if kind.pages.style != "none":
        yield from pages.derive_ends()
        yield from pages.derive_cursor()
    yield from pages.derive_rest()
    for state in kind.states:
        yield pages.turn(
            f"hides-{spell(state)}", f"Leaves out of lists what is {state}.", turns.hide(state)
        )


class _Pages:
    """The list of a *kind* and how it can be broken."""

    def __init__(self, kind: Kind, operation: Operation) -> None:
        self._kind = kind
        self._pages = kind.pages
        self._operation = operation
        fact = kind.resource.pages
        is_declared = fact is not None and fact.grade is Grade.DECLARED
        self._level: Level = "must" if is_declared else "conforming"
        self._cursor = cursor_of(kind.pages)
        self._is_counted = self._cursor is None

    def derive_ends(self) -> Iterator[Deviation]:
        """Yield what is wrong where one page ends and another begins, and with the last one."""
        pages = self._pages
        yield self.turn(
            "pages-overlap",
            "Begins each page with the last record of the one before.",
            turns.overlap,
        )
        yield self.turn(
            "pages-skip-a-record",
            "Leaves out the first record of each page but the first.",
            turns.skip,
        )
        if self._is_counted:
            around = _refuse_past_the_end(self._kind, self._operation)
            does = "Answers 404 for a page past the end instead of an empty one."
            yield self._make("past-the-end-is-404", does, around=around)
            does = "Shows the first page again past the end, so that a client never stops."
            yield self.turn("past-the-end-starts-over", does, turns.start_over)
        if pages.next is not None or pages.more is not None:
            does = "Says of every page that it is the last one."
            yield self.turn("next-is-missing", does, turns.say_the_last)
            does = "Says of the last page that another one follows."
            yield self.turn("next-never-ends", does, turns.say_more)
        if pages.total is not None:
            does = "Counts one record more than there are."
            yield self.turn("total-is-wrong", does, turns.count_one_more)
        if self._has_links:
            does = "Leaves the filters out of the links from page to page."
            yield self._make("links-lose-filters", does, around=self._lose_filters)

    def derive_cursor(self) -> Iterator[Deviation]:
        """Yield what is wrong with the cursor."""
        cursor = self._cursor
        if cursor is not None and cursor.where == "query":
            does = f"Takes a made-up {cursor.parameter} for none, and shows the first page."
            level: Level = self._level if cursor.unknown is not None else "conforming"
            name = f"made-up-{spell(cursor.parameter)}-is-accepted"
            around = _accept_any(cursor, self._operation)
            yield self._make(name, does, level=level, around=around)

    def derive_rest(self) -> Iterator[Deviation]:
        """Yield what is wrong with a list, whether or not it has pages."""
        is_stated = self._pages.order is not None and self._level == "must"
        level: Level = "must" if is_stated else "conforming"
        does = "Shows lists from their other end."
        turned = turn_pages(self._kind.name, turns.turn_round)
        yield self._make("order-is-turned-round", does, level=level, records=turned)

    @property
    def _has_links(self) -> bool:
        places = (self._pages.next, self._pages.previous, self._pages.first, self._pages.last)
        headers = [place.header for place in places if place is not None]
        return any(str(header).lower() == "link" for header in headers)

    async def _lose_filters(self, call: InterceptedCall) -> Response:
        response = await call.respond()
        if call.name != self._operation.name or "Link" not in response.headers:
            return response
        bounds = (self._pages.limit, self._pages.page, self._pages.offset, self._cursor)
        names = {bound.parameter for bound in bounds if bound is not None}

        def strip(found: "re.Match[str]") -> str:
            parts = urlsplit(found[1])
            kept = [pair for pair in parse_qsl(parts.query) if pair[0] in names]
            return f"<{urlunsplit(parts._replace(query=urlencode(kept)))}>"

        return response.with_headers({"Link": _LINK.sub(strip, response.headers["Link"])})

    def turn(self, name: str, does: str, turn: Turn) -> Deviation:
        """Return the deviation that pages are what *turn* makes of them."""
        return self._make(name, does, records=turn_pages(self._kind.name, turn))

    def _make(
        self,
        name: str,
        does: str,
        *,
        level: Level | None = None,
        records: OtherRecords | None = None,
        around: Around | None = None,
    ) -> Deviation:
        return Deviation(
            name,
            self._level if level is None else level,
            does,
            f"{self._operation.node.pointer}/x-pagination",
            resource=self._kind.name,
            records=records,
            around=around,
        )


def _refuse_past_the_end(kind: Kind, operation: Operation) -> Around:
    pages = kind.pages
    bounds = (pages.page, pages.offset)
    first = least_page(pages) if pages.offset is None else least_offset(pages.offset)
    names = [bound.parameter for bound in bounds if bound is not None]

    async def around(call: InterceptedCall) -> Response:
        response = await call.respond()
        if call.name != operation.name or response.status != _OK:
            return response
        is_further = any((call.number(name) or first) > first for name in names)
        shown = Place(kind.pages.items).read(decode_body(response))
        return call.refuse(404, "there is no such page") if is_further and shown == [] else response

    return around


def _accept_any(cursor: Cursor, operation: Operation) -> Around:
    names = [name for name in (cursor.parameter, cursor.back) if name is not None]

    async def around(call: InterceptedCall) -> Response:
        response = await call.respond()
        given = [name for name in names if call.text(name) is not None]
        if call.name != operation.name or response.status < _REFUSED or not given:
            return response
        first = await call.respond_with(dict.fromkeys(given))
        return first if first.status < _REFUSED else response

    return around
