"""Finds out what the list of a project holds, at a cost that does not grow with the list.

A short list is read completely. The end of a long one is found by doubling and halving; then its
beginning, its end and some stretches between are read, as `stretch` describes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from contracts.engine.history import Job
from contracts.engine.jobs_probe import JobsProbe
from contracts.http.exchange import Exchange
from contracts.laws.listing.stretch import (
    SLACK,
    Reading,
    Span,
    Stretch,
    count_expected,
    fetch_page,
    get_largest_limit,
    index_by_id,
    read_pages,
    take_stretch,
)
from contracts.target import Extent

WHOLE_PAGES = 10
"""A list of this many pages of the largest limit is read whole."""

BETWEEN = 3
"""How many stretches of a long list are read between its head and its tail."""

FARTHEST_PAGE = 2**24
"""A list that still has jobs on this page of the largest limit has no end."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What is known of the list of one project."""

    total: int
    """How many jobs the list had; if it has no end, how many were found."""
    start: Reading
    """The first pages."""
    stretches: tuple[Stretch, ...] = ()
    whole: bool = False
    """Every page was read."""
    endless: tuple[Exchange, ...] = ()
    """Pages that show that the list does not end, if so."""

    @property
    def jobs(self) -> list[Job]:
        """Return the jobs as they were last read, each once, in the order of the list."""
        readings = [stretch.last for stretch in self.stretches] or [self.start]
        met = index_by_id(job for one in readings for job in one.jobs)
        return list(met.values())

    @property
    def met(self) -> set[int]:
        """Return the jobIds that any reading found."""
        readings = [self.start, *(one for s in self.stretches for one in s.readings)]
        return {job_id for one in readings for job_id in one.ids}

    def describe(self) -> str:
        """Say how much of the list was read."""
        if self.whole:
            return f"all {self.total} jobs of the list"
        parts = [
            f"{s.span.start + 1} to {self.total if s.span.stop is None else s.span.stop}"
            for s in self.stretches
        ]
        return f"jobs {', '.join(parts)} of the {self.total} in the list (--walk full reads all)"


def take_survey(probe: JobsProbe) -> Survey:
    """Survey the list of the project that is judged."""
    found = _read_list(probe)
    if not found.endless:
        probe.run.surveyed = found.describe()
    return found


def read_other_project(probe: JobsProbe) -> Reading:
    """Read the list of the other project, or the beginning of a long one."""
    size, project = get_largest_limit(probe.document), probe.target.other_project
    return read_pages(probe, size, Span(0), project, most=WHOLE_PAGES)


def _read_list(probe: JobsProbe) -> Survey:
    size = get_largest_limit(probe.document)
    start = read_pages(probe, size, Span(0), None, most=WHOLE_PAGES + 1)
    if start.ended:
        return _read_whole(probe, len(start.ids), start)
    pages = count_pages(probe, size, len(start.pages))
    if not pages:
        numbers = (FARTHEST_PAGE - 2, FARTHEST_PAGE - 1)
        farthest = tuple(fetch_page(probe, size, number, None) for number in numbers)
        return Survey(len(set(start.ids)), start, endless=farthest)
    if probe.target.extent is Extent.FULL:
        return _read_whole(probe, pages * size)
    seeded = sorted(probe.random.sample(range(3, pages - 4), BETWEEN))
    spans = [Span(page * size, (page + 2) * size) for page in (0, *seeded)]
    stretches = tuple(
        take_stretch(probe, span, 2 * size) for span in (*spans, Span((pages - 2) * size))
    )
    return Survey((pages - 2) * size + len(stretches[-1].last.ids), start, stretches)


def _read_whole(probe: JobsProbe, room: int, first: Reading | None = None) -> Survey:
    one = take_stretch(probe, Span(0), room, first)
    return Survey(len(set(one.last.ids)), one.first, (one,), whole=True)


def count_pages(probe: JobsProbe, limit: int, known: int) -> int:
    """Return how many pages of *limit* have jobs, *known* of them for certain; 0 if all seem to.

    The end is found by doubling and halving, with about two requests for each doubling of the list.
    """

    def is_empty(pages: int) -> bool:
        return not fetch_page(probe, limit, pages - 1, None).data

    low, high = known, 2 * known
    while not is_empty(high):
        low, high = high, 2 * high
        if low >= FARTHEST_PAGE:
            return 0
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_empty(middle) else (middle, high)
    return low


def reread(probe: JobsProbe, known: Survey) -> list[Reading]:
    """Read once more, with the largest limit, what *known* has read."""
    size = get_largest_limit(probe.document)
    if not known.stretches:
        return [read_pages(probe, size, Span(0), None, most=len(known.start.pages))]

    def read(probe: JobsProbe, one: Stretch) -> Reading:
        most, expected = 2 * (one.room // size) + SLACK, count_expected(one.room, size)
        return read_pages(probe, size, one.span, None, most=most, expected=expected)

    return probe.gather([partial(read, one=one) for one in known.stretches])
