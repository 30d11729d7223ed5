"""The envelope in which the API answers jobs."""

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from mockserver.domain.job import Job
from mockserver.domain.representation import JobRepresentation, render
from mockserver.http.messages import Response


class _Envelope(Struct, frozen=True):
    data: JobRepresentation | list[JobRepresentation]


def one(job: Job) -> Response:
    """Return the answer that holds one job."""
    return Response(200, msgspec.json.encode(_Envelope(render(job))))


def page(jobs: Sequence[Job]) -> Response:
    """Return the answer that holds a page of jobs."""
    return Response(200, msgspec.json.encode(_Envelope([render(job) for job in jobs])))
