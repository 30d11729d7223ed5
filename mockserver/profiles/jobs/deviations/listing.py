"""Deviations of lists and pages."""

from mockserver.http.messages import Response, json_response
from mockserver.profiles.jobs.deviations.deviation import (
    Around,
    Deviation,
    InterceptedCall,
    decode_data,
    replace_body,
)

_PAGING = "/paths/~1public~1{projectKey}~1jobs/get/x-pagination"
_LIST = "/paths/~1public~1{projectKey}~1jobs/get"


async def _clamp(call: InterceptedCall) -> Response:
    paging, changes = call.operation.paging, {}
    for bound in () if paging is None else (paging.limit, paging.page):
        value = call.read_number(bound.parameter)
        if value is not None:
            most = value if bound.max is None else bound.max
            changes[bound.parameter] = max(bound.min, min(value, most))
    return await call.respond_with(**changes) if changes else await call.respond()


async def _refuse_out_of_range(call: InterceptedCall) -> Response:
    paging = call.operation.paging
    for bound in () if paging is None else (paging.limit, paging.page):
        value = call.read_number(bound.parameter)
        most = bound.max if bound.max is not None else value
        if value is not None and most is not None and not bound.min <= value <= most:
            return json_response(400, {"error": f"{bound.parameter} is out of range"})
    return await call.respond()


async def _count_pages_from_zero(call: InterceptedCall) -> Response:
    paging = call.operation.paging
    page = None if paging is None else call.read_number(paging.page.parameter)
    return await call.respond() if page is None else await call.respond_with(page=page + 1)


async def _default_to_20(call: InterceptedCall) -> Response:
    paging = call.operation.paging
    has_limit = paging is None or call.read_number(paging.limit.parameter) is not None
    return await call.respond() if has_limit else await call.respond_with(limit=20)


async def _ignore_page(call: InterceptedCall) -> Response:
    return await (call.respond() if call.operation.paging is None else call.respond_with(page=1))


async def _ignore_limit(call: InterceptedCall) -> Response:
    paging = call.operation.paging
    if paging is None:
        return await call.respond()
    return await call.respond_with(limit=paging.limit.default)


async def _overlap_pages(call: InterceptedCall) -> Response:
    """Show the last job of a page again as the first of the next one."""
    response = await call.respond()
    page = call.read_number("page")
    if call.operation.paging is None or page is None or page < 2 or response.status != 200:
        return response
    before = decode_data(await call.respond_with(page=page - 1))
    return replace_body(
        response, {"data": [*before[-1:], *decode_data(response)[: len(before) - 1]]}
    )


async def _refuse_past_the_end(call: InterceptedCall) -> Response:
    response = await call.respond()
    if call.operation.paging is None or decode_data(response) != []:
        return response
    return json_response(404, {"error": "page not found"})


async def _start_over(call: InterceptedCall) -> Response:
    response = await call.respond()
    page = call.read_number("page")
    if call.operation.paging is None or page is None or page < 2 or decode_data(response) != []:
        return response
    return await call.respond_with(page=1)


def _hide(*statuses: str) -> Around:
    async def around(call: InterceptedCall) -> Response:
        response = await call.respond()
        data = decode_data(response)
        if not isinstance(data, list):
            return response
        return replace_body(
            response, {"data": [job for job in data if job["status"] not in statuses]}
        )

    return around


async def _add_total(call: InterceptedCall) -> Response:
    response = await call.respond()
    data = decode_data(response)
    if not isinstance(data, list):
        return response
    return replace_body(response, {"data": data, "total": len(data)})


DEVIATIONS = (
    Deviation(
        "clamps-limit-and-page",
        "must",
        "Moves a limit or page outside its range to the nearest bound instead of the default.",
        _PAGING,
        _clamp,
    ),
    Deviation(
        "refuses-out-of-range",
        "must",
        "Answers 400 to a limit or page outside its range instead of taking the default.",
        _PAGING,
        _refuse_out_of_range,
    ),
    Deviation(
        "page-zero-based",
        "must",
        "Counts pages from 0.",
        _PAGING,
        _count_pages_from_zero,
    ),
    Deviation(
        "default-limit-is-20",
        "must",
        "Shows 20 jobs where no limit is given.",
        _PAGING,
        _default_to_20,
    ),
    Deviation("ignores-page", "must", "Always shows the first page.", _PAGING, _ignore_page),
    Deviation(
        "ignores-limit", "must", "Always shows the default number of jobs.", _PAGING, _ignore_limit
    ),
    Deviation(
        "pages-overlap",
        "must",
        "Begins each page with the last job of the one before.",
        _PAGING,
        _overlap_pages,
    ),
    Deviation(
        "past-the-end-is-404",
        "must",
        "Answers 404 for a page past the end instead of an empty one.",
        _LIST,
        _refuse_past_the_end,
    ),
    Deviation(
        "past-the-end-starts-over",
        "must",
        "Shows the first page again past the end, so that a client never stops.",
        _LIST,
        _start_over,
    ),
    Deviation(
        "hides-cancelled",
        "must",
        "Leaves cancelled jobs out of lists.",
        _LIST,
        _hide("cancelled"),
    ),
    Deviation(
        "hides-completed",
        "must",
        "Leaves completed jobs out of lists.",
        _LIST,
        _hide("completed"),
    ),
    Deviation(
        "adds-total",
        "conforming",
        "Adds a member total to each page.",
        "/components/schemas/JobPage",
        _add_total,
    ),
)
