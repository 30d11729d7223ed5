"""Jobs in this process's memory: one dictionary, and the indexes that keep every call cheap.

A million jobs fit. A page is a slice of its project's ids, so the last page costs what the first
does; a heap knows the next due move, so settling when nothing is due is one comparison.
"""

import heapq
from bisect import insort
from collections.abc import Callable, Sequence
from itertools import pairwise

from mockserver.domain.job import Job, create_deletion
from mockserver.domain.lifecycle import Lifecycle, Refusal, step
from mockserver.domain.paging import Window
from mockserver.domain.progress import apply_due, next_due
from mockserver.domain.tenancy import Project
from mockserver.store.interface import (
    DeletionPendingError,
    JobExistsError,
    JobNotFoundError,
    Observe,
)
from mockserver.store.seed import Seed, plan_for


class MemoryStore:
    """Keeps the jobs of *seed*; no call awaits, so each is atomic within its event loop.

    Args:
        seed: what to start from; its list of jobs is taken over.
        lifecycle: how jobs move.
        active: the states in which a job keeps a second one for its user from being made.
        observe: is called with each job that is made or changed.
    """

    def __init__(
        self,
        seed: Seed,
        lifecycle: Lifecycle,
        active: tuple[str, ...],
        observe: Observe | None = None,
    ) -> None:
        self._lifecycle = lifecycle
        self._observe = observe
        self._active_states = frozenset(active)
        self._indexed_states = self._active_states | lifecycle.transient
        self._rules = seed.rules
        self._jobs: dict[int, Job] = {}
        self._of_project: dict[int, list[int]] = {}
        #: How many jobs of a user are active; more than one only where one was made beside another.
        self._active: dict[tuple[int, str], int] = {}
        self._due: list[tuple[int, int]] = []
        self._revision = 0
        self._next_id = 1
        self.plant(seed.jobs)

    def plant(self, jobs: Sequence[Job]) -> None:
        """Add *jobs* of the seed, without calling the observer."""
        by_id = {job.job_id: job for job in jobs}
        self._jobs |= by_id
        self._next_id = max(self._next_id, max(by_id, default=0) + 1)
        new_ids: dict[int, list[int]] = {}
        for job in jobs:
            new_ids.setdefault(job.project.project_id, []).append(job.job_id)
            self._watch(job)
        for project_id, more in new_ids.items():
            ids = self._of_project.setdefault(project_id, [])
            ordered = all(left < right for left, right in pairwise([*ids[-1:], *more]))
            ids += more
            if not ordered:
                ids.sort()

    def revision(self, now: int) -> int | None:
        """Return the number of changes so far, those due at *now* included."""
        self._settle(now)
        return self._revision

    async def page(self, project: Project, window: Window, now: int) -> Sequence[Job]:
        """Return the project's jobs in *window*, newest first."""
        self._settle(now)
        ids = self._of_project.get(project.project_id, [])
        stop = len(ids) - window.offset
        if stop <= 0:
            return []
        jobs = self._jobs
        return [jobs[job_id] for job_id in reversed(ids[max(0, stop - window.limit) : stop])]

    async def job(self, project: Project, job_id: int, now: int) -> Job:
        """Return one job of the project."""
        self._settle(now)
        return self._find(project, job_id)

    async def move(self, project: Project, job_id: int, event: str, now: int) -> Job | Refusal:
        """Return the job after *event*, or why it may not happen."""
        self._settle(now)
        job = self._find(project, job_id)
        moved = step(self._lifecycle, job, event, now)
        if isinstance(moved, Job):
            self._replace(job, moved)
        return moved

    async def make(
        self, project: Project, reference_id: str, now: int, *, beside: bool = False
    ) -> Job:
        """Return a new job for that user."""
        if not beside and await self.has_active(project, reference_id, now):
            raise DeletionPendingError(reference_id)
        job = create_deletion(
            reference_id,
            job_id=self._next_id,
            project=project,
            status=self._lifecycle.initial,
            plan=plan_for(self._rules, reference_id),
            now=now,
        )
        job = self._lifecycle.stamp_new(job)
        self._insert(job)
        return job

    async def has_active(self, project: Project, reference_id: str, now: int) -> bool:
        """Return whether a job of that user is active."""
        self._settle(now)
        return (project.project_id, reference_id) in self._active

    async def settle(self, now: int) -> None:
        """Make the moves that are due at *now*."""
        self._settle(now)

    async def last_id(self) -> int:
        """Return the highest jobId so far."""
        return self._next_id - 1

    async def all(self, now: int) -> Sequence[Job]:
        """Return all jobs of all projects, by jobId."""
        self._settle(now)
        return [self._jobs[job_id] for job_id in sorted(self._jobs)]

    async def get_any(self, job_id: int, now: int) -> Job:
        """Return a job of any project."""
        self._settle(now)
        if job_id not in self._jobs:
            raise JobNotFoundError(job_id)
        return self._jobs[job_id]

    async def add(self, job: Job, now: int) -> Job:
        """Add *job* and return it."""
        self._settle(now)
        if job.job_id in self._jobs:
            raise JobExistsError(job.job_id)
        user = (job.project.project_id, job.reference_id)
        if job.status in self._active_states and user in self._active:
            raise DeletionPendingError(job.reference_id)
        self._insert(job)
        return job

    async def change(self, job_id: int, change: Callable[[Job], Job], now: int) -> Job:
        """Replace a job by what *change* makes of it, and return that."""
        before = await self.get_any(job_id, now)
        after = change(before)
        self._replace(before, after)
        return after

    async def use_lifecycle(self, lifecycle: Lifecycle, now: int) -> None:
        """Move jobs by *lifecycle* from *now* on."""
        self._settle(now)
        self._lifecycle = lifecycle
        self._indexed_states = self._active_states | lifecycle.transient
        self._due.clear()
        self._active.clear()
        for job in self._jobs.values():
            self._watch(job)
        self._revision += 1

    def _insert(self, job: Job) -> None:
        self._next_id = max(self._next_id, job.job_id + 1)
        self._jobs[job.job_id] = job
        insort(self._of_project.setdefault(job.project.project_id, []), job.job_id)
        self._watch(job)
        self._revision += 1
        if self._observe is not None:
            self._observe(None, job)

    def _find(self, project: Project, job_id: int) -> Job:
        job = self._jobs.get(job_id)
        if job is None or job.project.project_id != project.project_id:
            raise JobNotFoundError(job_id)
        return job

    def _settle(self, now: int) -> None:
        """Make the moves that are due at *now*, in the order of their moments."""
        while self._due and self._due[0][0] <= now:
            at, job_id = heapq.heappop(self._due)
            job = self._jobs[job_id]
            due = next_due(self._lifecycle, job)
            # The entry is outdated if the job has moved meanwhile.
            if due is not None and due.at == at:
                self._replace(job, apply_due(self._lifecycle, job, due))

    def _replace(self, job: Job, moved: Job) -> None:
        self._jobs[job.job_id] = moved
        # A job that was not active does not count here; another job of its user may be active.
        if job.status in self._active_states:
            user = (job.project.project_id, job.reference_id)
            left = self._active.pop(user) - 1
            if left:
                self._active[user] = left
        self._watch(moved)
        self._revision += 1
        if self._observe is not None:
            self._observe(job, moved)

    def _watch(self, job: Job) -> None:
        """Index *job* if it is active or will move by itself."""
        if job.status not in self._indexed_states:
            return
        if job.status in self._active_states:
            user = (job.project.project_id, job.reference_id)
            self._active[user] = self._active.get(user, 0) + 1
        due = next_due(self._lifecycle, job)
        if due is not None:
            heapq.heappush(self._due, (due.at, job.job_id))
