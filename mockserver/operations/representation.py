"""Jobs as the API shows them: the envelope, the members in their order, epoch milliseconds."""

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from mockserver.domain.job import ACTION, Job
from mockserver.http.messages import Answer


class ShownJob(Struct, frozen=True, rename="camel", gc=False):
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


class _Envelope(Struct, frozen=True):
    data: ShownJob | list[ShownJob]


def one(job: Job) -> Answer:
    """Return the answer that holds one job."""
    return Answer(200, msgspec.json.encode(_Envelope(shown(job))))


def page(jobs: Sequence[Job]) -> Answer:
    """Return the answer that holds a page of jobs."""
    return Answer(200, msgspec.json.encode(_Envelope([shown(job) for job in jobs])))


def shown(job: Job) -> ShownJob:
    """Return *job* as the API shows it."""
    return ShownJob(
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
