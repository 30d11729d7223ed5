"""The jobs of one world in a database."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from mockserver.domain.job import Job, create_deletion
from mockserver.domain.lifecycle import Lifecycle, Refusal, step
from mockserver.domain.paging import Window
from mockserver.domain.tenancy import Project
from mockserver.store.interface import (
    DeletionPendingError,
    JobExistsError,
    JobNotFoundError,
    StoreUnavailableError,
)
from mockserver.store.seed import Rule, plan_for
from mockserver.store.sql.database import LONG, ConflictError, Database, Row, Statement
from mockserver.store.sql.movement import SHOWN
from mockserver.store.sql.rows import NEVER, escape, read_due, read_job, write_row
from mockserver.store.sql.rows import beside as beside_of
from mockserver.store.sql.statements import Moves, Statements
from mockserver.store.sql.tables import jobs

_COLUMNS = [column.name for column in jobs.columns]
_USER = [column.name for column in SHOWN].index("reference_id")
#: How often a move is tried while others keep changing the job.
_MOST_TRIES = 20
#: The last job that a number of 64 bits can lead to; a page beyond it is empty without a look.
_HIGHEST_OFFSET = 2**62


class SqlStore:
    """Keeps the jobs of one world in rows that several servers read and change.

    A read writes nothing: what has happened to a job since its row was written follows from the
    row and the time. A change to one job is one statement, under the condition that the job may
    change so. Whatever touches more locks the row of the world first, so that nothing deadlocks.

    Args:
        database: where they are kept.
        statements: its prepared reads and writes.
        owner: the number of the world there.
        moves: how jobs move.
        edition: the number of that lifecycle in the world.
        active: the states in which a job keeps a second one for its user from being made.
        rules: the plans of new jobs.
    """

    def __init__(  # noqa: PLR0913 -- made once, by replicas/persistence.py
        self,
        database: Database,
        statements: Statements,
        *,
        owner: int,
        moves: Moves,
        edition: int,
        active: Iterable[str],
        rules: tuple[Rule, ...],
    ) -> None:
        self._database = database
        self._reads = statements.reads
        self._writes = statements.writes
        self._owner = owner
        self._moves = moves
        self._edition = edition
        self._active = frozenset(active)
        self._rules = rules
        self._revision = 0
        self._changes = -1
        self._due = NEVER

    def revision(self, now: int) -> int | None:
        """Return a number that differs after every change; None if only a query can tell."""
        revision = self._database.revision
        if revision is None:
            return None
        changes = revision(jobs)
        # What has been read says when it is due to change by itself.
        if changes != self._changes or now >= self._due:
            self._changes, self._due = changes, NEVER
            self._revision += 1
        return self._revision

    async def page(self, project: Project, window: Window, now: int) -> Sequence[Job]:
        """Return the project's jobs in *window*, newest first."""
        if window.offset > _HIGHEST_OFFSET:
            return []
        bounds = {"offset": window.offset, "limit": window.limit}
        rows = await self._rows(self._reads.page, project=project.project_id, **bounds)
        self._due = min(self._due, *(read_due(row) for row in rows), NEVER)
        lifecycle = self._moves.lifecycle
        return [read_job(row, lifecycle, now) for row in rows]

    async def job(self, project: Project, job_id: int, now: int) -> Job:
        """Return one job of the project."""
        rows = await self._rows(self._reads.get_any, job_id=job_id)
        self._due = min(self._due, *(read_due(row) for row in rows), NEVER)
        job = self._only(rows, job_id, now)
        # Not in the query: there it could make the database use an index of the whole project.
        if job.project.project_id != project.project_id:
            raise JobNotFoundError(job_id)
        return job

    async def move(self, project: Project, job_id: int, event: str, now: int) -> Job | Refusal:
        """Return the job after *event*, or why it may not happen."""
        values = {"owner": self._owner, "project": project.project_id, "job_id": job_id}
        for _ in range(_MOST_TRIES):
            moves = self._moves
            rows = await self._database.rows(moves.request(event), {**values, "now": now})
            if rows:
                return read_job(rows[0], moves.lifecycle, now)
            job = await self.job(project, job_id, now)
            moved = step(moves.lifecycle, job, event, now)
            if isinstance(moved, Refusal):
                return moved
            # The event was allowed, but its row was out of date when the statement ran.
            await self.settle(now)
        raise StoreUnavailableError(f"job {job_id} is changed again and again by others")

    async def make(
        self, project: Project, reference_id: str, now: int, *, beside: bool = False
    ) -> Job:
        """Return a new job for that user."""
        if beside:
            return await self._create(project, reference_id, now, beside=True)
        try:
            return await self._create(project, reference_id, now)
        except ConflictError:
            # The conflicting job may have ended since its row was written.
            await self.settle(now)
        try:
            return await self._create(project, reference_id, now)
        except ConflictError:
            raise DeletionPendingError(reference_id) from None

    async def has_active(self, project: Project, reference_id: str, now: int) -> bool:
        """Return whether a job of that user is active."""
        await self.settle(now)
        return await self._has_active(project, reference_id)

    async def settle(self, now: int) -> None:
        """Make the moves that are due at *now*."""
        moves = self._moves
        async with self._database.transaction(LONG):
            await self._rows(self._writes.lock)
            values = {"owner": self._owner, "now": now}
            while sum([await self._database.count(each, values) for each in moves.settle_all]):
                pass

    async def last_id(self) -> int:
        """Return the highest jobId so far; within a transaction, it stays so until its end."""
        return int((await self._rows(self._writes.lock))[0][0])

    async def all(self, now: int) -> Sequence[Job]:
        """Return all jobs of all projects, by jobId."""
        rows = await self._rows(self._reads.all)
        return [read_job(row, self._moves.lifecycle, now) for row in rows]

    async def get_any(self, job_id: int, now: int) -> Job:
        """Return a job of any project."""
        return self._only(await self._rows(self._reads.get_any, job_id=job_id), job_id, now)

    async def add(self, job: Job, now: int) -> Job:
        """Add *job* and return it."""
        project_id, job_id = job.project.project_id, job.job_id
        async with self._database.transaction():
            await self.settle(now)
            if await self._rows(self._reads.get_any, job_id=job_id):
                raise JobExistsError(job_id)
            if job.status in self._active and await self._has_active(job.project, job.reference_id):
                raise DeletionPendingError(job.reference_id)
            place = {"project": project_id, "job_id": job_id}
            before = (await self._rows(self._reads.before, **place))[0][0]
            await self._count(self._writes.shift, **place)
            await self._count(self._writes.insert, **self._values(job, before + 1))
            await self._count(self._writes.at_least, last=job_id)
        return job

    async def change(self, job_id: int, change: Callable[[Job], Job], now: int) -> Job:
        """Replace a job by what *change* makes of it, and return that."""
        async with self._database.transaction():
            rows = await self._rows(self._writes.locked, job_id=job_id)
            after = change(self._only([row[:-1] for row in rows], job_id, now))
            its = {"of": self._owner, "its": job_id}
            # Not changed, since it may be marked as that of a job beside another one.
            values = self._values(after, rows[0][-1]) | {"reference_id": rows[0][_USER]}
            await self._count(self._writes.replace, **its, **values)
        return after

    async def use_lifecycle(self, lifecycle: Lifecycle, now: int) -> None:
        """Move jobs by *lifecycle* from *now* on."""
        async with self._database.transaction(LONG):
            await self.settle(now)
            self._moves = Moves(self._database, lifecycle, self._active)
            self._edition = int((await self._rows(self._writes.next_edition))[0][0])
            await self._database.count(self._moves.recompute_due, {"owner": self._owner})

    async def _create(
        self, project: Project, reference_id: str, now: int, *, beside: bool = False
    ) -> Job:
        lifecycle = self._moves.lifecycle
        async with self._database.transaction():
            numbered = await self._rows(self._writes.next_job)
            if not numbered:
                raise StoreUnavailableError("the world is gone, or no jobId is left")
            job_id, edition = numbered[0]
            if edition != self._edition:
                raise StoreUnavailableError("another server has just changed how jobs move")
            job = create_deletion(
                reference_id,
                job_id=int(job_id),
                project=project,
                status=lifecycle.initial,
                plan=plan_for(self._rules, reference_id),
                now=now,
            )
            job = lifecycle.stamp_new(job)
            values = self._values(job, 0)
            if beside:
                values["reference_id"] = beside_of(reference_id, job.job_id)
            await self._count(self._writes.add, project=project.project_id, **values)
        return job

    def _values(self, job: Job, ordinal: int) -> dict[str, Any]:
        row = write_row(job, self._owner, ordinal, self._moves.lifecycle, self._active)
        return dict(zip(_COLUMNS, row, strict=True))

    def _only(self, rows: Sequence[Row], job_id: int, now: int) -> Job:
        if not rows:
            raise JobNotFoundError(job_id)
        return read_job(rows[0], self._moves.lifecycle, now)

    async def _has_active(self, project: Project, reference_id: str) -> bool:
        reads, project_id = self._reads, project.project_id
        if await self._rows(reads.has_active, project=project_id, user=escape(reference_id)):
            return True
        user = beside_of(reference_id)
        return bool(await self._rows(reads.beside, project=project_id, user=user))

    async def _rows(self, statement: Statement, **values: Any) -> Sequence[Row]:
        return await self._database.rows(statement, {"owner": self._owner, **values})

    async def _count(self, statement: Statement, **values: Any) -> int:
        return await self._database.count(statement, {"owner": self._owner, **values})
