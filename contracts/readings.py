"""Readings that several laws judge: taken once in a run, so that a law costs few requests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from contracts.exchange import Exchange
from contracts.history import Job
from contracts.probe import Probe, Query
from contracts.verdict import Broken, Inconclusive, SetupFailed, Untested

TRIES = 3
"""How often a reading is taken again because the data moved under it."""

MOST_PAGES = 1_000
"""A walk gives up after as many pages: the list does not seem to end."""


def ids(jobs: Iterable[Job]) -> list[int]:
    """Return the jobIds of *jobs* in their order."""
    return [job["jobId"] for job in jobs if type(job.get("jobId")) is int]


@dataclass(frozen=True, slots=True)
class Walk:
    """The list read page by page until a page is empty."""

    limit: int
    pages: tuple[Exchange, ...]
    endless: bool = False
    """The walk was given up: pages repeat, or there are too many."""

    @property
    def jobs(self) -> list[Job]:
        """Return all jobs that were met, as often as they were met."""
        return [job for page in self.pages for job in page.jobs]

    @property
    def ids(self) -> list[int]:
        """Return the jobIds that were met, as often as they were met."""
        return ids(self.jobs)


def walk(probe: Probe, limit: int | None, project: str | None = None) -> Walk:
    """Read the list page by page; without a *limit*, the default one is left to the deployment."""
    paging = probe.document.paging
    pages: list[Exchange] = []
    query: dict[str, int] = {} if limit is None else {paging.limit.parameter: limit}
    while True:
        number = paging.page.min + len(pages)
        page = probe.list_jobs({**query, paging.page.parameter: number}, project=project)
        if page.status != 200 or not isinstance(page.data, list):
            raise SetupFailed(f"page {number} of the list got {page.status} and no page of jobs")
        pages.append(page)
        if not page.data or len(pages) > MOST_PAGES or _repeats(probe, pages, project):
            break
    endless = bool(pages[-1].data)
    return Walk(paging.limit.meaning(limit), tuple(pages), endless)


def _repeats(probe: Probe, pages: list[Exchange], project: str | None) -> bool:
    """Tell whether the last page is the one before it, also while the list stands still.

    Where jobs are made quickly, a whole page may be pushed onto the next one between two reads.
    """
    if len(pages) < 2 or ids(pages[-1].jobs) != ids(pages[-2].jobs):
        return False
    before, last, after = (
        probe.list_jobs(dict(parse_qsl(urlsplit(page.url).query)), project=project)
        for page in (pages[-2], pages[-1], pages[-2])
    )
    return ids(before.jobs) == ids(last.jobs) == ids(after.jobs) != []


@dataclass(frozen=True, slots=True)
class Walks:
    """The whole list, walked several times with several limits."""

    first: Walk
    between: tuple[Walk, ...]
    last: Walk

    @property
    def all(self) -> tuple[Walk, ...]:
        """Return the walks in the order in which they were taken."""
        return (self.first, *self.between, self.last)

    @property
    def judged(self) -> tuple[Walk, ...]:
        """Return all walks but the last: no later one shows which jobs were made during that."""
        return (self.first, *self.between)

    @property
    def arrived(self) -> set[int]:
        """Return the jobs that were made while the walks went on."""
        later = {job_id for walk in (*self.between, self.last) for job_id in walk.ids}
        return later - set(self.first.ids)

    @property
    def stayed(self) -> set[int]:
        """Return the jobs that were there before and after."""
        return set(self.first.ids) & set(self.last.ids)

    @property
    def left(self) -> set[int]:
        """Return the jobs that were gone at the end."""
        return set(self.first.ids) - set(self.last.ids)


MOST_ODD_PAGES = 30


def walks(probe: Probe) -> Walks:
    """Walk the list with the largest limit, the default, an odd one, and the largest again."""
    largest = probe.document.paging.limit.max or probe.document.paging.limit.default
    first = walk(probe, largest)
    if first.endless:
        return Walks(first, (), first)
    total = len(first.ids)
    odd = max(7, total // MOST_ODD_PAGES) if total > 7 else 2
    while total > odd and total % odd == 0:
        odd += 1
    return Walks(first, (walk(probe, None), walk(probe, min(odd, largest))), walk(probe, largest))


def known_jobs(probe: Probe) -> list[Job]:
    """Return the jobs of the project as the last walk met them, each once."""
    taken: Walks = probe.shared(walks)
    return list({job["jobId"]: job for job in taken.last.jobs if "jobId" in job}.values())


def same_page(probe: Probe, query: Query, reference: Query, meaning: str) -> Exchange:
    """Break the law unless *query* gets the same page as *reference*, read before and after.

    Once proves nothing: a job made and another gone between the reads may look like a breach, and
    leave no trace. A breach is there again at once.
    """
    suspected = False
    for _ in range(TRIES):
        before, given, after = map(probe.list_jobs, (reference, query, reference))
        frame, got = [ids(before.jobs), ids(after.jobs)], ids(given.jobs)
        evidence = [before, given, after]
        if given.status != 200:
            actual = f"{_asked(query)} got {given.status}"
            raise Broken(f"the page that {meaning}", actual, evidence)
        settled = frame[0] == frame[1]
        if (settled and got != frame[0]) or len(frame[0]) == len(frame[1]) != len(got):
            if suspected:
                raise Broken(
                    f"the {len(frame[0])} jobs that {meaning}",
                    f"{_asked(query)} got {len(got)} jobs{_start(got)}",
                    evidence,
                )
            suspected = True
        elif settled or set(got) <= {*frame[0], *frame[1]}:
            return given
    raise Inconclusive("the list moved each time that it was read")


def _asked(query: Query) -> str:
    return "&".join(f"{name}={value}" for name, value in query.items()) or "no query"


def _start(got: Sequence[int]) -> str:
    return f", {', '.join(map(str, got[:3]))}..." if got else ""


def at_least(probe: Probe, jobs: int, why: str) -> int:
    """Return how many jobs the project has; the law is untested if there are fewer than *jobs*."""
    total = len(known_jobs(probe))
    if total < jobs:
        raise Untested(f"the project has {total} jobs, and it takes {jobs} {why}")
    return total


def of_each_status(probe: Probe, most: int) -> list[Job]:
    """Return up to *most* jobs of each status."""
    field = probe.document.lifecycle.field
    chosen: list[Job] = []
    for status in probe.document.lifecycle.states:
        those = [job for job in known_jobs(probe) if job.get(field) == status]
        chosen += probe.random.sample(those, min(most, len(those)))
    return chosen
