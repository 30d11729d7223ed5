"""Compares what the calls of one plain `st run` showed with each other.

No call of its own is sent but to make sure: what speaks against an earlier response is asked for
again first, since jobs move and are made meanwhile.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Lock
from urllib.parse import quote, urlsplit

from contracts.contract.document import Document
from contracts.engine.history import Job
from contracts.fuzzing.model.reference import Model
from contracts.fuzzing.promises import parse_numbers
from contracts.fuzzing.violations import CallViolation, Kind
from contracts.http.exchange import Exchange
from contracts.http.in_words import describe_records
from contracts.laws.listing.stretch import get_ids

Ask = Callable[[str], Exchange]
"""Sends GET to a URL with the headers of the call at hand."""

TRIES = 2
"""How often a page has to contradict another one: jobs may come and go between two responses."""

MOST_DOUBTS = 20
"""How many times in a run pages are asked for again. A list that grows is in doubt each time."""

FARTHEST = 2**31
"""Jobs: a page beyond that proves nothing, since servers differ in how they count so far."""


@dataclass
class ConsistencyCheck:
    """The pages and jobs that the calls of one run showed."""

    document: Document
    pages: dict[str, Exchange] = field(default_factory=dict)
    """The last response to each query of the list, by URL."""
    model: Model = field(init=False)
    doubts: int = 0
    """How often two pages did not fit, and were asked for again."""
    _found: dict[str, CallViolation] = field(default_factory=dict)
    """What was made sure of already, by the URL of the page: it is not asked for again."""
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self.model = Model(self.document)

    def check(self, exchange: Exchange, ask: Ask) -> Iterator[CallViolation]:
        """Say how *exchange* contradicts itself, or what was answered before, and remember it."""
        if exchange.operation is None or exchange.status != 200:
            return
        with self._lock:
            yield from _find_repeated(exchange)
            if exchange.operation == self.document.list_id and isinstance(exchange.data, list):
                yield from self._check_page(exchange, ask)
            for job in exchange.jobs or [exchange.job]:
                yield from self._find_contradiction(job, exchange, ask)

    def _check_page(self, exchange: Exchange, ask: Ask) -> Iterator[CallViolation]:
        """Object to a page that does not fit to another one of this run."""
        if exchange.url in self._found:
            yield self._found[exchange.url]
            return
        self.pages[exchange.url] = exchange
        for other in list(self.pages.values()):
            for page, frame in ((exchange, other), (other, exchange)):
                if self.doubts < MOST_DOUBTS and self._compare_pages(page, frame):
                    self.doubts += 1
                    found = self._confirm(page, frame, ask)
                    if found is not None:
                        self._found[page.url] = found
                        yield found
                    return

    def _confirm(self, page: Exchange, frame: Exchange, ask: Ask) -> CallViolation | None:
        """Ask for *page* again, each time between two responses with *frame*."""
        misfit, again = None, page
        for _ in range(TRIES):
            before, again, after = ask(frame.url), ask(page.url), ask(frame.url)
            for one in (before, again, after):
                if one.status != 200 or not isinstance(one.data, list):
                    return None
                self.pages[one.url] = one
            misfit = self._compare_pages(again, before) and self._compare_pages(again, after)
            if misfit is None or get_ids(before.jobs) != get_ids(after.jobs):
                return None
        return misfit and CallViolation(
            Kind.PAGE, "misfit", *misfit, (self.pages[frame.url], again)
        )

    def _compare_pages(self, page: Exchange, frame: Exchange) -> tuple[str, str] | None:
        """Say how *page* does not fit to *frame*, if both are of one list that does not change."""
        mine, theirs = self._read_window(page), self._read_window(frame)
        if mine is None or theirs is None or theirs[1] > FARTHEST or page is frame:
            return None
        total = theirs[1] + min(theirs[0], len(frame.jobs)) if frame.jobs else 0
        wanted = max(0, min(mine[0], total - mine[1]))
        if len(page.jobs) < wanted:
            actual = f"the page has {len(page.jobs)}, while {_describe(frame, self.document)}"
            return f"{wanted} jobs at {_get_query(page)}", actual
        known = {theirs[1] + index: job_id for index, job_id in enumerate(get_ids(frame.jobs))}
        places = {job_id: place for place, job_id in known.items()}
        for place, job_id in enumerate(get_ids(page.jobs), mine[1]):
            if place in known and known[place] != job_id:
                wrong = f"job {job_id} is there, while {_describe(frame, self.document)}"
                return f"job {known[place]} in place {place + 1} at {_get_query(page)}", wrong
            if place not in known and job_id in places:
                wrong = f"it is in place {places[job_id] + 1} at {_get_query(frame)} as well"
                return f"job {job_id} only in place {place + 1}, at {_get_query(page)}", wrong
        return None

    def _read_window(self, page: Exchange) -> tuple[int, int] | None:
        """Return the limit that a call of the list means, and how many jobs are on pages before."""
        given, paging = parse_numbers(page, self.document), self.document.paging
        if given is None:
            return None
        limit = paging.limit.interpret(given.get(paging.limit.parameter))
        number = paging.page.interpret(given.get(paging.page.parameter))
        return limit, (number - paging.page.min) * limit

    def _find_contradiction(
        self, job: Job, exchange: Exchange, ask: Ask
    ) -> Iterator[CallViolation]:
        """Object to a job that cannot have become what it is shown as."""
        job_id = job.get("jobId")
        if type(job_id) is not int:
            return
        known = self.model.seen.get(job_id)
        if self._find_mismatch(known, job) is None:
            self.model.seen[job_id] = job
            return
        again = ask(self._read_url(exchange, job_id))
        contradiction = (
            self._find_mismatch(known, again.job) if again.job.get("jobId") == job_id else None
        )
        if contradiction is not None:
            yield CallViolation(Kind.LINK, "moved", *contradiction, (exchange, again), (job_id,))
        elif again.job:
            self.model.seen[job_id] = again.job

    def _find_mismatch(self, known: Job | None, job: Job) -> tuple[str, str] | None:
        if known is None or known == job:
            return None
        before, life = Model(self.document), self.document.lifecycle
        before.observe(known)
        mismatch = before.observe(job)
        if mismatch is not None:
            return mismatch.expected, mismatch.actual
        if known.get(life.field) not in life.terminal:
            return None
        names = [name for name in {**known, **job} if known.get(name) != job.get(name)]
        expected = f"job {job.get('jobId')}, which is {known[life.field]}, stays as it was shown"
        return expected, f"{', '.join(names)} changed"

    def _read_url(self, exchange: Exchange, job_id: int) -> str:
        """Return where a job of the project that *exchange* is about is read."""
        called = self.document.operations[exchange.operation or ""]
        reading = self.document.operations[self.document.read_id].path
        project = quote(exchange.arguments.get("projectKey", ""), safe="")
        path = reading.replace("{projectKey}", project).replace("{jobId}", str(job_id))
        parts = urlsplit(exchange.url)
        prefix = parts.path.rsplit("/", called.path.count("/"))[0]
        return f"{parts.scheme}://{parts.netloc}{prefix}{path}"


def _find_repeated(exchange: Exchange) -> Iterator[CallViolation]:
    times = Counter(job["jobId"] for job in exchange.jobs if type(job.get("jobId")) is int)
    for job_id, number in times.items():
        if number > 1:
            actual = f"job {job_id} is there {number} times"
            yield CallViolation(
                Kind.PAGE, "twice", "each job once on a page", actual, (exchange,), (job_id,)
            )
            return


def _get_query(page: Exchange) -> str:
    return urlsplit(page.url).query or "a list without limit and page"


def _describe(page: Exchange, document: Document) -> str:
    return f"{_get_query(page)} has {describe_records(page, document)}"
