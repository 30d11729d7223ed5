"""Pages of any style, read one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from contracts.contract.json_values import Record
from contracts.contract.pages import Pages
from contracts.contract.roles import Key
from contracts.engine.probe import Probe, Query
from contracts.engine.verdict import SetupFailed
from contracts.http.exchange import Exchange
from contracts.http.page_links import read_cursor, read_link, read_more
from contracts.http.shown import is_success, list_page

MOST_PAGES = 12
"""How many pages a walk reads at most."""

DISTURBED = 2
"""After how many pages something happens, where a walk is to be disturbed."""


@dataclass(frozen=True)
class Walk:
    """Pages that were read one after the other."""

    probe: Probe
    pages: Sequence[Exchange]
    limit: int | None
    ended: bool
    """The last page that was read is the last that there is."""
    tokens: Sequence[Any] = field(default=())
    """What led from each page to the next one."""

    @cached_property
    def records(self) -> list[Record]:
        """Return the records in order."""
        return [record for page in self.pages for record in self.list_page(page)]

    @cached_property
    def keys(self) -> list[Key]:
        """Return the keys of the records that have one, in order."""
        found = map(self.probe.api.resource.find_key, self.records)
        return [key for key in found if key is not None]

    @cached_property
    def by_key(self) -> Mapping[Key, Record]:
        """Return the records by key."""
        found = ((self.probe.api.resource.find_key(one), one) for one in self.records)
        return {key: one for key, one in found if key is not None}

    @property
    def single_keys(self) -> set[Key]:
        """Return the keys that came once."""
        times = Counter(self.keys)
        return {key for key in self.keys if times[key] == 1}

    def list_page(self, page: Exchange) -> Sequence[Record]:
        """Return the records of one of the pages."""
        return list_page(page, self.probe.api)

    def find_pages(self, *keys: Key) -> list[Exchange]:
        """Return the pages that have one of *keys*, each once."""
        find = self.probe.api.resource.find_key
        return [p for p in self.pages if any(find(one) in keys for one in self.list_page(p))][:3]


def take_walk(
    probe: Probe,
    limit: int | None = None,
    query: Query | None = None,
    most: int = MOST_PAGES,
    between: Callable[[], object] = lambda: None,
) -> Walk:
    """Read up to *most* pages of *limit* records, of what *query* selects.

    What is to happen *between* pages is called after each of the first ones.
    """
    pages = probe.api.resource.pages
    read: list[Exchange] = []
    tokens: list[Any] = []
    given = build_query(pages, limit, query)
    ended = False
    while len(read) < most:
        page = probe.list_page(given)
        if read and _is_past_the_end(probe, page):
            ended = True
            break
        if not is_success(page, probe.api):
            raise SetupFailed(f"a page of the list got {page.status}")
        read.append(page)
        following = find_following(probe, page, given, sum(map(probe.count_records, read)))
        if following is not None:
            tokens.append(following)
        if len(read) <= DISTURBED:
            between()
        if following is None or following == given:
            ended = not _may_be_cut(pages, limit, probe.count_records(page))
            break
        given = following
    return Walk(probe, tuple(read), limit, ended, tuple(tokens))


def _is_past_the_end(probe: Probe, page: Exchange) -> bool:
    """Tell whether a page got an error that the list declares; PAGE-14 says if that is right."""
    pages, listing = probe.api.resource.pages, probe.api.resource.list
    counted = pages is not None and pages.style in ("page", "offset")
    declared = listing.find_response(page.status or 0) is not None
    return counted and declared and 400 <= (page.status or 0) < 500


def _may_be_cut(pages: Pages | None, limit: int | None, count: int) -> bool:
    """Tell whether a list that has a limit, but no way to the next page, may have more records.

    That is so without pages, and where nothing says what leads to the next one. *count* is how many
    came; *limit* is what was asked for, or else the default counts.
    """
    if pages is None or pages.limit is None:
        return False
    by_token = pages.cursor is not None and pages.cursor.kind == "token"
    if pages.style != "none" and not (by_token and pages.next is None):
        return False
    most = pages.limit.default if limit is None else limit
    return most is None or count >= most


def build_query(
    pages: Pages | None, limit: int | None, query: Query | None = None
) -> dict[str, Any]:
    """Return the query of a first page."""
    given: dict[str, Any] = dict(query or {})
    if pages is not None and pages.limit is not None and limit is not None:
        given[pages.limit.parameter] = limit
    return given


def find_following(
    probe: Probe, page: Exchange, given: Mapping[str, Any], count: int
) -> dict[str, Any] | None:
    """Return the query of the page after *page*, or None if it is the last one.

    *given* is its own query, and *count* how many records came so far.
    """
    pages, records = probe.api.resource.pages, list_page(page, probe.api)
    if pages is None or pages.style == "none":
        return None
    if pages.style == "page" and pages.page is not None:
        number = int(given.get(pages.page.parameter, pages.first_number))
        return {**given, pages.page.parameter: number + 1} if records else None
    if pages.style == "offset" and pages.offset is not None:
        start = (pages.offset.default or 0) + count
        return {**given, pages.offset.parameter: start} if records else None
    if pages.style == "cursor" and pages.cursor is not None:
        token = find_token(probe, page)
        if token is None or read_more(page, pages) is False:
            return None
        return {**given, pages.cursor.parameter: token}
    link = read_link(page, pages.next) if pages.next else None
    return dict(parse_qsl(urlsplit(link).query, keep_blank_values=True)) if link else None


def find_token(probe: Probe, page: Exchange) -> Any:
    """Return what leads to the next page: the token in *page*, or the key of its last record."""
    resource = probe.api.resource
    pages, records = resource.pages, list_page(page, probe.api)
    if pages is None or pages.cursor is None:
        return None
    if pages.cursor.kind == "key":
        return resource.find_key(records[-1]) if records else None
    return read_cursor(page, pages)
