"""LINK-01 to LINK-02: the links that lead from one page to the next."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from contracts.contract.api import Api
from contracts.contract.pages import Place
from contracts.engine.law import MUST
from contracts.engine.probe import Probe
from contracts.engine.verdict import Inapplicable, Violation
from contracts.http.exchange import Exchange
from contracts.http.page_links import read_link, read_place
from contracts.roles.declared import has_filters, has_pages, has_place
from contracts.roles.filtering import is_in_path, list_queries, write_value
from contracts.roles.law import role_law
from contracts.roles.survey import Frame, judge_frames


def _has_link_and_filter(api: Api) -> str:
    return has_place("next", "next: {header: Link}")(api) or has_filters(api)


@role_law("LINK-01", MUST, ref="@pages/next", when=has_pages("page"))
def the_next_link_is_the_next_page(probe: Probe) -> None:
    """The link to the next page has the number of this page and one, and keeps all else.

    There is such a link if and only if the next page has records, which is judged where the list
    holds the same records before and after the pages were read.
    """
    pages = probe.api.resource.pages
    if pages is None or pages.next is None:
        raise Inapplicable("the document declares no link to the next page")
    frame = judge_frames(probe, lambda found: _find_wrong_link(probe, found))
    probe.exercise("pages", sum(len(walk.pages) for walk in frame.walks))


def _find_wrong_link(probe: Probe, frame: Frame) -> Violation | None:
    pages = probe.api.resource.pages
    if pages is None or pages.next is None or pages.page is None:
        return None
    number, first = pages.page.parameter, pages.first_number
    for walk in frame.walks:
        for index, page in enumerate(walk.pages):
            query = _parse_query(page.url)
            link, given = _read_next(page, pages.next, number)
            wanted = {**query, number: str(int(query.get(number, first)) + 1)}
            if link is not None and not wanted.items() <= given.items():
                return Violation(f"a link to {number}={wanted[number]}", f"it is {link}", [page])
            following = walk.pages[index + 1 : index + 2]
            known = frame.settled and bool(following)
            more = bool(following) and bool(walk.list_page(following[0]))
            if known and (link is not None) is not more:
                wanted_link = "a link to the next page" if more else "no link to a next page"
                actual = "there was none" if link is None else f"it is {link}"
                return Violation(wanted_link, actual, [page, *following])
    return None


def _read_next(page: Exchange, place: Place, number: str) -> tuple[str | None, Mapping[str, str]]:
    """Return what *page* says of the next one, and the query by which that is asked for.

    It is a URL, or only the *number* of the page.
    """
    said, link = str(read_place(page, place)), read_link(page, place)
    if said.isdecimal():
        return said, {**_parse_query(page.url), number: said}
    return link, _parse_query(link or "")


def _parse_query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


@role_law("LINK-02", MUST, ref="@pages/next", when=_has_link_and_filter)
def the_next_link_keeps_the_filters(probe: Probe) -> None:
    """The link to the next page of a filtered list has all that its own page was asked for.

    What names the page itself is apart: a number, an offset or a cursor.
    """
    pages = probe.api.resource.pages
    if pages is None or pages.next is None or pages.limit is None:
        raise Inapplicable("the document declares no link to the next page, or no limit")
    moving = {one.parameter for one in (pages.page, pages.offset, pages.cursor) if one}
    least = max(pages.limit.min or 1, 1)
    for one, value in list_queries(probe):
        if is_in_path(probe, one):
            continue
        query: dict[str, str | int] = {
            one.parameter: write_value(value),
            pages.limit.parameter: least,
        }
        page = probe.list_page(query)
        link = read_link(page, pages.next)
        if link is None or "?" not in link:
            continue
        given = _parse_query(link)
        wanted = {name: str(said) for name, said in query.items() if name not in moving}
        if not wanted.items() <= given.items():
            lost = ", ".join(sorted(wanted.keys() - given.keys())) or one.parameter
            raise Violation(f"a link that keeps {lost}", f"it is {link}", [page])
        probe.exercise(one.parameter)
