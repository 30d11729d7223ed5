"""Which objections of schemathesis itself the document of any API shares."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from schemathesis.core.failures import AcceptedNegativeData, Failure, ServerError
from schemathesis.openapi.checks import (
    AllowHeaderMismatch,
    RejectedPositiveData,
    UndefinedStatusCode,
    UnsupportedMethodResponse,
    UseAfterFree,
)

from contracts.contract.api import Api
from contracts.contract.moves import Move
from contracts.engine.extreme import read_ordinary
from contracts.fuzzing.checks import can_judge
from contracts.http.exchange import Exchange


def is_shared(  # noqa: PLR0911 -- one answer for each kind of failure
    failure: Failure, exchange: Exchange, api: Api
) -> bool:
    """Tell whether *failure* is one by the document as well, its lifecycle and pages included.

    No schema says all that makes a request valid, but a page with numbers in their range is there
    for the asking. A document need not list every error (OpenAPI 3.1.0 §4.8.16), nor say what a
    method gets that it does not have. A number outside of a range may be declared to mean another
    one, and a record may be declared to stay where it was.
    """
    operation = api.operations.get(exchange.operation or "")
    if isinstance(failure, AllowHeaderMismatch | UnsupportedMethodResponse):
        return False
    if operation is None or not can_judge(exchange, api):
        return operation is None
    match failure:
        case RejectedPositiveData():
            return operation is api.resource.list and _asks_for_a_page(exchange, api)
        case ServerError():
            return operation.find_response(exchange.status or 0) is None
        case UndefinedStatusCode():
            return (exchange.status or 0) < 400
        case AcceptedNegativeData():
            return operation is not api.resource.list or not _is_lenient(api)
        case UseAfterFree():
            return not any(row.targets for row in _list_deletions(api))
        case _:
            return True


def _asks_for_a_page(exchange: Exchange, api: Api) -> bool:
    """Tell whether a call of the list says nothing but a limit in its range."""
    limit = api.resource.pages.limit if api.resource.pages else None
    query = parse_qsl(urlsplit(exchange.url).query, keep_blank_values=True)
    number = read_ordinary(query[0][1]) if len(query) == 1 else None
    if limit is None or limit.max is None or number is None:
        return False
    return query[0][0] == limit.parameter and (limit.min or 1) <= number <= limit.max


def _is_lenient(api: Api) -> bool:
    """Tell whether a number outside of its range is declared to be no error."""
    pages = api.resource.pages
    bounds = (pages.limit, pages.page, pages.offset) if pages else ()
    return any(one.outside in ("default", "nearest") for one in bounds if one is not None)


def _list_deletions(api: Api) -> Iterator[Move]:
    """Go through the moves that are made by DELETE; one with targets leaves the record there."""
    for row in api.resource.list_moves():
        if row.by in api.operations and api.operations[row.by].method == "DELETE":
            yield row
