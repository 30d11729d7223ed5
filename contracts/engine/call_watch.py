"""Which operations a run called, and which pages of the list it walked; a witness."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from contracts.contract.api import Api
from contracts.contract.pages import Bound, Pages
from contracts.engine.extreme import explain_extreme
from contracts.engine.seen import PageSeen
from contracts.http.exchange import Exchange
from contracts.http.page_links import read_cursor
from contracts.http.shown import is_success, list_page

MOST_PAGES = 1_000
"""How many different pages are kept: what a run keeps is bounded."""


@dataclass
class CallWatch:
    """Counts calls, and finds out where in the whole list each page begins."""

    api: Api
    scope: str
    """The path parameters of the list that is charted; another tenant's is left out."""
    calls: Counter[str] = field(default_factory=Counter)
    pages: Counter[PageSeen] = field(default_factory=Counter)
    filtered: int = 0
    _starts: dict[tuple[int | None, str], int] = field(default_factory=dict)
    """By size and cursor: where the page begins to which a page before it has led."""

    def look(self, exchange: Exchange) -> None:
        """Take *exchange* into account."""
        if exchange.operation is None:
            return
        self.calls[exchange.operation] += 1
        is_list = exchange.operation == self.api.resource.list.id
        pages = self.api.resource.pages
        if not is_list or pages is None or not is_success(exchange, self.api):
            return
        here = self.api.resource.find_scope(exchange.arguments) == self.scope
        if here and not explain_extreme(exchange, self.api):
            self._note(exchange, pages, dict(parse_qsl(urlsplit(exchange.url).query)))

    def list_pages(self) -> tuple[PageSeen, ...]:
        """Return the pages of the whole list, by size and place, each once."""
        found = [
            PageSeen(one.limit, one.start, one.records, times) for one, times in self.pages.items()
        ]
        return tuple(sorted(found, key=lambda one: (-(one.limit or 0), one.start, one.records)))

    def _note(self, exchange: Exchange, pages: Pages, query: Mapping[str, str]) -> None:
        bounds = {bound.parameter for bound in (pages.limit, pages.page, pages.offset) if bound}
        cursor = pages.cursor.parameter if pages.cursor else None
        if not query.keys() <= {*bounds, cursor}:
            self.filtered += 1
            return
        limit = _read_number(pages.limit, query)
        records = list_page(exchange, self.api)
        start = self._find_start(pages, query, limit)
        if start is None:
            return
        page = PageSeen(limit, start, len(records))
        if page in self.pages or len(self.pages) < MOST_PAGES:
            self.pages[page] += 1
        if pages.cursor is not None and records:
            key = self.api.resource.find_key(records[-1])
            token = key if pages.cursor.kind == "key" else read_cursor(exchange, pages)
            self._starts[limit, str(token)] = start + len(records)

    def _find_start(self, pages: Pages, query: Mapping[str, str], limit: int | None) -> int | None:
        """Return how many records come before the page; None if that is not known."""
        if pages.style == "offset" and pages.offset is not None:
            return _read_number(pages.offset, query) or 0
        if pages.style == "page" and pages.page is not None:
            first, number = pages.first_number, _read_number(pages.page, query)
            before = first if number is None else number
            return None if limit is None and before != first else (before - first) * (limit or 0)
        if pages.cursor is not None and pages.cursor.parameter in query:
            return self._starts.get((limit, query[pages.cursor.parameter]))
        return None if query.keys() & {"page", "offset"} else 0


def _read_number(bound: Bound | None, query: Mapping[str, Any]) -> int | None:
    """Return what *query* says of a number, or the default; None where neither is known."""
    if bound is None:
        return None
    try:
        value = int(query[bound.parameter])
    except (KeyError, ValueError):
        return bound.default
    low = bound.min is not None and value < bound.min
    high = bound.max is not None and value > bound.max
    return bound.default if low or high else value
