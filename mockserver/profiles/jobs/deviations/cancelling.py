"""Deviations of cancelling, and of the companion that makes jobs."""

from msgspec import structs

from mockserver.domain.lifecycle import Lifecycle
from mockserver.http.messages import Response, json_response
from mockserver.profiles.jobs.deviations.deviation import (
    Around,
    Deviation,
    InterceptedCall,
    change_jobs,
    decode_data,
    replace_body,
    replace_response,
)

_CANCEL = "/paths/~1public~1{projectKey}~1jobs~1{jobId}/delete"
_DELETE_USER = "/paths/~1public~1{projectKey}~1users~1{userId}/delete"
_LIFECYCLE = "/components/schemas/Job/x-lifecycle"


def change_cancellable(lifecycle: Lifecycle, *, add: str | None, drop: str | None) -> Lifecycle:
    """Return *lifecycle* with its cancel possible from one status more or less."""
    rows = []
    for row in lifecycle.transitions:
        sources = row.sources
        if row.by == "cancelJob":
            sources = tuple(s for s in (*sources, *([add] if add else [])) if s != drop)
        rows.append(structs.replace(row, sources=sources))
    return lifecycle.replace(rows)


def _cancel_only_scheduled(lifecycle: Lifecycle) -> Lifecycle:
    return change_cancellable(lifecycle, add=None, drop="running")


def _cancel_completed(lifecycle: Lifecycle) -> Lifecycle:
    return change_cancellable(lifecycle, add="completed", drop=None)


async def _refuse_with_409(call: InterceptedCall) -> Response:
    response = await call.respond()
    is_refusal = response.status == 400 and b"the requested job" in response.body
    return Response(409, response.body) if call.name == "cancelJob" and is_refusal else response


async def _accept_second_cancel(call: InterceptedCall) -> Response:
    """Answer a second cancel as if it were the first."""
    response = await call.respond()
    if call.name != "cancelJob" or response.status != 400:
        return response
    read = await _read_instead(call)
    data = decode_data(read)
    return read if data is not None and data["status"] == "cancelled" else response


async def _pretend_to_cancel(call: InterceptedCall) -> Response:
    """Answer a cancel with the cancelled job, and let it run on."""
    if call.name != "cancelJob":
        return await call.respond()
    read = await _read_instead(call)
    data = decode_data(read)
    if data is None or data["status"] not in ("scheduled", "running"):
        return await call.respond()
    return replace_body(
        read, {"data": {**data, "status": "cancelled", "updatedAt": data["startAt"]}}
    )


async def _hide_cancelled(call: InterceptedCall) -> Response:
    response = await call.respond()
    data = decode_data(response)
    if call.name == "getJob" and data is not None and data["status"] == "cancelled":
        return json_response(404, {"error": "job not found"})
    return response


async def _send_204(call: InterceptedCall) -> Response:
    response = await call.respond()
    return Response(204) if call.name == "cancelJob" and response.status == 200 else response


async def _send_202(call: InterceptedCall) -> Response:
    response = await call.respond()
    accepted = call.name == "cancelJob" and response.status == 200
    return Response(202, response.body) if accepted else response


def _clear_updated_at() -> Around:
    return change_jobs(
        lambda job: {**job, "updatedAt": None} if job["status"] == "cancelled" else job
    )


async def _accept_second_deletion(call: InterceptedCall) -> Response:
    response = await call.respond()
    if call.name != "deleteUser" or response.status != 409:
        return response
    path = call.request.path.partition("/users/")[0] + "/jobs"
    data = decode_data(await call.respond_to(path, method="GET")) or []
    return json_response(200, {"data": data[0]}) if data else response


async def _start_at_once(call: InterceptedCall) -> Response:
    response = await call.respond()
    data = decode_data(response)
    if call.name != "deleteUser" or data is None:
        return response
    return replace_body(response, {"data": {**data, "startAt": data["createdAt"]}})


async def _read_instead(call: InterceptedCall) -> Response:
    return await call.respond_to(call.request.path, call.request.query, method="GET")


DEVIATIONS = (
    Deviation(
        "only-scheduled-is-cancellable",
        "must",
        "Refuses to cancel a running job.",
        _LIFECYCLE,
        lifecycle=_cancel_only_scheduled,
    ),
    Deviation(
        "completed-is-cancellable",
        "must",
        "Cancels a completed job.",
        _LIFECYCLE,
        lifecycle=_cancel_completed,
    ),
    Deviation(
        "conflict-instead-of-400",
        "must",
        "Answers 409 where a job cannot be cancelled in its state.",
        _CANCEL,
        _refuse_with_409,
    ),
    Deviation(
        "cancels-twice",
        "must",
        "Answers 200 to a second cancel of the same job.",
        _CANCEL,
        _accept_second_cancel,
    ),
    Deviation(
        "cancel-does-nothing",
        "must",
        "Answers a cancel with the cancelled job, but lets it run on.",
        _CANCEL,
        _pretend_to_cancel,
    ),
    Deviation(
        "cancelled-is-gone",
        "must",
        "Answers 404 for a job that was cancelled.",
        _CANCEL,
        _hide_cancelled,
    ),
    Deviation("cancel-answers-204", "must", "Answers a cancel with 204.", _CANCEL, _send_204),
    Deviation("cancel-answers-202", "must", "Answers a cancel with 202.", _CANCEL, _send_202),
    Deviation(
        "cancel-keeps-updated-at",
        "must",
        "Leaves updatedAt null when a job is cancelled.",
        f"{_LIFECYCLE}/stamps",
        _clear_updated_at(),
    ),
    Deviation(
        "second-deletion-is-accepted",
        "must",
        "Answers 200 to a second deletion of a user whose first one is under way.",
        f"{_DELETE_USER}/x-conflict",
        _accept_second_deletion,
    ),
    Deviation(
        "conflict-as-400",
        "must",
        "Answers 400 instead of 409 to a second deletion of a user.",
        f"{_DELETE_USER}/x-conflict",
        replace_response(("deleteUser",), 409, json_response(400, {"error": "bad request"})),
    ),
    Deviation(
        "starts-at-once",
        "must",
        "Schedules a new job for now instead of the next UTC midnight.",
        _DELETE_USER,
        _start_at_once,
    ),
)
