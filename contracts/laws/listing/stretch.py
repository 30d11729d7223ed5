"""A part of the list, read with several limits.

Their pages overlap, so what one limit loses at the border of two pages another one shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from contracts.contract.document import Document
from contracts.engine.history import Job
from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.probe import Query
from contracts.engine.verdict import SetupFailed
from contracts.http.exchange import Exchange, get_job_id

ODD_PAGES = 30, 10
"""About this many pages of the odd limit make a whole list, and a stretch of a long one."""

SLACK = 20
"""How many pages a reading may have beyond twice the expected number: the list may grow."""


def get_ids(jobs: Iterable[Job]) -> list[int]:
    """Return the jobIds of *jobs* in their order."""
    return [job_id for job in jobs if (job_id := get_job_id(job)) is not None]


def index_by_id(jobs: Iterable[Job]) -> dict[int, Job]:
    """Return *jobs* by their jobIds; a record without one cannot be asked for."""
    return {job_id: job for job in jobs if (job_id := get_job_id(job)) is not None}


def get_largest_limit(document: Document) -> int:
    """Return the largest limit that the contract allows."""
    limit = document.paging.limit
    return limit.max or limit.default


@dataclass(frozen=True, slots=True)
class Span:
    """Places in the list, counted from 0; without *stop*, all up to its end."""

    start: int
    stop: int | None = None

    def __contains__(self, place: int) -> bool:
        """Tell whether *place* lies in the span."""
        return self.start <= place and (self.stop is None or place < self.stop)


@dataclass(frozen=True, slots=True)
class Reading:
    """Pages of one limit, read one after the other."""

    limit: int
    first: int
    """How many pages of this limit come before."""
    pages: tuple[Exchange, ...]
    ended: bool
    """The last page read is empty: the list had no more jobs."""
    endless: bool = False
    """Reading was stopped: there were far more pages than the list can have."""

    @property
    def jobs(self) -> list[Job]:
        """Return the jobs of all pages; a job that several pages hold is repeated."""
        return [job for page in self.pages for job in page.jobs]

    @property
    def ids(self) -> list[int]:
        """Return the jobIds of all pages; one that several pages hold is repeated."""
        return get_ids(self.jobs)

    def select_ids(self, span: Span) -> list[int]:
        """Return the jobIds at the places of *span*."""
        return [
            job_id
            for number, page in enumerate(self.pages, self.first)
            for place, job_id in enumerate(get_ids(page.jobs), number * self.limit)
            if place in span
        ]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the list, read with the largest limit, the default, an odd one, and once more."""

    span: Span
    inner: Span
    """What the readings between cover: less than *span* where jobs may be pushed in or out."""
    room: int
    """About how many jobs *span* holds."""
    first: Reading
    between: tuple[Reading, ...]
    last: Reading

    @property
    def readings(self) -> tuple[Reading, ...]:
        """Return the readings in the order in which they were taken."""
        return (self.first, *self.between, self.last)

    @property
    def arrived(self) -> set[int]:
        """Return the jobs that only the last reading found."""
        return set(self.last.ids) - set(self.first.ids)

    @property
    def left(self) -> set[int]:
        """Return the jobs that the last reading no longer found."""
        return set(self.first.ids) - set(self.last.ids)

    @property
    def settled(self) -> bool:
        """Tell whether the first and the last reading found the same jobs in the same order."""
        return self.first.ids == self.last.ids


def build_query(document: Document, *, limit: int | None = None, page: int | None = None) -> Query:
    """Return the query that asks for *page* with *limit*; what is None is left out."""
    paging = document.paging
    given = {paging.limit.parameter: limit, paging.page.parameter: page}
    return {name: value for name, value in given.items() if value is not None}


def fetch_page(probe: JobsProbe, limit: int | None, number: int, project: str | None) -> Exchange:
    """Return a page that has to be there: the one after *number* others."""
    number += probe.document.paging.page.min
    query = build_query(probe.document, limit=limit, page=number)
    page = probe.list_jobs(query, project=project)
    if page.status != 200 or not isinstance(page.data, list):
        raise SetupFailed(f"page {number} of the list got {page.status} and no page of jobs")
    return page


def read_pages(  # noqa: PLR0913 -- which pages, and how many there may be
    probe: JobsProbe,
    limit: int | None,
    span: Span,
    project: str | None,
    *,
    most: int,
    expected: int = 0,
) -> Reading:
    """Read the pages of *limit* that cover *span*, up to an empty page and at most *most*.

    As many pages as are *expected* are read side by side, and after them as many again as were
    read. Without a *limit*, the default one is left to the deployment.
    """
    size = probe.document.paging.limit.interpret(limit)
    first = span.start // size
    if span.stop is not None:
        most = min(most, -(-span.stop // size) - first)
    pages: list[Exchange] = []
    while len(pages) < most and (not pages or pages[-1].data):
        more = min(max(len(pages), 1), probe.width)
        until = min(most, max(expected, len(pages) + more))
        numbers = range(first + len(pages), first + until)
        pages += probe.gather(
            [partial(fetch_page, limit=limit, number=n, project=project) for n in numbers]
        )
    end = next((place for place, page in enumerate(pages, 1) if not page.data), 0)
    pages = pages[:end] if end else pages
    endless = span.stop is None and not end
    return Reading(size, first, tuple(pages), ended=end > 0, endless=endless)


def count_expected(room: int, size: int) -> int:
    """Return how many pages of *size* there are for *room* jobs, with the empty one after them."""
    return -(-room // size) + 1


def take_stretch(probe: JobsProbe, span: Span, room: int, first: Reading | None = None) -> Stretch:
    """Read *span*, which has *room* for a number of jobs, with each limit in turn."""
    size = get_largest_limit(probe.document)
    half = size // 2
    inner = Span(span.start and span.start + half, span.stop and span.stop - half)

    def take(probe: JobsProbe, limit: int | None, part: Span) -> Reading:
        size = probe.document.paging.limit.interpret(limit)
        most, expected = 2 * (room // size) + SLACK, count_expected(room, size)
        return read_pages(probe, limit, part, None, most=most, expected=expected)

    first = first or take(probe, size, span)
    limits = (None, _choose_odd_limit(size, span, room))
    between = probe.gather([partial(take, limit=limit, part=inner) for limit in limits])
    return Stretch(span, inner, room, first, tuple(between), take(probe, size, span))


def _choose_odd_limit(most: int, span: Span, room: int) -> int:
    """Return a limit whose pages end where those of other limits do not."""
    whole, part = ODD_PAGES
    pages = whole if span == Span(0) else part
    odd = max(7, room // pages) if room > 7 else 2
    while odd < room and (room % odd == 0 or most % odd == 0):
        odd += 1
    return min(odd, most)
