"""The calls that a random sequence is made of, each held against the model."""

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
from contracts.http.exchange import Exchange
from contracts.model.budget import Play
from contracts.model.reference import Clash, Model
from contracts.model.script import Step
from contracts.target import Effects

PICKED = 5
"""How many jobs of a page later calls may be about; always as many, so that a page that moved
between two sequences does not change what hypothesis chooses from."""

PAGES = 4
"""How many pages of the largest size a walk reads at most."""

TRIES = 2
"""How many walks in a row have to miss a job: what moves between two pages may hide one once."""

MISSING = frozenset({404, 405, 501})
"""How a deployment answers that has no operation to make jobs with."""


class Reads(RuleBasedStateMachine):
    """Sequences that only read."""

    play: ClassVar[Play]
    jobs = Bundle("jobs")

    def __init__(self) -> None:
        super().__init__()
        self.model = Model(self.document)
        self.steps: list[Step] = []
        self.pages: dict[int, Callable[[], Exchange]] = {}
        """How to ask again for the page that a job was on last."""

    @property
    def document(self) -> Document:
        """Return the contract."""
        return self.play.probe.document

    def ask(self, what: str, call: Callable[[], Exchange], **more: Any) -> Exchange:
        """Make one call and put it down."""
        exchange = self.play.call(call, after=len(self.steps))
        self.steps.append(Step(what, exchange, **more))
        self.play.exercised[f"{what.partition(' ')[0]} {exchange.status}"] += 1
        return exchange

    def agree(self, clash: Clash | None) -> None:
        """End the sequence if the last answer contradicts the model."""
        if clash is not None:
            self.play.clash(clash, self.steps)

    def page(self, limit: int | None, page: int | None) -> Exchange:
        """Ask for a page and hold it against the model."""
        paging = self.document.paging
        given = {paging.limit.parameter: limit, paging.page.parameter: page}
        query: Query = {name: value for name, value in given.items() if value is not None}
        told = "&".join(f"{name}={value}" for name, value in query.items())

        def call() -> Exchange:
            return self.play.probe.list_jobs(query)

        response = self.ask(f"list {told}".strip(), call)
        clash = self.model.listed(response, limit)
        if clash is not None and not clash.sure:
            clash = self.certain(clash, self.model.listed(self.play.call(call), limit))
        self.agree(clash)
        self.pages.update(dict.fromkeys(self.model.ids(response), call))
        return response

    @staticmethod
    def certain(clash: Clash, again: Clash | None) -> Clash | None:
        """Return *clash* if it came up again: it may have been an outage of a moment."""
        return None if again is None else replace(clash, sure=True)

    @rule(target=jobs, limit=st.integers(-1, 4), last=st.booleans(), page=st.integers(0, 3))
    def list_jobs(self, limit: int, last: bool, page: int) -> MultipleResults[int]:  # noqa: FBT001 -- drawn
        """Read a page; its first jobs are known from then on."""
        bounds = self.document.paging.limit
        most = bounds.max or bounds.default
        size = None if limit == -1 else limit if not last else most + limit - 1
        return multiple(*self.picked(self.page(size, page or None)))

    def picked(self, page: Exchange) -> list[int]:
        """Return jobs of a page, first of all one in each state."""
        ids = self.model.ids(page)
        jobs = [job for job in page.jobs if job.get("jobId") in ids]
        field = self.document.lifecycle.field
        firsts = {str(job.get(field)): job for job in reversed(jobs)}
        return [job["jobId"] for job in islice(cycle([*firsts.values(), *jobs]), PICKED)]

    @rule(job=jobs)
    def read(self, job: int) -> None:
        """Read a job that was shown before."""
        self.read_job(job)

    def read_job(self, job: int) -> None:
        """Read a job and hold it against the model."""

        def call() -> Exchange:
            return self.play.probe.get_job(job)

        clash = self.model.read(job, self.ask(f"read {job}", call))
        if clash is not None and not clash.sure:
            # A job of somebody else may be gone; then it is gone from its page as well.
            page = self.pages.get(job)
            gone = page is not None and job not in self.model.ids(self.play.call(page))
            again = None if gone else self.model.read(job, self.play.call(call))
            clash = self.certain(clash, again)
        self.agree(clash)


class Changes(Reads):
    """Sequences that also make jobs, and cancel only those."""

    own = Bundle("own")

    def deleted(self, user: str) -> MultipleResults[int]:
        """Delete *user* and return the job that this made, if it did."""
        probe = self.play.probe
        response = self.ask("make", lambda: probe.delete_user(user), user=user)
        if response.status in MISSING:
            self.play.without_companion = True
            return multiple()
        number = response.job.get("jobId") if response.status == 200 else None
        if type(number) is int:
            self.steps[-1] = Step("make", response, number, user)
        self.agree(self.model.made(user, response))
        return multiple(number) if type(number) is int else multiple()

    def cancelled(self, job: int) -> None:
        """Cancel a job and hold the answer against the model."""
        response = self.ask(f"cancel {job}", lambda: self.play.probe.cancel_job(job))
        self.agree(self.model.cancelled(job, response))

    @precondition(lambda self: not self.play.without_companion)
    @rule(target=own, two=st.booleans())
    def make(self, two: bool) -> MultipleResults[int]:  # noqa: FBT001 -- drawn
        """Make a job for a new user, or one each for two: a cancel may reach its neighbour."""
        users = [self.play.probe.new_user() for _ in range(1 + two)]
        return multiple(*[job for user in users for job in self.deleted(user).values])

    @rule(target=own, job=own)
    def make_again(self, job: int) -> MultipleResults[int]:
        """Delete the user of a job once more: a conflict as long as the job lives."""
        living = self.document.conflict.states
        again = self.deleted(self.model.own[job])
        if again.values:
            self.read_job(job)
            state = self.model.seen[job].get(self.document.lifecycle.field)
            if state in living:
                told = f"{self.document.conflict.status} while job {job} is {' or '.join(living)}"
                self.agree(Clash("conflict", told, f"it is {state}, and a second job was made"))
        return again

    @rule(job=own)
    def cancel(self, job: int) -> None:
        """Cancel a job of this sequence."""
        self.cancelled(job)

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
            missing = self._walked()
            if not missing:
                return
        first = min(missing)
        told = f"no page of {TRIES} walks has it"
        expected = f"job {first}, which was made, is listed"
        self.agree(Clash("unlisted", expected, told, sure=False))

    def _walked(self) -> set[int]:
        """Return the jobs of this sequence that a whole walk did not meet."""
        paging, missing = self.document.paging, set(self.model.own)
        size = paging.limit.max or paging.limit.default
        for number in range(paging.page.min, paging.page.min + PAGES):
            page = self.page(size, number)
            missing -= self.model.ids(page)
            if not missing or len(page.jobs) < size:
                return missing
        return set()


class Everything(Changes):
    """Sequences that cancel any job."""

    @rule(job=Reads.jobs)
    def cancel_any(self, job: int) -> None:
        """Cancel a job that was shown before."""
        self.cancelled(job)


MACHINES = {Effects.NONE: Reads, Effects.OWN: Changes, Effects.ANY: Everything}
