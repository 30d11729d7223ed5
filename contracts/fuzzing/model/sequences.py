"""The calls that a random sequence consists of, each compared with the model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import cycle, islice
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    multiple,
    precondition,
    rule,
)

from contracts.contract.document import Document
from contracts.engine.probe import Query
from contracts.fuzzing.model.budget import Budget
from contracts.fuzzing.model.reference import Mismatch, Model
from contracts.fuzzing.model.script import Step
from contracts.http.exchange import Exchange
from contracts.target import Effects

PICKED = 5
"""How many jobs of a page later calls may be about. The number is fixed, so that a page that moved
between two sequences does not change what hypothesis chooses from."""

PAGES = 4
"""How many pages of the largest size a walk reads at most."""

TRIES = 2
"""How many walks in a row have to miss a job: a job that moves between two pages may be missed."""

MISSING = frozenset({404, 405, 501})
"""The statuses of a deployment that has no operation to make jobs with."""


class Reads(RuleBasedStateMachine):
    """Sequences that only read."""

    budget: ClassVar[Budget]
    jobs = Bundle("jobs")

    def __init__(self) -> None:
        super().__init__()
        self.model = Model(self.document)
        self.steps: list[Step] = []
        self.pages: dict[int, Callable[[], Exchange]] = {}
        """How to fetch again the page that a job was on last."""

    @property
    def document(self) -> Document:
        """Return the contract."""
        return self.budget.probe.document

    def send(self, what: str, call: Callable[[], Exchange], **more: Any) -> Exchange:
        """Make one call and record it as a step."""
        exchange = self.budget.call(call, after=len(self.steps))
        self.steps.append(Step(what, exchange, **more))
        self.budget.exercised[f"{what.partition(' ')[0]} {exchange.status}"] += 1
        return exchange

    def check(self, mismatch: Mismatch | None) -> None:
        """End the sequence if the last response contradicts the model."""
        if mismatch is not None:
            self.budget.record(mismatch, self.steps)

    def fetch_page(self, limit: int | None, page: int | None) -> Exchange:
        """Fetch a page and compare it with the model."""
        paging = self.document.paging
        given = {paging.limit.parameter: limit, paging.page.parameter: page}
        query: Query = {name: value for name, value in given.items() if value is not None}
        text = "&".join(f"{name}={value}" for name, value in query.items())

        def call() -> Exchange:
            return self.budget.probe.list_jobs(query)

        response = self.send(f"list {text}".strip(), call)
        mismatch = self.model.check_list(response, limit)
        if mismatch is not None and not mismatch.certain:
            mismatch = self.confirm(mismatch, self.model.check_list(self.budget.call(call), limit))
        self.check(mismatch)
        self.pages.update(dict.fromkeys(self.model.get_ids(response), call))
        return response

    @staticmethod
    def confirm(mismatch: Mismatch, again: Mismatch | None) -> Mismatch | None:
        """Return *mismatch* as certain if it was found again: it may have been a short outage."""
        return None if again is None else replace(mismatch, certain=True)

    @rule(target=jobs, limit=st.integers(-1, 4), last=st.booleans(), page=st.integers(0, 3))
    def list_jobs(self, limit: int, last: bool, page: int) -> MultipleResults[int]:  # noqa: FBT001 -- drawn
        """Read a page; later calls may be about its first jobs."""
        bounds = self.document.paging.limit
        most = bounds.max or bounds.default
        size = None if limit == -1 else limit if not last else most + limit - 1
        return multiple(*self.pick_jobs(self.fetch_page(size, page or None)))

    def pick_jobs(self, page: Exchange) -> list[int]:
        """Return jobs of a page, beginning with one in each state."""
        ids = self.model.get_ids(page)
        jobs = [job for job in page.jobs if job.get("jobId") in ids]
        field = self.document.lifecycle.field
        firsts = {str(job.get(field)): job for job in reversed(jobs)}
        return [job["jobId"] for job in islice(cycle([*firsts.values(), *jobs]), PICKED)]

    @rule(job=jobs)
    def read(self, job: int) -> None:
        """Read a job that was shown before."""
        self.read_job(job)

    def read_job(self, job: int) -> None:
        """Read a job and compare it with the model."""

        def call() -> Exchange:
            return self.budget.probe.get_job(job)

        mismatch = self.model.check_read(job, self.send(f"read {job}", call))
        if mismatch is not None and not mismatch.certain:
            # Another client may have deleted it; then it is missing from its page as well.
            page = self.pages.get(job)
            gone = page is not None and job not in self.model.get_ids(self.budget.call(page))
            again = None if gone else self.model.check_read(job, self.budget.call(call))
            mismatch = self.confirm(mismatch, again)
        self.check(mismatch)


class Changes(Reads):
    """Sequences that also make jobs, and cancel only those."""

    own = Bundle("own")

    def delete_user(self, user: str) -> MultipleResults[int]:
        """Delete *user* and return the job that this made, if it did."""
        probe = self.budget.probe
        response = self.send("make", lambda: probe.delete_user(user), user=user)
        if response.status in MISSING:
            self.budget.without_companion = True
            return multiple()
        number = response.job.get("jobId") if response.status == 200 else None
        if type(number) is int:
            self.steps[-1] = Step("make", response, number, user)
        self.check(self.model.check_deletion(user, response))
        return multiple(number) if type(number) is int else multiple()

    def cancel_job(self, job: int) -> None:
        """Cancel a job and compare the response with the model."""
        response = self.send(f"cancel {job}", lambda: self.budget.probe.cancel_job(job))
        self.check(self.model.check_cancel(job, response))

    @precondition(lambda self: not self.budget.without_companion)
    @rule(target=own, two=st.booleans())
    def make(self, two: bool) -> MultipleResults[int]:  # noqa: FBT001 -- drawn
        """Make a job for a new user, or one each for two: a cancel may reach its neighbour."""
        users = [self.budget.probe.new_user() for _ in range(1 + two)]
        return multiple(*[job for user in users for job in self.delete_user(user).values])

    @rule(target=own, job=own)
    def make_again(self, job: int) -> MultipleResults[int]:
        """Delete the user of a job once more: a conflict as long as the job lives."""
        living = self.document.conflict.states
        again = self.delete_user(self.model.own[job])
        if again.values:
            self.read_job(job)
            state = self.model.seen[job].get(self.document.lifecycle.field)
            if state in living:
                expected = f"{self.document.conflict.status} while job {job} is "
                expected += " or ".join(living)
                actual = f"a second job was made while it was {state}"
                self.check(Mismatch("conflict", expected, actual))
        return again

    @rule(job=own)
    def cancel(self, job: int) -> None:
        """Cancel a job of this sequence."""
        self.cancel_job(job)

    @rule(job=own)
    def read_again(self, job: int) -> None:
        """Read a job of this sequence."""
        self.read_job(job)

    @precondition(lambda self: self.model.own)
    @rule()
    def walk(self) -> None:
        """Walk the pages: each job of this sequence is on one of them."""
        missing: set[int] = set()
        for _ in range(TRIES):
            missing = self._walk_once()
            if not missing:
                return
        first = min(missing)
        actual = f"none of {TRIES} walks over the pages found it"
        expected = f"job {first}, which was made, is listed"
        self.check(Mismatch("unlisted", expected, actual, certain=False))

    def _walk_once(self) -> set[int]:
        """Return the jobs of this sequence that a whole walk did not meet."""
        paging, missing = self.document.paging, set(self.model.own)
        size = paging.limit.max or paging.limit.default
        for number in range(paging.page.min, paging.page.min + PAGES):
            page = self.fetch_page(size, number)
            missing -= self.model.get_ids(page)
            if not missing or len(page.jobs) < size:
                return missing
        return set()


class Everything(Changes):
    """Sequences that cancel any job."""

    @rule(job=Reads.jobs)
    def cancel_any(self, job: int) -> None:
        """Cancel a job that was shown before, unless a sequence beside this one may look at it."""
        if not self.budget.beside or not self._is_of_another(job):
            self.cancel_job(job)

    def _is_of_another(self, job: int) -> bool:
        """Tell whether another sequence made *job*, or is the one of them that may cancel it."""
        probe, budget = self.budget.probe, self.budget
        user = str(self.model.seen[job].get(self.document.conflict.key))
        guard = probe.run.transport.guard
        made = job in guard.get_own(probe.target.project) or user.startswith(guard.synthetic)
        return job not in self.model.own and (made or job % budget.beside != budget.number)


BY_EFFECTS = {Effects.NONE: Reads, Effects.OWN: Changes, Effects.ANY: Everything}
