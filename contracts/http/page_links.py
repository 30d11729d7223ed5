"""What a page says beside its records: of other pages, and of how many records there are."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from contracts.contract.json_values import get_value
from contracts.contract.pages import Pages, Place
from contracts.http.exchange import Exchange


def read_place(page: Exchange, place: Place | None) -> Any:
    """Return what *page* says at *place*."""
    if place is None:
        return None
    if place.header is not None:
        return page.response_headers.get(place.header.lower())
    return get_value(page.json, place.pointer or "")


def read_link(page: Exchange, place: Place, relation: str = "next") -> str | None:
    """Return the URL that *page* gives at *place*: a member, or a header as RFC 8288 has it."""
    found = read_place(page, place)
    if not isinstance(found, str):
        return None
    if place.header is None:
        return urljoin(page.url, found)
    for part in found.split(","):
        target, _, parameters = part.strip().partition(">")
        if f'rel="{relation}"' in parameters.replace("; ", ";").split(";") or (
            f"rel={relation}" in parameters.replace('"', "").replace(" ", "").split(";")
        ):
            return urljoin(page.url, target.removeprefix("<"))
    return None


def read_cursor(page: Exchange, pages: Pages) -> Any:
    """Return the cursor of the next page as *page* says it; None if it says none.

    It stands there as it is, or in the query of a link to the next page.
    """
    if pages.next is None or pages.cursor is None:
        return None
    found = read_link(page, pages.next) if pages.next.is_link else read_place(page, pages.next)
    query = urlsplit(found).query if isinstance(found, str) else ""
    given = dict(parse_qsl(query)).get(pages.cursor.parameter)
    stated = None if pages.next.is_link or found == "" else found
    return stated if given is None else given


def read_more(page: Exchange, pages: Pages) -> bool | None:
    """Return what *page* says of whether there are more; None if it says nothing."""
    found = read_place(page, pages.more)
    return found if isinstance(found, bool) else None
