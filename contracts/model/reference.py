"""The reference model: what is known of each job, and what may be answered next.

It is made of the Document alone: the lifecycle says where a job may have gone, the pagination
how long a page may be, the conflict when a second deletion is refused. Jobs of this run belong to
nobody else, so only the server may move them; any other job may be moved by anyone.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from contracts.contract.document import Document
from contracts.engine.history import Job
from contracts.http.excerpt import Change, as_json, changes
from contracts.http.exchange import Exchange


@dataclass(frozen=True, slots=True)
class Clash:
    """An answer that the model does not allow."""

    cause: str
    """The same for every clash of the same kind, whatever the numbers in it."""
    expected: str
    actual: str
    sure: bool = True
    """No legal history explains it; otherwise it has to come up again to be reported."""
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
    def ids(page: Exchange) -> set[int]:
        """Return the numbers of the jobs on a page."""
        ids = (job.get("jobId") for job in page.jobs)
        return {one for one in ids if isinstance(one, int) and not isinstance(one, bool)}

    def states(self, job_id: int) -> frozenset[str]:
        """Return the states in which *job_id* may be by now."""
        life = self.document.lifecycle
        by = "server" if job_id in self.own else None
        return life.closure(str(self.seen[job_id].get(life.field)), by=by)

    def observe(self, job: Job) -> Clash | None:
        """Take *job* in as it was shown, and say what speaks against it."""
        job_id = job.get("jobId")
        if type(job_id) is not int:
            return None
        clash = self._against(job_id, job) if job_id in self.seen else None
        if clash is None:
            self.seen[job_id] = job
            return None
        return replace(clash, about=job_id, changed=changes(self.seen[job_id], job))

    def _against(self, job_id: int, job: Job) -> Clash | None:
        life, known = self.document.lifecycle, self.seen[job_id]
        if job.get(life.field) not in self.states(job_id):
            wanted = " or ".join(sorted(self.states(job_id)))
            return Clash("status", f"job {job_id} is {wanted}", f"it is {job.get(life.field)}")
        for name in ("referenceId", "description", "projectId", life.made):
            if job.get(name) != known.get(name):
                was, now = as_json(known.get(name)), as_json(job.get(name))
                return Clash(name, f"{name} of job {job_id} stays {was}", f"it is {now}")
        ended = known.get(life.field) == self.document.cancel.to
        if ended and job_id in self.own and job != known:
            told = f"{', '.join(one.member for one in changes(known, job))} changed"
            return Clash("ended", f"nothing of job {job_id} changes once it is cancelled", told)
        before, after = known.get(life.moved), job.get(life.moved)
        if type(before) is int and (type(after) is not int or after < before):
            told = f"it went from {before} to {as_json(after)}"
            return Clash("stamp", f"{life.moved} of job {job_id} never goes back", told)
        return None

    def listed(self, page: Exchange, limit: int | None) -> Clash | None:
        """Take a page in."""
        if page.status != 200 or not isinstance(page.data, list):
            return Clash("list", "200 and a page of jobs", f"it was {page.status}", sure=False)
        most = self.document.paging.limit.meaning(limit)
        if len(page.jobs) > most:
            return Clash("page", f"at most {most} jobs on the page", f"there are {len(page.jobs)}")
        ids = [job.get("jobId") for job in page.jobs]
        if twice := next((one for one in ids if ids.count(one) > 1), None):
            told = f"job {twice} is there twice"
            return Clash("twice", "each job once on the page", told, about=twice)
        return next((clash for job in page.jobs if (clash := self.observe(job))), None)

    def read(self, job_id: int, response: Exchange) -> Clash | None:
        """Take in how a job reads that was shown before."""
        if response.status != 200:
            told = f"it was {response.status}"
            return Clash("read", f"job {job_id} can be read", told, sure=False)
        if response.job.get("jobId") != job_id:
            return Clash("other", f"job {job_id} comes", f"it was job {response.job.get('jobId')}")
        return self.observe(response.job)

    def cancelled(self, job_id: int, response: Exchange) -> Clash | None:
        """Take in how a cancel was answered."""
        move, life = self.document.cancel, self.document.lifecycle
        states = self.states(job_id)
        allowed = {200} if states.intersection(move.sources) else set()
        if states.difference(move.sources):
            allowed.add(move.otherwise or 400)
        if response.status not in allowed and not response.uncertain:
            wanted = " or ".join(map(str, sorted(allowed)))
            told = f"{wanted} for a cancel of job {job_id}, which is {self._known_as(states)}"
            return Clash("cancel", told, f"it was {response.status}")
        if response.status != 200:
            return None
        if response.job.get("jobId") != job_id or response.job.get(life.field) != move.to:
            now = f"job {response.job.get('jobId')} is {response.job.get(life.field)}"
            return Clash("cancelled", f"job {job_id} is {move.to}", now)
        clash = self._moved_more(job_id, response.job)
        if clash is not None:
            changed = changes(self.seen[job_id], response.job)
            clash = replace(clash, about=job_id, changed=changed)
        self.seen[job_id] = response.job
        return clash

    def _moved_more(self, job_id: int, job: Job) -> Clash | None:
        """Say what a cancel changed besides what it has to change."""
        life, known = self.document.lifecycle, self.seen[job_id]
        stamp, before = job.get(life.moved), known.get(life.moved)
        if type(stamp) is not int or (type(before) is int and stamp < before):
            told = f"{life.moved} of job {job_id} is set, and not before {before}"
            return Clash("stamp", told, f"it is {as_json(stamp)}")
        wanted = {**known, life.field: self.document.cancel.to, life.moved: stamp}
        if job_id not in self.own or job == wanted:
            return None
        told = f"{', '.join(n for n in wanted if job.get(n) != wanted[n])} changed as well"
        return Clash("more", f"only {life.field} and {life.moved} of job {job_id} change", told)

    @staticmethod
    def _known_as(states: frozenset[str]) -> str:
        return " or ".join(sorted(states))

    def made(self, user: str, response: Exchange) -> Clash | None:
        """Take in how the deletion of *user* was answered."""
        conflict = self.document.conflict
        living = frozenset(conflict.states)
        jobs = [self.states(job_id) for job_id, name in self.own.items() if name == user]
        allowed = {200}
        if not jobs or any(states & living for states in jobs):
            allowed.add(conflict.status)  # an earlier run may have left the user a job
        if any(states <= living for states in jobs):
            allowed.discard(200)
        if response.status not in allowed and not response.uncertain:
            wanted = " or ".join(map(str, sorted(allowed)))
            return Clash(
                "make", f"{wanted} for the deletion of {user}", f"it was {response.status}"
            )
        return self._made(user, response.job) if response.status == 200 else None

    def _made(self, user: str, job: Job) -> Clash | None:
        life, key = self.document.lifecycle, self.document.conflict.key
        job_id = job.get("jobId")
        if type(job_id) is not int or job_id in self.seen:
            return Clash("number", "a new job with a jobId of its own", f"its jobId is {job_id}")
        if job.get(life.field) != life.initial or job.get(key) != user:
            now = f"it is {job.get(life.field)} for {job.get(key)}"
            return Clash("made", f"a job that is {life.initial} for {user}", now)
        self.own[job_id] = user
        self.seen[job_id] = job
        return None
