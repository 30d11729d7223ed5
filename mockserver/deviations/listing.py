"""Deviations of lists and pages."""

from mockserver.deviations.deviation import Around, Call, Deviation, data_of, rewritten
from mockserver.http.messages import Response, json_answer

_PAGING = "/paths/~1public~1{projectKey}~1jobs/get/x-pagination"
_LIST = "/paths/~1public~1{projectKey}~1jobs/get"


async def _clamps(call: Call) -> Response:
    paging, changes = call.operation.paging, {}
    for bound in () if paging is None else (paging.limit, paging.page):
        value = call.number(bound.parameter)
        if value is not None:
            most = value if bound.max is None else bound.max
            changes[bound.parameter] = max(bound.min, min(value, most))
    return await call.answer_with(**changes) if changes else await call.response()


async def _refuses(call: Call) -> Response:
    paging = call.operation.paging
    for bound in () if paging is None else (paging.limit, paging.page):
        value = call.number(bound.parameter)
        most = bound.max if bound.max is not None else value
        if value is not None and most is not None and not bound.min <= value <= most:
            return json_answer(400, {"error": f"{bound.parameter} is out of range"})
    return await call.response()


async def _zero_based(call: Call) -> Response:
    paging = call.operation.paging
    page = None if paging is None else call.number(paging.page.parameter)
    return await call.response() if page is None else await call.answer_with(page=page + 1)


async def _default_of_20(call: Call) -> Response:
    paging = call.operation.paging
    given = paging is None or call.number(paging.limit.parameter) is not None
    return await call.response() if given else await call.answer_with(limit=20)


async def _ignores_page(call: Call) -> Response:
    return await (call.response() if call.operation.paging is None else call.answer_with(page=1))


async def _ignores_limit(call: Call) -> Response:
    paging = call.operation.paging
    if paging is None:
        return await call.response()
    return await call.answer_with(limit=paging.limit.default)


async def _overlaps(call: Call) -> Response:
    """Show the last job of a page again as the first of the next one."""
    response = await call.response()
    page = call.number("page")
    if call.operation.paging is None or page is None or page < 2 or response.status != 200:
        return response
    before = data_of(await call.answer_with(page=page - 1))
    return rewritten(response, {"data": [*before[-1:], *data_of(response)[: len(before) - 1]]})


async def _past_the_end(call: Call) -> Response:
    response = await call.response()
    if call.operation.paging is None or data_of(response) != []:
        return response
    return json_answer(404, {"error": "no such page"})


async def _repeats_the_last(call: Call) -> Response:
    response = await call.response()
    page = call.number("page")
    if call.operation.paging is None or page is None or page < 2 or data_of(response) != []:
        return response
    return await call.answer_with(page=1)


def _without(*statuses: str) -> Around:
    async def around(call: Call) -> Response:
        response = await call.response()
        data = data_of(response)
        if not isinstance(data, list):
            return response
        return rewritten(response, {"data": [job for job in data if job["status"] not in statuses]})

    return around


async def _total(call: Call) -> Response:
    response = await call.response()
    data = data_of(response)
    if not isinstance(data, list):
        return response
    return rewritten(response, {"data": data, "total": len(data)})


DEVIATIONS = (
    Deviation(
        "clamps-limit-and-page",
        "must",
        "Moves a limit or page outside its range to the nearest bound instead of the default.",
        _PAGING,
        _clamps,
    ),
    Deviation(
        "refuses-out-of-range",
        "must",
        "Answers 400 to a limit or page outside its range instead of taking the default.",
        _PAGING,
        _refuses,
    ),
    Deviation(
        "page-zero-based",
        "must",
        "Counts pages from 0.",
        _PAGING,
        _zero_based,
    ),
    Deviation(
        "default-limit-is-20",
        "must",
        "Shows 20 jobs where no limit is given.",
        _PAGING,
        _default_of_20,
    ),
    Deviation("ignores-page", "must", "Always shows the first page.", _PAGING, _ignores_page),
    Deviation(
        "ignores-limit", "must", "Always shows the default number of jobs.", _PAGING, _ignores_limit
    ),
    Deviation(
        "pages-overlap",
        "must",
        "Begins each page with the last job of the one before.",
        _PAGING,
        _overlaps,
    ),
    Deviation(
        "past-the-end-is-404",
        "must",
        "Answers 404 for a page past the end instead of an empty one.",
        _LIST,
        _past_the_end,
    ),
    Deviation(
        "past-the-end-starts-over",
        "must",
        "Shows the first page again past the end, so that a client never stops.",
        _LIST,
        _repeats_the_last,
    ),
    Deviation(
        "hides-cancelled",
        "must",
        "Leaves cancelled jobs out of lists.",
        _LIST,
        _without("cancelled"),
    ),
    Deviation(
        "hides-completed",
        "must",
        "Leaves completed jobs out of lists.",
        _LIST,
        _without("completed"),
    ),
    Deviation(
        "adds-total",
        "conforming",
        "Adds a member total to each page.",
        "/components/schemas/JobPage",
        _total,
    ),
)
