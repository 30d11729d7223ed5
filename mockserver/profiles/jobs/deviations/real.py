"""What deployments of the real thing do: how their jobs move, and the bundle of all of it."""

from msgspec import structs

from mockserver.domain.lifecycle import SERVER, Batch, Lifecycle
from mockserver.domain.timestamp import MILLISECONDS
from mockserver.profiles.jobs.deviations.cancelling import change_cancellable
from mockserver.profiles.jobs.deviations.deviation import Deviation

_LIFECYCLE = "/components/schemas/Job/x-lifecycle"
_START = "startAt"
#: 00:15 UTC, in milliseconds after midnight.
_NIGHTLY = 15 * MILLISECONDS["m"]


#: The parts of the bundle: what release 1.27.8 does, as far as it differs from this mock.
PARTS = (
    "failed-is-cancellable",
    "updated-at-set-on-creation",
    "runs-nightly",
    "cancel-is-overtaken",
    "deletions-race",
    "job-ids-have-32-bits",
    "offset-wraps-around",
    "drops-malformed-parameters",
    "unstorable-user-is-500",
    "user-id-counts-octets",
    "words-of-the-deployed-api",
    "escapes-markup",
    "bearer-to-the-letter",
    "any-scheme-before-bearer",
    "unknown-path-is-plain-404",
    "empty-segment-is-404",
    "head-is-405",
    "options-is-200",
    "bare-405",
    "any-method-is-405",
    "no-challenge",
    "path-is-decoded-first",
    "redirects-to-clean-paths",
    "malformed-escape-is-plain-400",
)


def _cancel_failed(lifecycle: Lifecycle) -> Lifecycle:
    return change_cancellable(lifecycle, add="failed", drop=None)


def _drop_starts(lifecycle: Lifecycle) -> Lifecycle:
    """Take away what the server does to a job that is in its first status."""
    return lifecycle.replace(
        row
        for row in lifecycle.transitions
        if row.by != SERVER or lifecycle.initial not in row.sources
    )


def _run_nightly(lifecycle: Lifecycle) -> Lifecycle:
    """Let batches end jobs from their first status on; nothing starts one."""
    rows = []
    for row in lifecycle.transitions:
        if row.by != SERVER:
            rows.append(row)
        elif row.batch is not None or row.not_before is None:
            overtakes = row.batch is not None and row.batch.overtakes
            sources = row.sources if overtakes else (lifecycle.initial,)
            batch = Batch(_START, daily=_NIGHTLY, overtakes=overtakes)
            rows.append(structs.replace(row, sources=sources, not_before=_START, batch=batch))
    return lifecycle.replace(rows)


def _overtake_cancel(lifecycle: Lifecycle) -> Lifecycle:
    """Let the server end a job as planned that a client has moved while it was at work."""
    targets = tuple(dict.fromkeys(row.to for row in lifecycle.transitions if row.by != SERVER))
    rows = []
    for row in lifecycle.transitions:
        if row.by == SERVER and (row.batch is not None or row.not_before is None):
            daily = None if row.batch is None else row.batch.daily
            batch = Batch(_START, daily=daily, overtakes=True)
            rows.append(structs.replace(row, sources=targets, not_before=_START, batch=batch))
    return lifecycle.replace([*lifecycle.transitions, *rows])


def _stamp_new(lifecycle: Lifecycle) -> Lifecycle:
    return lifecycle.replace(stamps_new=True)


DEVIATIONS = (
    Deviation(
        "failed-is-cancellable",
        "must",
        "Cancels a failed job, though the documents say 400. The deployed API does.",
        "/paths/~1public~1{projectKey}~1jobs~1{jobId}/delete/responses/400",
        lifecycle=_cancel_failed,
    ),
    Deviation(
        "updated-at-set-on-creation",
        "conforming",
        "Makes a job with its createdAt as its updatedAt. The deployed API does.",
        "/components/schemas/Job/properties/updatedAt",
        lifecycle=_stamp_new,
    ),
    Deviation(
        "stuck-in-scheduled",
        "conforming",
        "Starts no job, whatever its startAt. Older deployments did, for days.",
        "/components/schemas/Job/properties/startAt",
        lifecycle=_drop_starts,
    ),
    Deviation(
        "runs-nightly",
        "conforming",
        "Ends jobs at 00:15 UTC, straight from scheduled, in a batch that takes as long as their"
        " plans say; no job is ever running.",
        f"{_LIFECYCLE}/transitions",
        lifecycle=_run_nightly,
    ),
    Deviation(
        "cancel-is-overtaken",
        "must",
        "Ends a job as planned that was cancelled while the server was at work on it.",
        f"{_LIFECYCLE}/terminal",
        lifecycle=_overtake_cancel,
    ),
)

#: One switch for all that the deployed API does.
BUNDLE = Deviation(
    "real-server",
    "must",
    "Does all that the deployed API (release 1.27.8) does and this mock does not; a bundle.",
    "/paths",
    parts=PARTS,
)
