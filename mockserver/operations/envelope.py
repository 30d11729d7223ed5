"""The envelope around the jobs in a response."""

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from mockserver.domain.job import Job
from mockserver.domain.representation import JobRepresentation, render
from mockserver.http.messages import Response


class _Envelope(Struct, frozen=True):
    data: JobRepresentation | list[JobRepresentation]


def wrap_job(job: Job) -> Response:
    """Return the response that holds one job."""
    return Response(200, msgspec.json.encode(_Envelope(render(job))))


def wrap_page(jobs: Sequence[Job]) -> Response:
    """Return the response that holds a page of jobs."""
    return Response(200, msgspec.json.encode(_Envelope([render(job) for job in jobs])))
