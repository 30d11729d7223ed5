"""Deviations of `x-pagination`: numbers, pages, cursors, totals, links and the order of a list."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from msgspec import structs

from mockserver.contract.description.contract import Bound, Cursor, Grade, Pages, Resource
from mockserver.contract.description.operations import Operation
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
from mockserver.records.places import Place
from mockserver.records.refusals import choose_refusal
from mockserver.records.request import USUAL_LIMIT, cursor_of, least_page

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
        yield from pages.derive_numbers()
        yield from pages.derive_bounds_of_list()
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

    def derive_numbers(self) -> Iterator[Deviation]:
        """Yield what is wrong with the numbers that the list takes."""
        pages = self._pages
        usual = USUAL_LIMIT
        if pages.limit is not None:
            bound = pages.limit
            usual = bound.default or min(USUAL_LIMIT, bound.max or USUAL_LIMIT)
            yield from self._derive_bound("limit", bound, usual)
            other = 20 if usual != 20 else 10
            if bound.max is None or other <= bound.max:
                does = f"Shows {other} records where no {bound.parameter} is given."
                change = lambda b: structs.replace(b, default=other)  # noqa: E731 -- a change
                yield self._bound(
                    f"default-{spell(bound.parameter)}-is-{other}", does, "limit", change
                )
        if pages.page is not None:
            bound, least = pages.page, least_page(pages)
            yield from self._derive_bound("page", bound, least)
            origin, word = (0, "zero") if least else (1, "one")
            does = f"Counts pages from {origin}."
            change = lambda b: structs.replace(b, min=origin, default=origin)  # noqa: E731 -- a change
            yield self._bound(f"{spell(bound.parameter)}-{word}-based", does, "page", change)
        if pages.offset is not None:
            least = pages.offset.min or 0
            yield from self._derive_bound("offset", pages.offset, least)

    def _derive_bound(self, which: str, bound: Bound, usual: int) -> Iterator[Deviation]:
        name, parameter = spell(bound.parameter), bound.parameter
        said = "" if bound.outside is None else self._level
        level: Level = "must" if said == "must" else "conforming"

        def outside(value: str | int) -> Callable[[Bound], Bound]:
            return lambda b: structs.replace(b, outside=value)

        # Where the nearest bound is the default, nobody can tell.
        differs = bound.max is not None or bound.min not in (None, usual)
        if bound.outside not in (None, "nearest") and (differs or bound.outside != "default"):
            does = f"Moves a {parameter} outside its range to the nearest bound."
            yield self._bound(f"clamps-{name}", does, which, outside("nearest"), level)
        if bound.outside != "default":
            does = f"Takes the default for a {parameter} outside its range."
            yield self._bound(
                f"{name}-out-of-range-is-default", does, which, outside("default"), level
            )
        status = choose_refusal(self._kind)
        status = _OTHER_REFUSALS.get(status, 400) if bound.outside == status else status
        does = f"Answers {status} to a {parameter} outside its range."
        yield self._bound(f"{name}-out-of-range-is-{status}", does, which, outside(status), level)
        always = "the default number of records" if which == "limit" else "the first page"
        ignore = lambda b: structs.replace(  # noqa: E731 -- a change
            b, min=usual, max=usual, default=usual, outside="default"
        )
        yield self._bound(
            f"ignores-{name}", f"Always shows {always}, whatever {parameter} says.", which, ignore
        )

    def _bound(
        self,
        name: str,
        does: str,
        which: str,
        change: Callable[[Bound], Bound],
        level: Level | None = None,
    ) -> Deviation:
        def change_contract(resource: Resource) -> Resource:
            return change_pages(
                resource, lambda p: structs.replace(p, **{which: change(getattr(p, which))})
            )

        return self._make(name, does, level=level, contract=change_contract)

    def derive_bounds_of_list(self) -> Iterator[Deviation]:
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

    def _make(  # noqa: PLR0913 -- one of the ways in which a deviation works is given
        self,
        name: str,
        does: str,
        *,
        level: Level | None = None,
        contract: Callable[[Resource], Resource] | None = None,
        records: OtherRecords | None = None,
        around: Around | None = None,
    ) -> Deviation:
        return Deviation(
            name,
            self._level if level is None else level,
            does,
            f"{self._operation.node.pointer}/x-pagination",
            resource=self._kind.name,
            contract=contract,
            records=records,
            around=around,
        )


def change_pages(resource: Resource, change: Callable[[Pages], Pages]) -> Resource:
    """Return *resource* with the pages of its list changed."""
    said = resource.pages
    if said is None:
        return resource
    return structs.replace(resource, pages=structs.replace(said, value=change(said.value)))


def _refuse_past_the_end(kind: Kind, operation: Operation) -> Around:
    bounds = (kind.pages.page, kind.pages.offset)
    first = least_page(kind.pages) if kind.pages.page is not None else 0
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
