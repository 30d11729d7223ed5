"""Deviations of how a job, a response or a refusal looks."""

from mockserver.domain.tenancy import Tenant
from mockserver.domain.timestamp import format_timestamp
from mockserver.http.messages import Response, json_response
from mockserver.profiles.jobs.deviations.deviation import (
    Deviation,
    InterceptedCall,
    ShownJob,
    change_jobs,
    decode_data,
    replace_body,
    replace_response,
)

_JOB = "/components/schemas/Job"
_MOMENTS = ("createdAt", "startAt", "updatedAt")
_GET = "/paths/~1public~1{projectKey}~1jobs~1{jobId}/get"
_ALL = ("listJobs", "getJob", "cancelJob", "deleteUser")
_OF_ONE = ("getJob", "cancelJob")


def _show_seconds(job: ShownJob) -> ShownJob:
    return job | {n: job[n] // 1000 for n in _MOMENTS if job[n] is not None}


def _show_text(job: ShownJob) -> ShownJob:
    return job | {n: format_timestamp(job[n]) for n in _MOMENTS if job[n] is not None}


def _omit_nulls(job: ShownJob) -> ShownJob:
    return {name: value for name, value in job.items() if value is not None}


async def _unwrap(call: InterceptedCall) -> Response:
    response = await call.respond()
    data = decode_data(response)
    return response if data is None else replace_body(response, data)


async def _label_plain_text(call: InterceptedCall) -> Response:
    response = await call.respond()
    if response.status != 200:
        return response
    return Response(200, response.body, {"Content-Type": "text/plain"})


async def _show_errors_as_text(call: InterceptedCall) -> Response:
    response = await call.respond()
    if response.status < 400 or not response.body:
        return response
    return Response(response.status, b"refused\n", {"Content-Type": "text/plain"})


async def _answer_bad_id(status: int, call: InterceptedCall) -> Response:
    response = await call.respond()
    wrong = (
        call.name in _OF_ONE and response.status == 400 and b"invalid path param" in response.body
    )
    return Response(status, response.body) if wrong else response


async def _answer_bad_id_404(call: InterceptedCall) -> Response:
    return await _answer_bad_id(404, call)


async def _answer_bad_id_500(call: InterceptedCall) -> Response:
    return await _answer_bad_id(500, call)


async def _look_across_projects(call: InterceptedCall) -> Response:
    """Look for a job in the organization's other projects too."""
    response = await call.respond()
    tenant = call.context.tenant
    if call.name not in _OF_ONE or response.status != 404 or tenant is None:
        return response
    for project in tenant.organization.projects:
        path = call.match.path(projectKey=project.project_key)
        other = await call.respond_to(path, call.request.query)
        if other.status != 404:
            return other
    return response


async def _admit_anyone(call: InterceptedCall) -> Response:
    """Take any key, or none, for that of an organization that has the project."""
    context = call.context
    if context.tenant is None:
        for organization in context.world.organizations:
            if any(p.project_key == call.project_key for p in organization.projects):
                context.tenant = Tenant(organization)
    return await call.respond()


DEVIATIONS = (
    Deviation(
        "moments-in-seconds", "must", "Shows seconds since 1970.", _JOB, change_jobs(_show_seconds)
    ),
    Deviation(
        "moments-as-text", "must", "Shows moments as ISO 8601.", _JOB, change_jobs(_show_text)
    ),
    Deviation(
        "ids-as-text",
        "must",
        "Shows the jobId as text.",
        f"{_JOB}/properties/jobId",
        change_jobs(lambda job: job | {"jobId": str(job["jobId"])}),
    ),
    Deviation(
        "status-in-capitals",
        "must",
        "Shows the status in capital letters.",
        f"{_JOB}/properties/status",
        change_jobs(lambda job: job | {"status": job["status"].upper()}),
    ),
    Deviation(
        "omits-nulls",
        "must",
        "Leaves out what is null.",
        f"{_JOB}/required",
        change_jobs(_omit_nulls),
    ),
    Deviation(
        "other-description",
        "must",
        "Describes a job in other words.",
        f"{_JOB}/properties/description",
        change_jobs(lambda job: job | {"description": f"Deletion of {job['referenceId']}"}),
    ),
    Deviation(
        "adds-members",
        "conforming",
        "Adds a member to each job that the documents do not name.",
        _JOB,
        change_jobs(lambda job: job | {"progress": 0}),
    ),
    Deviation(
        "no-envelope",
        "must",
        "Leaves out the envelope around data.",
        "/components/schemas/OneJob",
        _unwrap,
    ),
    Deviation(
        "plain-text",
        "must",
        "Calls its JSON text/plain.",
        f"{_GET}/responses/200",
        _label_plain_text,
    ),
    Deviation(
        "errors-as-text",
        "conforming",
        "Explains refusals in plain text.",
        f"{_GET}/responses/404",
        _show_errors_as_text,
    ),
    Deviation(
        "bad-id-is-404",
        "must",
        "Answers 404 to a jobId that is not an integer.",
        f"{_GET}/responses/400",
        _answer_bad_id_404,
    ),
    Deviation(
        "bad-id-is-500",
        "must",
        "Fails at a jobId that is not an integer.",
        f"{_GET}/responses/400",
        _answer_bad_id_500,
    ),
    Deviation(
        "missing-is-200",
        "must",
        "Answers 200 with null where the job does not exist.",
        f"{_GET}/responses/404",
        replace_response(("getJob",), 404, json_response(200, {"data": None})),
    ),
    Deviation(
        "forbidden-instead-of-401",
        "must",
        "Answers 403 to a missing or wrong key.",
        "/components/responses/Unauthorized",
        replace_response(_ALL, 401, json_response(403, {"error": "forbidden"})),
    ),
    Deviation("no-key-needed", "must", "Answers without a key.", "/security", _admit_anyone),
    Deviation(
        "looks-across-projects",
        "must",
        "Finds and cancels jobs of the organization's other projects.",
        f"{_GET}/responses/404",
        _look_across_projects,
    ),
)
