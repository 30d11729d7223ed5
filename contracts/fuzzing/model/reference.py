"""The reference model: what is known of each job, and what may be answered next.

It is made of the Document alone: the lifecycle says where a job may have gone, the pagination
how long a page may be, the conflict when a second deletion is refused. Jobs of this run belong to
no other client, so only the server may move them; any other job may be moved by anyone.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from contracts.contract.document import Document
from contracts.engine.history import Job
from contracts.http.excerpt import Change, as_json, compare_records
from contracts.http.exchange import Exchange

MORE = "more"
"""The cause where a cancel changed more than it may."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A response that the model does not allow; a law raises a Violation if it is certain."""

    cause: str
    """The same for every mismatch of one kind, whatever the numbers in it."""
    expected: str
    actual: str
    certain: bool = True
    """No legal history explains it; otherwise it is reported only if it is found again."""
    about: int | None = None
    """The job that it is about."""
    changed: tuple[Change, ...] = ()
    """How that job differs from what it was."""


@dataclass
class Model:
    """The jobs as they were last seen."""

    document: Document
    seen: dict[int, Job] = field(default_factory=dict)
    own: dict[int, str] = field(default_factory=dict)
    """The jobs that this sequence made, and their users."""

    @staticmethod
    def get_ids(page: Exchange) -> set[int]:
        """Return the numbers of the jobs on a page."""
        ids = (job.get("jobId") for job in page.jobs)
        return {one for one in ids if isinstance(one, int) and not isinstance(one, bool)}

    def get_states(self, job_id: int) -> frozenset[str]:
        """Return the states that *job_id* may have reached by now."""
        life = self.document.lifecycle
        by = "server" if job_id in self.own else None
        return life.find_reachable(str(self.seen[job_id].get(life.field)), by=by)

    def observe(self, job: Job) -> Mismatch | None:
        """Record *job* as it was shown; return how it contradicts what is known of it."""
        job_id = job.get("jobId")
        if type(job_id) is not int:
            return None
        mismatch = self._compare(job_id, job) if job_id in self.seen else None
        if mismatch is None:
            self.seen[job_id] = job
            return None
        return replace(mismatch, about=job_id, changed=compare_records(self.seen[job_id], job))

    def _compare(self, job_id: int, job: Job) -> Mismatch | None:
        life, known = self.document.lifecycle, self.seen[job_id]
        if job.get(life.field) not in self.get_states(job_id):
            wanted = " or ".join(sorted(self.get_states(job_id)))
            return Mismatch("status", f"job {job_id} is {wanted}", f"it is {job.get(life.field)}")
        for name in ("referenceId", "description", "projectId", life.made):
            if job.get(name) != known.get(name):
                was, now = as_json(known.get(name)), as_json(job.get(name))
                return Mismatch(name, f"{name} of job {job_id} stays {was}", f"it is {now}")
        ended = known.get(life.field) == self.document.cancel.to
        if ended and job_id in self.own and job != known:
            actual = f"{', '.join(one.member for one in compare_records(known, job))} changed"
            return Mismatch(
                "ended", f"nothing of job {job_id} changes once it is cancelled", actual
            )
        before, after = known.get(life.moved), job.get(life.moved)
        if type(before) is int and (type(after) is not int or after < before):
            actual = f"it went from {before} to {as_json(after)}"
            return Mismatch("stamp", f"{life.moved} of job {job_id} never goes back", actual)
        return None

    def check_list(self, page: Exchange, limit: int | None) -> Mismatch | None:
        """Record the jobs of a page; return how the page contradicts the model."""
        if page.status != 200 or not isinstance(page.data, list):
            actual = f"the status was {page.status}"
            return Mismatch("list", "200 and a page of jobs", actual, certain=False)
        most = self.document.paging.limit.interpret(limit)
        if len(page.jobs) > most:
            actual = f"there are {len(page.jobs)}"
            return Mismatch("page", f"at most {most} jobs on the page", actual)
        ids = [job.get("jobId") for job in page.jobs]
        if twice := next((one for one in ids if ids.count(one) > 1), None):
            actual = f"job {twice} is on it more than once"
            return Mismatch("twice", "each job once on the page", actual, about=twice)
        return next((mismatch for job in page.jobs if (mismatch := self.observe(job))), None)

    def check_read(self, job_id: int, response: Exchange) -> Mismatch | None:
        """Record how a job reads that was shown before; return how that contradicts the model."""
        if response.status != 200:
            actual = f"the status was {response.status}"
            return Mismatch("read", f"job {job_id} can be read", actual, certain=False)
        if response.job.get("jobId") != job_id:
            other = f"job {response.job.get('jobId')} was returned"
            return Mismatch("other", f"job {job_id} is returned", other)
        return self.observe(response.job)

    def check_cancel(self, job_id: int, response: Exchange) -> Mismatch | None:
        """Record the response to a cancel; return how it contradicts the model."""
        move, life = self.document.cancel, self.document.lifecycle
        states = self.get_states(job_id)
        allowed = {200} if states.intersection(move.sources) else set()
        if states.difference(move.sources):
            allowed.add(move.otherwise or 400)
        if response.status not in allowed and not response.uncertain:
            wanted = " or ".join(map(str, sorted(allowed)))
            expected = f"{wanted} for a cancel of job {job_id}, which is {self._join(states)}"
            return Mismatch("cancel", expected, f"the status was {response.status}")
        if response.status != 200:
            return None
        if response.job.get("jobId") != job_id or response.job.get(life.field) != move.to:
            now = f"job {response.job.get('jobId')} is {response.job.get(life.field)}"
            return Mismatch("cancelled", f"job {job_id} is {move.to}", now)
        mismatch = self._find_extra_changes(job_id, response.job)
        if mismatch is not None:
            changed = compare_records(self.seen[job_id], response.job)
            mismatch = replace(mismatch, about=job_id, changed=changed)
        self.seen[job_id] = response.job
        return mismatch

    def _find_extra_changes(self, job_id: int, job: Job) -> Mismatch | None:
        """Return what a cancel changed that it must not change, if anything."""
        life, known = self.document.lifecycle, self.seen[job_id]
        stamp, before = job.get(life.moved), known.get(life.moved)
        if type(stamp) is not int or (type(before) is int and stamp < before):
            expected = f"{life.moved} of job {job_id} is set, and is {before} or later"
            return Mismatch("stamp", expected, f"it is {as_json(stamp)}")
        wanted = {**known, life.field: self.document.cancel.to, life.moved: stamp}
        if job_id not in self.own or job == wanted:
            return None
        actual = f"{', '.join(n for n in wanted if job.get(n) != wanted[n])} changed as well"
        expected = f"only {life.field} and {life.moved} of job {job_id} change"
        # The server may have moved it just before, which may change more than that.
        left = self.get_states(job_id).intersection(self.document.cancel.sources)
        return Mismatch(MORE, expected, actual, certain=left == {known.get(life.field)})

    @staticmethod
    def _join(states: frozenset[str]) -> str:
        return " or ".join(sorted(states))

    def check_deletion(self, user: str, response: Exchange) -> Mismatch | None:
        """Record the response to the deletion of *user*; return how it contradicts the model."""
        conflict = self.document.conflict
        living = frozenset(conflict.states)
        jobs = [self.get_states(job_id) for job_id, name in self.own.items() if name == user]
        allowed = {200}
        if not jobs or any(states & living for states in jobs):
            allowed.add(conflict.status)  # an earlier run may have left the user a job
        if any(states <= living for states in jobs):
            allowed.discard(200)
        if response.status not in allowed and not response.uncertain:
            wanted = " or ".join(map(str, sorted(allowed)))
            return Mismatch(
                "make", f"{wanted} for the deletion of {user}", f"it was {response.status}"
            )
        return self._check_new_job(user, response.job) if response.status == 200 else None

    def _check_new_job(self, user: str, job: Job) -> Mismatch | None:
        life, key = self.document.lifecycle, self.document.conflict.key
        job_id = job.get("jobId")
        if type(job_id) is not int or job_id in self.seen:
            return Mismatch("number", "a new job with an unused jobId", f"its jobId is {job_id}")
        if job.get(life.field) != life.initial or job.get(key) != user:
            now = f"it is {job.get(life.field)} for {job.get(key)}"
            return Mismatch("made", f"a job that is {life.initial} for {user}", now)
        self.own[job_id] = user
        self.seen[job_id] = job
        return None
