"""Compares what the calls of one plain `st run` of the jobs API showed with each other.

No call of its own is sent but to make sure: what speaks against an earlier response is asked for
again first, since jobs move and are made meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Lock

from contracts.contract.document import Document
from contracts.engine.history import Job
from contracts.fuzzing.model.reference import Model
from contracts.fuzzing.violations import CallViolation, Kind
from contracts.http.exchange import Exchange
from contracts.schemathesis_hooks.failing import name_record
from contracts.schemathesis_hooks.windows import Ask, PageWindows


@dataclass
class ConsistencyCheck:
    """The pages and jobs that the calls of one run showed."""

    document: Document
    windows: PageWindows = field(init=False)
    model: Model = field(init=False)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self.windows, self.model = PageWindows(self.document), Model(self.document)

    def check(self, exchange: Exchange, ask: Ask) -> Iterator[CallViolation]:
        """Say how *exchange* contradicts itself, or what was answered before, and remember it."""
        if exchange.operation is None or exchange.status != 200:
            return
        with self._lock:
            yield from self.windows.check(exchange, ask)
            for job in exchange.jobs or [exchange.job]:
                yield from self._find_contradiction(job, exchange, ask)

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
        again = ask(name_record(self.document, exchange, job_id))
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
