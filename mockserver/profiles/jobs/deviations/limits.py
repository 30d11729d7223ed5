"""Deviations of what can be kept, as the deployed API has them: columns and numbers end."""

from urllib.parse import parse_qsl

from mockserver.domain.integer import parse_integer
from mockserver.http.messages import Response, json_response
from mockserver.http.routing import is_percent_encoded
from mockserver.profiles.jobs.deviations.deviation import (
    Deviation,
    InterceptedCall,
    decode_data,
    replace_body,
)

_CANCEL = "/paths/~1public~1{projectKey}~1jobs~1{jobId}/delete"
_LIST = "/paths/~1public~1{projectKey}~1jobs/get"
_USER_ID = "/components/parameters/UserId/schema"
_INT4 = range(-(2**31), 2**31)
_INT8 = 2**64


async def _refuse_beyond_int4(call: InterceptedCall) -> Response:
    """Refuse to cancel what no column of 32 bits can be compared with."""
    response = await call.respond()
    if call.name != "cancelJob" or response.status != 404:
        return response
    job_id = parse_integer(call.encode_parameter("jobId").decode())
    if job_id in _INT4:
        return response
    reason = f"failed to cancel job: {job_id} is greater than maximum value for Int4"
    return json_response(400, {"error": reason})


async def _wrap_offset(call: InterceptedCall) -> Response:
    """Count how many jobs to pass over in 64 bits with a sign, and let that wrap around."""
    paging = call.operation.paging
    if paging is None or not call.is_admitted:
        return await call.respond()
    queried = dict(reversed(parse_qsl(call.request.query, keep_blank_values=True)))
    parameters = (queried.get(bound.parameter) for bound in (paging.limit, paging.page))
    window = paging.window(*parameters)
    offset = (window.offset + _INT8 // 2) % _INT8 - _INT8 // 2
    if offset == window.offset:
        return await call.respond()
    if offset < 0:
        return json_response(500, {"error": "failed to list jobs"})
    # The jobs from there on lie in two pages.
    page, rest = divmod(offset, window.limit)
    names = paging.limit.parameter, paging.page.parameter
    first, second = [
        await call.respond_with(
            **dict(zip(names, (window.limit, paging.page.min + n), strict=True))
        )
        for n in (page, page + 1)
    ]
    jobs = [*decode_data(first), *decode_data(second)]
    return replace_body(first, {"data": jobs[rest : rest + window.limit]})


async def _drop_malformed_parameters(call: InterceptedCall) -> Response:
    """Pass over what is malformed in a query, as if it were not there."""
    parts = [p for p in call.request.query.split("&") if ";" not in p and is_percent_encoded(p)]
    return await call.respond_to(call.request.path, "&".join(parts))


async def _fail_at_unstorable(call: InterceptedCall) -> Response:
    if call.name == "deleteUser" and call.is_admitted:
        try:
            text = call.encode_parameter("userId").decode()
        except UnicodeDecodeError:
            text = "\0"
        if "\0" in text:
            return json_response(500, {"error": "failed to schedule user deletion"})
    return await call.respond()


async def _count_octets(call: InterceptedCall) -> Response:
    if call.name == "deleteUser" and call.is_admitted:
        longest = call.operation.parameter("userId").schema["maxLength"]
        if len(call.encode_parameter("userId")) > longest:
            reason = f"invalid path param userID: has more than {longest} octets"
            return json_response(400, {"error": reason})
    return await call.respond()


DEVIATIONS = (
    Deviation(
        "job-ids-have-32-bits",
        "conforming",
        "Answers 400 instead of 404 to the cancel of a jobId beyond 32 bits.",
        f"{_CANCEL}/responses/404",
        _refuse_beyond_int4,
    ),
    Deviation(
        "offset-wraps-around",
        "conforming",
        "Fails with 500 where page times limit needs more than 63 bits, or starts over.",
        f"{_LIST}/x-pagination",
        _wrap_offset,
    ),
    Deviation(
        "drops-malformed-parameters",
        "conforming",
        "Passes over a query parameter with `%zz` or `;` as if it were not there.",
        f"{_LIST}/parameters",
        _drop_malformed_parameters,
    ),
    Deviation(
        "unstorable-user-is-500",
        "conforming",
        "Fails with 500 at a userId with U+0000, or one that is not UTF-8.",
        f"{_USER_ID}/type",
        _fail_at_unstorable,
    ),
    Deviation(
        "user-id-counts-octets",
        "conforming",
        "Refuses a userId of more than 256 octets, though it has fewer characters.",
        f"{_USER_ID}/maxLength",
        _count_octets,
    ),
)
