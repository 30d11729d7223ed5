"""What every store of jobs promises."""

from collections.abc import Callable, Sequence
from typing import Protocol

from mockserver.domain.job import Job
from mockserver.domain.lifecycle import Lifecycle, Refusal
from mockserver.domain.paging import Window
from mockserver.domain.tenancy import Project

#: The name of the store that ends with its process.
MEMORY = "memory"
#: Is told of each job that is made (before: None) or changed.
Observe = Callable[[Job | None, Job], object]


class StoreUnavailableError(Exception):
    """The store cannot be reached, or is too busy, for the time being."""


class StoreRefusedError(Exception):
    """The store cannot be used: it is not one of this program, or of another version."""


class JobNotFoundError(LookupError):
    """The project has no job with that jobId, whether or not another project has it."""


class DeletionPendingError(Exception):
    """The project already has an active job for that user."""


class JobExistsError(Exception):
    """The world already has a job of that number."""


class Store(Protocol):
    """The jobs of one world.

    Each call is atomic, and first makes the moves that are due at *now* (epoch milliseconds):
    no call sees a job that should have moved. A returned job is a value; it does not change.
    """

    def revision(self, now: int) -> int | None:
        """Return a number that is another one after every change of any job, seen at *now*.

        None means that this store cannot tell cheaply; then nothing may be remembered.
        """
        ...

    async def page(self, project: Project, window: Window, now: int) -> Sequence[Job]:
        """Return the project's jobs in *window*, newest (highest jobId) first."""
        ...

    async def job(self, project: Project, job_id: int, now: int) -> Job:
        """Return one job.

        Raises:
            JobNotFoundError: the project has no job with that jobId.
        """
        ...

    async def move(self, project: Project, job_id: int, event: str, now: int) -> Job | Refusal:
        """Return the job after *event*, or why it may not happen; then nothing has changed.

        Of several calls for the same job at once, just one can succeed.

        Raises:
            JobNotFoundError: the project has no job with that jobId.
        """
        ...

    async def make(
        self, project: Project, reference_id: str, now: int, *, beside: bool = False
    ) -> Job:
        """Return a new job that deletes the user *reference_id*; ids only ever grow.

        One *beside* others may be made though a job of the same user and project is active.

        Raises:
            DeletionPendingError: such a job is still active.
        """
        ...

    async def has_active(self, project: Project, reference_id: str, now: int) -> bool:
        """Return whether a job of that user is active, so that a second one is refused."""
        ...


class SteerableStore(Store, Protocol):
    """A store whose jobs a test may also put where it wants them."""

    async def settle(self, now: int) -> None:
        """Make the moves that are due at *now*, though no job is read."""
        ...

    async def last_id(self) -> int:
        """Return the highest jobId so far; 0 if there is none."""
        ...

    async def all(self, now: int) -> Sequence[Job]:
        """Return all jobs of all projects, by jobId."""
        ...

    async def get_any(self, job_id: int, now: int) -> Job:
        """Return a job of any project.

        Raises:
            JobNotFoundError: no project has such a job.
        """
        ...

    async def add(self, job: Job, now: int) -> Job:
        """Keep *job*, which has been made elsewhere, and return it.

        Raises:
            JobExistsError: there is a job of that number.
            DeletionPendingError: both it and another job of its user and project are active.
        """
        ...

    async def change(self, job_id: int, change: Callable[[Job], Job], now: int) -> Job:
        """Replace a job by what *change* makes of it, and return that.

        Raises:
            JobNotFoundError: no project has such a job.
        """
        ...

    async def use_lifecycle(self, lifecycle: Lifecycle, now: int) -> None:
        """Let *lifecycle* hold for what happens from *now* on."""
        ...
