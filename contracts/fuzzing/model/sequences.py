"""The calls that a random sequence consists of, each compared with the model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import cycle

from contracts.contract.document import Document
from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.probe import Query
from contracts.fuzzing.model.budget import Budget, MismatchFound
from contracts.fuzzing.model.plan import Action, Plan
from contracts.fuzzing.model.reference import MORE, Mismatch, Model
from contracts.fuzzing.model.script import Step
from contracts.http.exchange import Exchange

PAGES = 4
"""How many pages of the largest size a walk reads at most."""

TRIES = 2
"""How many walks in a row have to miss a job: a job that moves between two pages may be missed."""

MISSING = frozenset({404, 405, 501})
"""The statuses of a deployment that has no operation to make jobs with."""

Call = Callable[[JobsProbe], Exchange]


@dataclass
class CallSequence:
    """One sequence under way; the methods that a plan names are its steps."""

    probe: JobsProbe
    budget: Budget
    steps: list[Step] = field(default_factory=list)
    listed: list[int] = field(default_factory=list)
    """Jobs that pages have shown, the latest last."""
    own: list[int] = field(default_factory=list)
    """Jobs that this sequence made."""
    users: set[str] = field(default_factory=set)
    """Their users."""
    found: str = ""
    """The cause of the mismatch that ended the sequence."""
    pages: dict[int, Call] = field(default_factory=dict)
    """How to fetch again the page that a job was on last."""
    carried_out: list[Action] = field(default_factory=list)
    """The actions so far, each with the job that it was about."""
    model: Model = field(init=False)

    def __post_init__(self) -> None:
        self.model = Model(self.document)

    @property
    def document(self) -> Document:
        """Return the contract."""
        return self.probe.document

    def carry_out(self, plan: Plan) -> None:
        """Carry *plan* out, until it ends or nothing new can be shown."""
        for action in plan:
            self.carried_out.append(action)
            getattr(self, action.rule)(*action.drawn)

    def list_jobs(self, limit: int, last: int, page: int) -> None:
        """Read a page; later calls may be about its first jobs.

        A *limit* of 0 is none, and others begin with 0, or with one below the largest if *last*.
        """
        most = (bounds := self.document.paging.limit).max or bounds.default
        first = most - 1 if last else 0
        found = self._fetch_page(limit + first - 1 if limit else None, page or None)
        self.listed += self._pick_jobs(found)

    def read(self, place: int) -> None:
        """Read a job that was shown before."""
        if (job := self._choose(self.listed, place)) is not None:
            self._read_job(job)

    def make(self, two: int) -> None:
        """Make a job for a new user, or one each for two: a cancel may reach its neighbour."""
        users = [self.probe.new_user() for _ in range(1 + two)]
        self.users.update(users)
        self.budget.busy.update(users)
        for user in users:
            self._delete_user(user)

    def make_again(self, place: int) -> None:
        """Delete the user of a job once more: a conflict as long as the job lives."""
        if not self.own:
            return
        job = _pick(self.own, place)
        if not self._delete_user(self.model.own[job]):
            return
        self._read_job(job)
        state = self.model.seen[job].get(self.document.lifecycle.field)
        living = self.document.conflict.states
        if state in living:
            expected = f"{self.document.conflict.status} while job {job} is {' or '.join(living)}"
            actual = f"a second job was made while it was {state}"
            self._check(Mismatch("conflict", expected, actual))

    def cancel(self, place: int) -> None:
        """Cancel a job of this sequence."""
        if self.own:
            self._cancel_job(_pick(self.own, place))

    def read_again(self, place: int) -> None:
        """Read a job of this sequence."""
        if self.own:
            self._read_job(_pick(self.own, place))

    def cancel_any(self, place: int) -> None:
        """Cancel a job that was shown before, but none that another sequence under way has made."""
        others = self.budget.busy - self.users
        key = self.document.conflict.key
        free = [one for one in self.listed if str(self.model.seen[one].get(key)) not in others]
        if (job := self._choose(free, place)) is not None:
            self._cancel_job(job)

    def walk(self) -> None:
        """Walk the pages: each job of this sequence is on one of them."""
        missing: set[int] = set()
        for _ in range(TRIES if self.own else 0):
            if not (missing := self._walk_once()):
                return
        if missing:
            actual = f"none of {TRIES} walks over the pages found it"
            expected = f"job {min(missing)}, which was made, is listed"
            self._check(Mismatch("unlisted", expected, actual, certain=False))

    def _choose(self, jobs: Sequence[int], place: int) -> int | None:
        """Return the job that the action is about: the same as before, if it is repeated."""
        job = (action := self.carried_out[-1]).job
        if job is None:
            job = _pick(jobs, place) if jobs else None
        elif job not in self.model.seen:
            if self._repeat(_make_read(job)).status != 200:
                return None  # The deployment may have forgotten it since.
            self._read_job(job)
        self.carried_out[-1] = replace(action, job=job)
        return job

    def _send(self, what: str, call: Call, user: str | None = None) -> Exchange:
        """Make one call and record it as a step."""
        exchange = self.budget.call(self.probe, call, after=len(self.steps))
        self.steps.append(Step(what, exchange, user=user))
        self.probe.exercise(f"{what.partition(' ')[0]} {exchange.status}")
        return exchange

    def _repeat(self, call: Call) -> Exchange:
        """Make a call again, which does not count as a step: it may have been a short outage."""
        return self.budget.call(self.probe, call, after=0)

    def _check(self, mismatch: Mismatch | None) -> None:
        """End the sequence if the last response contradicts the model."""
        if mismatch is not None:
            self.found = mismatch.cause
            self.budget.record(mismatch, self.steps)
            raise MismatchFound(mismatch.actual)

    @staticmethod
    def _confirm(mismatch: Mismatch, again: Mismatch | None) -> Mismatch | None:
        """Return *mismatch* as certain if it was found again."""
        return None if again is None else replace(mismatch, certain=True)

    def _fetch_page(self, limit: int | None, page: int | None) -> Exchange:
        """Fetch a page and compare it with the model."""
        paging = self.document.paging
        given = {paging.limit.parameter: limit, paging.page.parameter: page}
        query: Query = {name: value for name, value in given.items() if value is not None}
        text = "&".join(f"{name}={value}" for name, value in query.items())

        def call(probe: JobsProbe) -> Exchange:
            return probe.list_jobs(query)

        response = self._send(f"list {text}".strip(), call)
        mismatch = self.model.check_list(response, limit)
        if mismatch is not None and not mismatch.certain:
            mismatch = self._confirm(mismatch, self.model.check_list(self._repeat(call), limit))
        self._check(mismatch)
        self.pages.update(dict.fromkeys(self.model.get_ids(response), call))
        return response

    def _pick_jobs(self, page: Exchange) -> list[int]:
        """Return jobs of a page, one for each state: in that state, if there is such a job.

        So a plan is about jobs in the same states, whatever other sequences made of the list.
        """
        ids = self.model.get_ids(page)
        jobs = [job for job in page.jobs if job.get("jobId") in ids]
        life, others = self.document.lifecycle, cycle(jobs)
        firsts = {job.get(life.field): job for job in reversed(jobs)}
        picked = [firsts.get(state) or next(others) for state in life.states if jobs]
        return [job["jobId"] for job in picked][::-1]

    def _read_job(self, job: int) -> None:
        """Read a job and compare it with the model."""
        call = _make_read(job)
        mismatch = self.model.check_read(job, self._send(f"read {job}", call))
        if mismatch is not None and not mismatch.certain:
            # Another client may have deleted it; then it is missing from its page as well.
            page = self.pages.get(job)
            gone = page is not None and job not in self.model.get_ids(self._repeat(page))
            again = None if gone else self.model.check_read(job, self._repeat(call))
            mismatch = self._confirm(mismatch, again)
        self._check(mismatch)

    def _delete_user(self, user: str) -> bool:
        """Delete *user*, and tell whether this made a job."""
        if self.budget.without_companion:
            return False
        response = self._send("make", lambda probe: probe.delete_user(user), user)
        if response.status in MISSING:
            self.budget.without_companion = True
            return False
        number = response.job.get("jobId") if response.status == 200 else None
        if type(number) is int:
            self.steps[-1] = Step("make", response, number, user)
        self._check(self.model.check_deletion(user, response))
        if type(number) is int:
            self.own.append(number)
        return type(number) is int

    def _cancel_job(self, job: int) -> None:
        """Cancel a job and compare the response with the model."""
        response = self._send(f"cancel {job}", lambda probe: probe.cancel_job(job))
        self._check(self.model.check_cancel(job, response))
        if job in self.own and response.status == 200:
            self.budget.take_back(MORE)

    def _walk_once(self) -> set[int]:
        """Return the jobs of this sequence that a whole walk did not meet."""
        paging, missing = self.document.paging, set(self.model.own)
        size = paging.limit.max or paging.limit.default
        for number in range(paging.page.min, paging.page.min + PAGES):
            page = self._fetch_page(size, number)
            missing -= self.model.get_ids(page)
            if not missing or len(page.jobs) < size:
                return missing
        return set()


def _make_read(job: int) -> Call:
    return lambda probe: probe.get_job(job)


def _pick(jobs: Sequence[int], place: int) -> int:
    """Return the job that was *place* others before the last one, going round."""
    return jobs[-1 - place % len(jobs)]
