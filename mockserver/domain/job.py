"""The job: one request to delete one user's data."""

from msgspec import Struct

from mockserver.domain.tenancy import Project
from mockserver.domain.timestamp import next_midnight

ACTION = "delete_user_data"


class Plan(Struct, frozen=True):
    """How long a job runs once it has started, in milliseconds, and how it then ends."""

    runs: int
    ends: str
    errors: str | None = None


class Job(Struct, frozen=True, gc=False):
    """One job, as it is at one moment. Times are epoch milliseconds.

    *plan* is how it ends if it is left alone; a job without one runs until it is
    cancelled. A job never refers to another job, so Python's cycle collector may pass over it,
    which is felt with a million of them.
    """

    job_id: int
    project: Project
    reference_id: str
    status: str
    created_at: int
    start_at: int
    updated_at: int | None = None
    errors: str | None = None
    plan: Plan | None = None

    @property
    def description(self) -> str:
        """What the job does, for people."""
        return describe_deletion(self.reference_id)


def describe_deletion(reference_id: str) -> str:
    """Return what a job does that deletes a user, for people."""
    return f"Delete user sessions of userId = {reference_id}"


#: The moments of a job, by the name that the contract gives them.
TIMESTAMPS = {"createdAt": "created_at", "startAt": "start_at", "updatedAt": "updated_at"}


def create_deletion(  # noqa: PLR0913 -- a job is made of just these
    reference_id: str, *, job_id: int, project: Project, status: str, plan: Plan | None, now: int
) -> Job:
    """Return the job that deletes a user, made at *now* (epoch milliseconds).

    It starts at the next UTC midnight: ``openapi.yaml#/paths/~1public~1{projectKey}~1users~1
    {userId}/delete``.
    """
    return Job(
        job_id=job_id,
        project=project,
        reference_id=reference_id,
        status=status,
        created_at=now,
        start_at=next_midnight(now),
        plan=plan,
    )
