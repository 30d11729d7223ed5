"""What deployments of the real thing do."""

from mockserver.deviations.cancelling import cancellable_from
from mockserver.deviations.deviation import Deviation, ShownJob, shows
from mockserver.domain.lifecycle import SERVER, Lifecycle


def _failed_too(lifecycle: Lifecycle) -> Lifecycle:
    return cancellable_from(lifecycle, add="failed", drop=None)


def _never_starts(lifecycle: Lifecycle) -> Lifecycle:
    """Take away what the server does to a job that is in its first status."""
    rows = [
        row
        for row in lifecycle.transitions
        if row.by != SERVER or lifecycle.initial not in row.sources
    ]
    return Lifecycle(lifecycle.initial, lifecycle.terminal, lifecycle.moved, rows)


def _stamped_when_made(job: ShownJob) -> ShownJob:
    return job if job["updatedAt"] is not None else job | {"updatedAt": job["createdAt"]}


DEVIATIONS = (
    Deviation(
        "failed-is-cancellable",
        "must",
        "Cancels a failed job, though the documents say 400. The deployed API does.",
        "/paths/~1public~1{projectKey}~1jobs~1{jobId}/delete/responses/400",
        lifecycle=_failed_too,
    ),
    Deviation(
        "updated-at-set-on-creation",
        "conforming",
        "Shows createdAt as the updatedAt of a job that has not moved. The deployed API does.",
        "/components/schemas/Job/properties/updatedAt",
        shows(_stamped_when_made),
    ),
    Deviation(
        "stuck-in-scheduled",
        "conforming",
        "Starts no job, whatever its startAt. Older deployments did, for days.",
        "/components/schemas/Job/properties/startAt",
        lifecycle=_never_starts,
    ),
)
