"""Deviations of how a job, a page or a refusal looks."""

from collections.abc import Callable

from mockserver.deviations.deviation import (
    Around,
    Deviation,
    InterceptedCall,
    OtherRecords,
    decode_body,
    replace_body,
)
from mockserver.deviations.records import DisguisedRecords, Members
from mockserver.http.messages import Response, json_response

_JOB = "/components/schemas/Job"
_GET = "/paths/~1public~1{projectKey}~1jobs~1{jobId}/get"
_OF_ONE = ("getJob", "cancelJob")


def _show(change: Callable[[Members], Members]) -> OtherRecords:
    """Return the records of which each job is shown as *change* makes it."""
    return lambda records, _: DisguisedRecords(records, "jobs", change)


def _describe_otherwise(job: Members) -> Members:
    return {**job, "description": f"Deletion of {job['referenceId']}"}


def _clear_updated_at(job: Members) -> Members:
    return {**job, "updatedAt": None} if job["status"] == "cancelled" else job


async def _unwrap(call: InterceptedCall) -> Response:
    response = await call.respond()
    if response.status != 200:
        return response
    return replace_body(response, decode_body(response)["data"])


async def _add_total(call: InterceptedCall) -> Response:
    response = await call.respond()
    body = decode_body(response) if response.status == 200 else None
    if call.name != "listJobs" or not isinstance(body, dict) or "data" not in body:
        return response
    return replace_body(response, {**body, "total": len(body["data"])})


def _answer_bad_id(status: int) -> Around:
    async def around(call: InterceptedCall) -> Response:
        response = await call.respond()
        is_bad = response.status == 400 and b"invalid path param" in response.body
        return Response(status, response.body) if call.name in _OF_ONE and is_bad else response

    return around


async def _show_missing(call: InterceptedCall) -> Response:
    response = await call.respond()
    if call.name != "getJob" or response.status != 404:
        return response
    return json_response(200, {"data": None})


async def _start_at_once(call: InterceptedCall) -> Response:
    response = await call.respond()
    if call.name != "deleteUser" or response.status != 200:
        return response
    job = decode_body(response)["data"]
    return replace_body(response, {"data": {**job, "startAt": job["createdAt"]}})


DEVIATIONS = (
    Deviation(
        "starts-at-once",
        "must",
        "Schedules a new job for now instead of the next UTC midnight.",
        "/paths/~1public~1{projectKey}~1users~1{userId}/delete",
        around=_start_at_once,
    ),
    Deviation(
        "other-description",
        "must",
        "Describes a job in other words.",
        f"{_JOB}/properties/description",
        records=_show(_describe_otherwise),
    ),
    Deviation(
        "cancel-keeps-updated-at",
        "must",
        "Leaves updatedAt null when a job is cancelled.",
        f"{_JOB}/x-lifecycle/stamps",
        records=_show(_clear_updated_at),
    ),
    Deviation(
        "adds-total",
        "conforming",
        "Adds a member total to each page.",
        "/components/schemas/JobPage",
        around=_add_total,
    ),
    Deviation(
        "no-envelope",
        "must",
        "Leaves out the envelope around data.",
        "/components/schemas/OneJob",
        around=_unwrap,
    ),
    Deviation(
        "bad-id-is-404",
        "must",
        "Answers 404 to a jobId that is not an integer.",
        f"{_GET}/responses/400",
        around=_answer_bad_id(404),
    ),
    Deviation(
        "bad-id-is-500",
        "must",
        "Fails at a jobId that is not an integer.",
        f"{_GET}/responses/400",
        around=_answer_bad_id(500),
    ),
    Deviation(
        "missing-is-200",
        "must",
        "Answers 200 with null where the job does not exist.",
        f"{_GET}/responses/404",
        around=_show_missing,
    ),
)
