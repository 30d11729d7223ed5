"""Jobs as the API shows them: the members in their order, epoch milliseconds."""

from msgspec import Struct

from mockserver.domain.job import ACTION, Job


class JobRepresentation(Struct, frozen=True, rename="camel", gc=False):
    """``openapi.yaml#/components/schemas/Job``."""

    job_id: int
    description: str
    status: str
    project_id: int
    action: str
    reference_id: str
    created_at: int
    updated_at: int | None
    start_at: int
    errors: str | None


def render(job: Job) -> JobRepresentation:
    """Return *job* as the API shows it."""
    return JobRepresentation(
        job.job_id,
        job.description,
        job.status,
        job.project.project_id,
        ACTION,
        job.reference_id,
        job.created_at,
        job.updated_at,
        job.start_at,
        job.errors,
    )
