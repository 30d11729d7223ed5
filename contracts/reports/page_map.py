"""The pages of a list that a run walked, as a map: one row for each size, and what lies where."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.engine.seen import PageSeen, ResourceSeen
from contracts.reports.html_markup import Markup, element
from contracts.reports.wording import pluralize

WIDE, TALL, LEFT = 760, 22, 96
"""Pixels: of the list from its first record to its last, of a row, and what stands before one."""


def draw_pages(seen: ResourceSeen) -> Markup | None:
    """Return the map of the pages that held records; None where there was no such page."""
    pages = [page for page in seen.pages if page.records]
    if not pages:
        return None
    total = max(page.start + page.records for page in pages)
    sizes = list(dict.fromkeys(page.limit for page in pages))
    rows = [
        _draw_row(number, size, [page for page in pages if page.limit == size], total)
        for number, size in enumerate(sizes)
    ]
    foot = len(sizes) * TALL + 14
    return element(
        "svg",
        *rows,
        element("text", "1", x=str(LEFT), y=str(foot), class_="axis"),
        element("text", f"{total:,}", x=str(LEFT + WIDE), y=str(foot), class_="axis last"),
        viewBox=f"0 0 {LEFT + WIDE + 4} {foot + 6}",
        width=str(LEFT + WIDE + 4),
        height=str(foot + 6),
        class_="pages",
        role="img",
        aria_label=describe_pages(seen),
    )


def _draw_row(number: int, size: int | None, pages: Sequence[PageSeen], total: int) -> Markup:
    y = number * TALL
    name = f"{size} a page" if size is not None else "no size"
    return element(
        "g",
        element("text", name, x="0", y=str(y + TALL - 7), class_="axis size"),
        *(_draw_page(page, y, total) for page in pages),
    )


def _draw_page(page: PageSeen, y: int, total: int) -> Markup:
    begin, wide = WIDE * page.start / total, WIDE * page.records / total
    about = (
        f"records {page.start + 1:,} to {page.start + page.records:,}, "
        f"read {pluralize(page.times, 'time')}"
    )
    box = element(
        "rect",
        x=f"{LEFT + begin:.2f}",
        y=str(y + 2),
        width=f"{max(wide, 1.5):.2f}",
        height=str(TALL - 5),
        rx="2",
        class_="page",
    )
    return element("g", element("title", about), box)


def describe_pages(seen: ResourceSeen) -> str:
    """Say in a sentence which pages were read."""
    held = [page for page in seen.pages if page.records]
    empty = len(seen.pages) - len(held)
    total = max((page.start + page.records for page in held), default=0)
    met = _count_covered(held)
    text = f"{pluralize(len(held), 'page')} of {seen.listing} showed {met:,} of {total:,} places"
    text += f"; {pluralize(empty, 'page')} past the end had no records" if empty else ""
    text += f"; {pluralize(seen.filtered, 'page')} of filtered lists" if seen.filtered else ""
    return text


def _count_covered(pages: Sequence[PageSeen]) -> int:
    """Count the places of the list that at least one page shows."""
    covered, reached = 0, 0
    for page in sorted(pages, key=lambda one: one.start):
        end = page.start + page.records
        covered += max(end - max(page.start, reached), 0)
        reached = max(reached, end)
    return covered
