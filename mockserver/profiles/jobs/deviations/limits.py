"""Deviations of what can be kept, as the deployed API has them: columns and numbers end."""

from typing import Any

from msgspec import structs

from mockserver.contract.operations import Operation
from mockserver.deviations.deviation import Deviation, InterceptedCall
from mockserver.deviations.paging_records import PageRequest, turn_pages
from mockserver.http.messages import Response, json_response
from mockserver.http.paths import is_percent_encoded
from mockserver.parsing.integer import parse_integer
from mockserver.records.listing.query import Slice

_CANCEL = "/paths/~1public~1{projectKey}~1jobs~1{jobId}/delete"
_LIST = "/paths/~1public~1{projectKey}~1jobs/get"
_USER_ID = "/components/parameters/UserId/schema"
_INT4 = range(-(2**31), 2**31)
_INT8 = 2**64


def encode_parameter(call: InterceptedCall, name: str) -> bytes:
    """Return the octets of a path parameter, whether or not they are UTF-8."""
    return call.parameters[name].encode("utf-8", "surrogateescape")


def find_longest(operation: Operation, name: str) -> int:
    """Return how many characters a path parameter has at most."""
    parameter = operation.parameter(name)
    schema: Any = None if parameter is None or parameter.schema is None else parameter.schema.value
    return int(schema["maxLength"])


async def _refuse_beyond_int4(call: InterceptedCall) -> Response:
    """Refuse to cancel what no column of 32 bits can be compared with."""
    response = await call.respond()
    if call.name != "cancelJob" or response.status != 404:
        return response
    job_id = parse_integer(encode_parameter(call, "jobId").decode())
    if job_id in _INT4:
        return response
    reason = f"failed to cancel job: {job_id} is greater than maximum value for Int4"
    return json_response(400, {"error": reason})


class _WrappedError(Exception):
    """So many jobs are to be passed over that 64 bits with a sign make a negative number of it."""


async def _wrap_offset(request: PageRequest) -> Slice:
    """Count how many jobs to pass over in 64 bits with a sign, and let that wrap around."""
    offset = (request.query.offset + _INT8 // 2) % _INT8 - _INT8 // 2
    if offset < 0:
        raise _WrappedError
    return await request.find(structs.replace(request.query, offset=offset))


async def _fail_at_negative_offset(call: InterceptedCall) -> Response:
    try:
        return await call.respond()
    except _WrappedError:
        return json_response(500, {"error": "failed to list jobs"})


async def _drop_malformed_parameters(call: InterceptedCall) -> Response:
    """Pass over what is malformed in a query, as if it were not there."""
    parts = [p for p in call.request.query.split("&") if ";" not in p and is_percent_encoded(p)]
    return await call.respond_to(call.request.path, "&".join(parts))


async def _fail_at_unstorable(call: InterceptedCall) -> Response:
    if call.name == "deleteUser" and call.is_admitted(call.parameters):
        try:
            text = encode_parameter(call, "userId").decode()
        except UnicodeDecodeError:
            text = "\0"
        if "\0" in text:
            return json_response(500, {"error": "failed to schedule user deletion"})
    return await call.respond()


async def _count_octets(call: InterceptedCall) -> Response:
    if call.name == "deleteUser" and call.is_admitted(call.parameters):
        longest = find_longest(call.operation, "userId")
        if len(encode_parameter(call, "userId")) > longest:
            reason = f"invalid path param userID: has more than {longest} octets"
            return json_response(400, {"error": reason})
    return await call.respond()


DEVIATIONS = (
    Deviation(
        "job-ids-have-32-bits",
        "conforming",
        "Answers 400 instead of 404 to the cancel of a jobId beyond 32 bits.",
        f"{_CANCEL}/responses/404",
        around=_refuse_beyond_int4,
    ),
    Deviation(
        "offset-wraps-around",
        "conforming",
        "Fails with 500 where page times limit needs more than 63 bits, or starts over.",
        f"{_LIST}/x-pagination",
        records=turn_pages("jobs", _wrap_offset),
        around=_fail_at_negative_offset,
    ),
    Deviation(
        "drops-malformed-parameters",
        "conforming",
        "Passes over a query parameter with `%zz` or `;` as if it were not there.",
        f"{_LIST}/parameters",
        around=_drop_malformed_parameters,
    ),
    Deviation(
        "unstorable-user-is-500",
        "conforming",
        "Fails with 500 at a userId with U+0000, or one that is not UTF-8.",
        f"{_USER_ID}/type",
        around=_fail_at_unstorable,
    ),
    Deviation(
        "user-id-counts-octets",
        "conforming",
        "Refuses a userId of more than 256 octets, though it has fewer characters.",
        f"{_USER_ID}/maxLength",
        around=_count_octets,
    ),
)
