"""The jobs API's own names for deviations that follow from its contract."""

from mockserver.deviations.deviation import Deviation, Level

_PATHS = "/paths/~1public~1{projectKey}~1"
_CANCEL = f"{_PATHS}jobs~1{{jobId}}/delete"
_DELETE_USER = f"{_PATHS}users~1{{userId}}/delete"
_PAGING = f"{_PATHS}jobs/get/x-pagination"
_GET = f"{_PATHS}jobs~1{{jobId}}/get"
_JOB = "/components/schemas/Job"
_LIFECYCLE = f"{_JOB}/x-lifecycle"


def _alias(name: str, does: str, clause: str, *parts: str, level: Level = "must") -> Deviation:
    return Deviation(name, level, does, clause, parts=parts)


DEVIATIONS = (
    _alias(
        "only-scheduled-is-cancellable",
        "Refuses to cancel a running job.",
        _LIFECYCLE,
        "cancel-from-running-is-refused",
    ),
    _alias(
        "completed-is-cancellable",
        "Cancels a completed job.",
        _LIFECYCLE,
        "cancel-from-completed-is-accepted",
    ),
    _alias(
        "failed-is-cancellable",
        "Cancels a failed job, though the documents say 400. The deployed API does.",
        f"{_CANCEL}/responses/400",
        "cancel-from-failed-is-accepted",
    ),
    _alias(
        "stuck-in-scheduled",
        "Starts no job, whatever its startAt. Older deployments did, for days.",
        f"{_JOB}/properties/startAt",
        "start-never-happens",
        level="conforming",
    ),
    _alias(
        "conflict-instead-of-400",
        "Answers 409 where a job cannot be cancelled in its state.",
        _CANCEL,
        "cancel-is-refused-with-409",
    ),
    _alias(
        "cancels-twice",
        "Answers 200 to a second cancel of the same job.",
        _CANCEL,
        "cancel-from-cancelled-is-accepted",
    ),
    _alias(
        "second-deletion-is-accepted",
        "Answers 200 to a second deletion of a user whose first one is under way.",
        f"{_DELETE_USER}/x-conflict",
        "conflict-is-accepted",
    ),
    _alias(
        "conflict-as-400",
        "Answers 400 instead of 409 to a second deletion of a user.",
        f"{_DELETE_USER}/x-conflict",
        "conflict-is-400",
    ),
    _alias(
        "clamps-limit-and-page",
        "Moves a limit or page outside its range to the nearest bound instead of the default.",
        _PAGING,
        "clamps-limit",
    ),
    _alias(
        "refuses-out-of-range",
        "Answers 400 to a limit or page outside its range instead of taking the default.",
        _PAGING,
        "limit-out-of-range-is-400",
        "page-out-of-range-is-400",
    ),
    # What the contract leaves open, and the overlay of the profile says.
    _alias(
        "order-is-turned-round",
        "Lists the oldest jobs first.",
        _PAGING,
        "order-is-turned-round",
        level="conforming",
    ),
    _alias(
        "start-at-is-now",
        "Schedules a new job for now instead of the next UTC midnight, and starts it.",
        _DELETE_USER,
        "start-at-is-now",
        level="conforming",
    ),
    _alias("ids-as-text", "Shows the jobId as text.", f"{_JOB}/properties/jobId", "job-id-is-text"),
    _alias(
        "forbidden-instead-of-401",
        "Answers 403 to a missing or wrong key.",
        "/components/responses/Unauthorized",
        "strangers-get-403",
    ),
    _alias("no-key-needed", "Answers without a key.", "/security", "any-credential-is-admitted"),
    _alias(
        "looks-across-projects",
        "Finds and cancels jobs of the organization's other projects.",
        f"{_GET}/responses/404",
        "looks-across-scopes",
    ),
)
