"""Compares pages that are windows of one list, of any API: by number, by offset, or its beginning.

No call of its own is sent but to make sure: a page that speaks against an earlier one is asked for
again first, since records move and are made meanwhile.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from contracts.contract.api import Api
from contracts.contract.json_values import get_value
from contracts.contract.pages import Bound, Pages
from contracts.contract.roles import Key
from contracts.engine.extreme import read_ordinary
from contracts.fuzzing.violations import CallViolation, Kind
from contracts.http.exchange import Exchange
from contracts.http.in_words import describe_records
from contracts.http.shown import is_success, list_page

Ask = Callable[[str], Exchange]
"""Sends GET to a URL with the headers of the call at hand."""

TRIES = 2
"""How often a page has to contradict another one: records may come and go between two responses."""

MOST_DOUBTS = 20
"""How many times in a run pages are asked for again. A list that grows is in doubt each time."""

MOST_PAGES = 200
"""How many pages are remembered; a new one takes the place of the oldest."""

FARTHEST = 2**31
"""Records: a page beyond that proves nothing, since servers differ in how they count so far."""


@dataclass(frozen=True, slots=True)
class Window:
    """What a page shows of a list: at most *limit* records from *start* on; *of* names the list."""

    of: Hashable
    start: int
    limit: int
    exact: bool
    """The page has as many records as it may, if there are as many; by cursor it may have fewer."""


@dataclass
class PageWindows:
    """The pages that the calls of one run showed."""

    api: Api
    pages: dict[str, Exchange] = field(default_factory=dict)
    """The last response to each query of the list, by URL."""
    doubts: int = 0
    """How often two pages did not fit, and were asked for again."""
    _found: dict[str, CallViolation] = field(default_factory=dict)
    """What was made sure of already, by the URL of the page: it is not asked for again."""

    def check(self, exchange: Exchange, ask: Ask) -> Iterator[CallViolation]:
        """Say how a page contradicts itself, or another one of this run, and remember it."""
        listing = self.api.resource.list.id
        if exchange.operation != listing or not is_success(exchange, self.api):
            return
        yield from self._find_repeated(exchange)
        if exchange.url in self._found:
            yield self._found[exchange.url]
            return
        self.pages.pop(exchange.url, None)
        self.pages[exchange.url] = exchange
        while len(self.pages) > MOST_PAGES:
            del self.pages[next(iter(self.pages))]
        for other in list(self.pages.values()):
            for page, frame in ((exchange, other), (other, exchange)):
                if self.doubts < MOST_DOUBTS and self._compare(page, frame):
                    self.doubts += 1
                    found = self._confirm(page, frame, ask)
                    if found is not None:
                        self._found[page.url] = found
                        yield found
                    return

    def _find_repeated(self, exchange: Exchange) -> Iterator[CallViolation]:
        for key, number in Counter(self._list_keys(exchange)).items():
            if number > 1 and key is not None:
                expected, actual = "each record once on a page", f"{key} is there {number} times"
                yield CallViolation(Kind.PAGE, "twice", expected, actual, (exchange,), (key,))
                return

    def _confirm(self, page: Exchange, frame: Exchange, ask: Ask) -> CallViolation | None:
        """Ask for *page* again, each time between two responses with *frame*."""
        misfit, again = None, page
        for _ in range(TRIES):
            before, again, after = ask(frame.url), ask(page.url), ask(frame.url)
            for one in (before, again, after):
                if not is_success(one, self.api) or one.operation != page.operation:
                    return None
                self.pages[one.url] = one
            misfit = self._compare(again, before) and self._compare(again, after)
            if misfit is None or self._list_keys(before) != self._list_keys(after):
                return None
        evidence = (self.pages[frame.url], again)
        return misfit and CallViolation(Kind.PAGE, "misfit", *misfit, evidence)

    def _compare(self, page: Exchange, frame: Exchange) -> tuple[str, str] | None:
        """Say how *page* does not fit to *frame*, if both are of one list that does not change."""
        mine, theirs = self._read_window(page), self._read_window(frame)
        if mine is None or theirs is None or mine.of != theirs.of or page is frame:
            return None
        return None if theirs.start > FARTHEST else self._compare_windows(mine, theirs, page, frame)

    def _compare_windows(
        self, mine: Window, theirs: Window, page: Exchange, frame: Exchange
    ) -> tuple[str, str] | None:
        got, others, name = self._list_keys(page), self._list_keys(frame), self.api.resource.name
        total = theirs.start + min(theirs.limit, len(others)) if others else 0
        wanted = max(0, min(mine.limit, total - mine.start))
        frames = f"while {_get_query(frame)} has {describe_records(frame, self.api)}"
        if self._says_end(page) and mine.start + len(got) < total:
            return (
                f"{_get_query(page)} to say that there are more",
                f"it says that it ends, {frames}",
            )
        if mine.exact and len(got) < wanted:
            return f"{wanted} {name} at {_get_query(page)}", f"the page has {len(got)}, {frames}"
        known = {theirs.start + index: key for index, key in enumerate(others)}
        places = {key: place for place, key in known.items()}
        for place, key in enumerate(got, mine.start):
            if place in known and known[place] != key:
                expected = f"{known[place]} in place {place + 1} at {_get_query(page)}"
                return expected, f"{key} is there, {frames}"
            if place not in known and key in places:
                expected = f"{key} only in place {place + 1}, at {_get_query(page)}"
                return expected, f"it is in place {places[key] + 1} at {_get_query(frame)} as well"
        return None

    def _read_window(self, page: Exchange) -> Window | None:
        """Return what a call of the list asks for; None if that is not known for certain."""
        pages = self.api.resource.pages
        if pages is None or pages.limit is None:
            return None
        query = parse_qsl(urlsplit(page.url).query, keep_blank_values=True)
        number, limit = self._find_number(pages), _interpret(pages.limit, query)
        place = 0 if number is None else _interpret(number, query)
        numbers = {pages.limit.parameter, number.parameter if number else ""}
        rest = tuple(sorted(pair for pair in query if pair[0] not in numbers))
        apart = pages.cursor is not None and any(name == pages.cursor.parameter for name, _ in rest)
        if limit is None or place is None or apart or pages.style == "none":
            return None
        of = (urlsplit(page.url).path, rest)
        if number is None or pages.style == "offset":
            return Window(of, place, limit, exact=number is not None)
        first = next((n for n in (number.min, number.default) if n is not None), 1)
        return Window(of, (place - first) * limit, limit, exact=True)

    def _find_number(self, pages: Pages) -> Bound | None:
        """Return what says where a page begins; None where a cursor does."""
        return {"page": pages.page, "offset": pages.offset}.get(pages.style)

    def _says_end(self, page: Exchange) -> bool:
        """Tell whether *page* says of itself that it is the last one."""
        pages = self.api.resource.pages
        place = pages.more if pages else None
        if place is None or place.pointer is None:
            return False
        return get_value(page.json, place.pointer) is False

    def _list_keys(self, page: Exchange) -> list[Key | None]:
        return [self.api.resource.find_key(one) for one in list_page(page, self.api)]


def _interpret(bound: Bound, query: list[tuple[str, str]]) -> int | None:
    """Return what a query means by a number of a page; None if that is not declared."""
    given = [text for name, text in query if name == bound.parameter]
    if not given:
        return bound.default
    value = read_ordinary(given[0]) if len(given) == 1 else None
    if value is None:
        return None
    nearest = max(value, bound.min) if bound.min is not None else value
    nearest = min(nearest, bound.max) if bound.max is not None else nearest
    if nearest == value:
        return value
    return {"default": bound.default, "nearest": nearest}.get(str(bound.outside))


def get_largest(exchange: Exchange, api: Api) -> int | None:
    """Return how many records a page may hold; None if that is left open."""
    limit = api.resource.pages.limit if api.resource.pages else None
    query = parse_qsl(urlsplit(exchange.url).query, keep_blank_values=True)
    return None if limit is None else _interpret(limit, query)


def _get_query(page: Exchange) -> str:
    return urlsplit(page.url).query or "a list without a query"
