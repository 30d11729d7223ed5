"""What a run saw of each kind of records, on the HTML page: states, pages, calls, lines to add."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts.engine.seen import ResourceSeen
from contracts.engine.verdict import Lack
from contracts.reports.html_markup import Markup, Part, element
from contracts.reports.page_map import describe_pages, draw_pages
from contracts.reports.state_diagram import draw_states, list_moves
from contracts.reports.summary import Summary
from contracts.reports.wording import name_laws, pluralize

ADD = "not declared; add to "
"""How the reason of a law begins that another line of the document would let be judged."""


def render_resources(summary: Summary) -> Iterator[Markup]:
    """Go through the kinds of records, then through what could be declared."""
    for seen in summary.resources:
        yield element("div", *_render_resource(seen), class_="resource")
    lines = list(_list_lines(summary))
    if lines:
        yield element(
            "details",
            element("summary", f"{pluralize(len(lines), 'line')} would let more be judged"),
            element("dl", *lines),
            class_="lines",
        )


def _render_resource(seen: ResourceSeen) -> Iterator[Part]:
    yield element("h2", seen.name, " ", element("code", seen.listing))
    states, pages = draw_states(seen), draw_pages(seen)
    if states is not None:
        yield element("div", states, class_="drawing")
        yield element(
            "p",
            "Seen moves have their number; grey ones were not seen, dashed ones passed through "
            "states that were not seen, and red ones are illegal. A state has the number of "
            "records that were in it when they were seen last.",
            class_="meaning",
        )
        yield element("details", element("summary", "The moves, one by one"), _render_moves(seen))
    if pages is not None:
        yield element("h3", describe_pages(seen))
        yield element("div", pages, class_="drawing")
    yield element(
        "details", element("summary", "The operations that were called"), _render_calls(seen.calls)
    )


def _render_moves(seen: ResourceSeen) -> Markup:
    heads = (element("th", name, scope="col") for name in ("from", "to", "by", "seen"))
    rows = [
        element("tr", *(element("td", text) for text in texts), class_=kind.value)
        for *texts, kind in list_moves(seen.moves)
    ]
    return element("table", element("tr", *heads), *rows, class_="changes")


def _render_calls(calls: Mapping[str, int]) -> Markup:
    rows = [
        element("tr", element("td", element("code", name)), element("td", str(number)))
        for name, number in calls.items()
    ]
    return element("table", *rows, class_="changes")


def _list_lines(summary: Summary) -> Iterator[Markup]:
    """Go through the lines to add, each with the laws that it would let be judged."""
    laws = [one for one in summary.laws if one.lack is Lack.OCCASION]
    for reason in dict.fromkeys(one.reason for one in laws if one.reason.startswith(ADD)):
        place, _, line = reason.removeprefix(ADD).partition(": ")
        names = name_laws(one.law for one in laws if one.reason == reason)
        yield element(
            "div",
            element("dt", element("code", place)),
            element("dd", element("code", line), element("span", names, class_="laws")),
        )
