"""How a miniature of any API answers with a page of its list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from contracts.contract.api import Api
from contracts.contract.json_values import get_value, put
from contracts.contract.model import Operation
from contracts.contract.pages import Place
from contracts.roles.moments import make_comparable
from contracts.selftest.any_api.call import Call, Entry
from contracts.selftest.any_api.listing import (
    UNSAID,
    Page,
    Refusal,
    find_first,
    interpret,
    select,
    write_link,
)
from contracts.selftest.messages import Response

CURSOR = "cursor"
"""The parameter of links where the contract names none."""


class Lister:
    """Answers with pages."""

    api: Api

    def select(self, call: Call) -> Sequence[Entry]:
        """Return the records that the caller sees."""
        raise NotImplementedError

    def make_body(self, operation: Operation, status: int) -> Any:
        """Return the least that the schema of a response asks for."""
        raise NotImplementedError

    def answer(self, operation: Operation, status: int, body: Any) -> Response:
        """Answer with *body*."""
        raise NotImplementedError

    def show(self, entry: Entry) -> Any:
        """Return what is shown of a record."""
        raise NotImplementedError

    def list_records(self, call: Call) -> Response:
        """Answer with the page that is asked for."""
        whole = self.order(self.filter(call, self.select(call)))
        page = self.cut(call, whole)
        return self.show_page(call, page, len(whole))

    def filter(self, call: Call, entries: Sequence[Entry]) -> list[Entry]:
        """Return what the filters of *call* select."""
        return select(entries, self.api.resource.filters, {**call.request.query, **call.arguments})

    def order(self, entries: Sequence[Entry]) -> list[Entry]:
        """Return *entries* in the order of the list: as declared, else the newest first."""
        pages = self.api.resource.pages
        order = pages.order if pages else None
        newest = sorted(entries, key=lambda entry: -entry.number)
        if order is None or order.by is None:
            return newest
        by = order.by

        def find_place(entry: Entry) -> tuple[float, str]:
            value = get_value(entry.record, by)
            return make_comparable(self.api, by, value) or 0.0, str(value)

        return sorted(newest, key=find_place, reverse=bool(order.descending))

    def cut(self, call: Call, whole: Sequence[Entry]) -> Page:
        """Return the page of *whole* that is asked for."""
        pages, query = self.api.resource.pages, call.request.query
        if pages is None or pages.style == "none":
            return Page(whole, more=False)
        text = query.get(pages.limit.parameter) if pages.limit else None
        limit = self.read_limit(text)
        if pages.style in ("page", "offset"):
            start, number = self.find_start(query, limit)
            return self.cut_at(whole, start, limit, number)
        cursor = query.get(pages.cursor.parameter if pages.cursor else CURSOR)
        return self.cut_at(self.skip_to(whole, cursor), 0, limit)

    def skip_to(self, whole: Sequence[Entry], cursor: str | None) -> Sequence[Entry]:
        """Return what comes after *cursor*, which is refused if no page has given it."""
        if not cursor:
            return whole
        pages, tokens = self.api.resource.pages, [*map(self.find_token, whole)]
        if cursor not in tokens:
            raise Refusal((pages and pages.cursor and pages.cursor.unknown) or 400)
        return whole[tokens.index(cursor) + 1 :]

    def read_limit(self, text: str | None) -> int:
        """Return how many records a page has at most."""
        pages = self.api.resource.pages
        return interpret(pages.limit if pages else None, text, UNSAID)

    def find_start(self, query: Mapping[str, str], limit: int) -> tuple[int, int]:
        """Return after how many records the page begins, and what its number or offset is."""
        pages = self.api.resource.pages
        if pages is None or pages.offset is not None:
            bound = pages.offset if pages else None
            start = interpret(bound, query.get(bound.parameter) if bound else None, 0)
            return start, start
        first = find_first(pages)
        text = query.get(pages.page.parameter) if pages.page else None
        number = interpret(pages.page, text, first)
        return (number - first) * limit, number

    def cut_at(self, whole: Sequence[Entry], start: int, limit: int, number: int = 0) -> Page:
        """Return the *limit* records from *start* on."""
        entries = whole[start : start + limit]
        return Page(entries, more=start + limit < len(whole), token=self.name_next(entries, number))

    def name_next(self, entries: Sequence[Entry], number: int) -> str | int | None:
        """Return what the page after *entries* is asked for with."""
        pages = self.api.resource.pages
        if pages is not None and pages.style == "page":
            return number + 1
        if pages is not None and pages.style == "offset":
            return number + len(entries)
        return self.find_token(entries[-1]) if entries else None

    def find_token(self, entry: Entry) -> str:
        """Return the cursor of what comes after *entry*."""
        pages = self.api.resource.pages
        key = str(self.api.resource.find_key(entry.record))
        by_key = pages is not None and pages.cursor is not None and pages.cursor.kind == "key"
        return key if by_key else f"after-{key}"

    def show_page(self, call: Call, page: Page, total: int) -> Response:
        """Answer with *page*, and what it says of the others."""
        resource, operation = self.api.resource, call.operation
        status = operation.success
        items = [self.show_entry(entry) for entry in page.entries]
        body, headers = self.make_body(operation, status), dict[str, str]()
        if resource.items:
            put(body, resource.items, items)
        else:
            body = items
        pages = resource.pages
        if pages is not None:
            _say(body, headers, pages.total, total)
            _say(body, headers, pages.more, page.more)
            _say(body, headers, pages.next, self.tell_next(call, page))
        response = self.answer(operation, status, body)
        return Response(status, response.body, {**response.headers, **headers})

    def show_entry(self, entry: Entry) -> Any:
        """Return what the list shows of a record."""
        return self.show(entry)

    def tell_next(self, call: Call, page: Page) -> Any:
        """Return what a page says of the next one: its URL, the cursor of it, or the last key."""
        pages = self.api.resource.pages
        if pages is None or pages.next is None:
            return None
        if pages.cursor is not None and pages.style == "cursor" and not pages.next.is_link:
            if pages.cursor.kind == "key":
                last = page.entries[-1].record if page.entries else {}
                return self.api.resource.find_key(last)
            return page.token if page.more else None
        if not page.more:
            return None
        bound = pages.page or pages.offset or pages.cursor
        url = write_link(call.request, bound.parameter if bound else CURSOR, page.token)
        return f'<{url}>; rel="next"' if pages.next.header else url


def _say(body: Any, headers: dict[str, str], place: Place | None, value: Any) -> None:
    """Let a page say *value* at *place*, in its body or in a header; nothing is left out."""
    if place is None:
        return
    if place.header is not None:
        headers.update({} if value is None else {place.header.title(): str(value)})
    elif value is not None or get_value(body, place.pointer or "") is not None:
        put(body, place.pointer or "", value)
