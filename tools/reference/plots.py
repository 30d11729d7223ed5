"""The figures of the page on performance as pictures, read from its own tables."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tools.reference.svg import compose_picture, draw_box, draw_text

PICTURES = Path("images")
_LEFT, _WIDTH, _BAR, _MARGIN = 200, 420, 24, 16
_COLOURS = {"this mock": "#0969da", "raw": "#8c959f"}


class Plot(NamedTuple):
    """Bars of the *column* of the table below the line *heading* of the page, as picture *name*."""

    name: str
    heading: str
    column: str
    title: str


PLOTS = (
    Plot(
        "cpu-get-one.svg",
        "**CPU per request, us (ratio to raw aiohttp), start, ms (ratio to memory), and memory**",
        "get one",
        "Processor time to read one job, microseconds (less is better)",
    ),
    Plot(
        "requests-list-50.svg",
        "**Requests per second (ratios to raw aiohttp and to this mock, memory)**",
        "list 50",
        "Lists of 50 jobs in a second (more is better)",
    ),
    Plot(
        "cpu-million.svg",
        "**CPU per request, us (ratio to raw aiohttp), start, ms (ratio to memory), and memory**",
        "page 5,000",
        "Processor time of the last page of a million jobs, microseconds (less is better)",
    ),
    Plot(
        "options-get-one.svg",
        "**Options of this mock: requests per second (ratios to raw aiohttp and the bare row)**",
        "get one",
        "Reads of one job in a second, by store and options (more is better)",
    ),
)


def draw_plots(page: str) -> Iterator[tuple[Path, str]]:
    """Yield the pictures of what stands in *page*, each with its file.

    Raises:
        LookupError: the page has no such table or column.
    """
    for plot in PLOTS:
        yield PICTURES / plot.name, _draw_bars(plot.title, read_column(page, plot))


def read_column(page: str, plot: Plot) -> list[tuple[str, float]]:
    """Return what a plot shows: each row's name and figure; rows without a figure are left out.

    Where PostgreSQL's own processor time stands beside that of the mock, both are added.

    Raises:
        LookupError: the page has no such table or column.
    """
    _, found, rest = page.partition(plot.heading)
    if not found:
        raise LookupError(f"the page has no table below {plot.heading}")
    lines = rest.strip().partition("\n\n")[0].splitlines()
    head, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    if plot.column not in head:
        raise LookupError(f"the table below {plot.heading} has no column {plot.column}")
    column = head.index(plot.column)
    figures = []
    for row in rows:
        shown = re.match(r"[\d,.]+(?: \+ [\d,.]+)?(?= \()", row[column])
        if shown:
            parts = shown.group().replace(",", "").split(" + ")
            figures.append((row[0], sum(map(float, parts))))
    return figures


def _draw_bars(title: str, figures: list[tuple[str, float]]) -> str:
    most = max(figure for _, figure in figures)
    left = max(_LEFT, *(len(name) * 7 + 20 for name, _ in figures))
    shapes = [draw_text(_MARGIN, 26, title)]
    for index, (name, figure) in enumerate(figures):
        y = 44 + index * (_BAR + 8)
        colour = next((c for start, c in _COLOURS.items() if name.startswith(start)), "#bf8700")
        length = max(1.0, round(figure / most * _WIDTH, 1))
        shapes += [
            draw_text(left - 8, y + _BAR / 2 + 4.5, name, "end"),
            draw_box(left, y, length, _BAR, f'rx="2" fill="{colour}"'),
            draw_text(
                left + length + 8,
                y + _BAR / 2 + 4.5,
                f"{figure:,.4g}" if figure < 1000 else f"{figure:,.0f}",
            ),
        ]
    height = 44 + len(figures) * (_BAR + 8) + _MARGIN
    return compose_picture((left + _WIDTH + 90, height), title, shapes)
