"""Judges one generated call: what schemathesis reports is checked against the contract.

`contracts check` and plain `st run` (through the hooks) both judge by this module.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemathesis.core.failures import Failure, MalformedJson
from schemathesis.openapi.checks import (
    ContentDeserializationError,
    JsonSchemaError,
    MalformedMediaType,
    MissingContentType,
    MissingHeaders,
    UndefinedContentType,
)

from contracts.contract.api import Api
from contracts.contract.document import Document
from contracts.engine.extreme import explain_extreme
from contracts.fuzzing.calls import UNSENT
from contracts.fuzzing.links import find_contradiction
from contracts.fuzzing.promises import get_most_jobs, get_promise
from contracts.fuzzing.violations import CallViolation, Kind
from contracts.http.excerpt import Subject
from contracts.http.exchange import Exchange
from contracts.http.transport import WAITING

FORM = (
    ContentDeserializationError,
    JsonSchemaError,
    MalformedJson,
    MalformedMediaType,
    MissingContentType,
    MissingHeaders,
    UndefinedContentType,
)
"""What schemathesis finds wrong with a response whatever the call was."""


def can_judge(exchange: Exchange, document: Api) -> bool:
    """Tell whether *exchange* says anything of the contract.

    It was sent, the response did not ask to wait, and the contract promises something to it.
    """
    usable = exchange.status not in (None, UNSENT, *WAITING)
    return usable and not explain_extreme(exchange, document)


def check_form(failure: Failure, exchange: Exchange, document: Document) -> CallViolation | None:
    """Return the violation that a *failure* of schemathesis shows in the form of a response."""
    if not isinstance(failure, FORM) or not can_judge(exchange, document):
        return None
    problem = next(
        _list_schema_problems(exchange, document), failure.message.strip() or failure.title
    )
    return CallViolation(
        Kind.FORM,
        re.sub(r"/\d+", "", problem.partition(":")[0]) + type(failure).__name__,
        "a response in the form that the contract declares",
        problem,
        (exchange,),
        about=_find_record(problem),
    )


def _find_record(problem: str) -> tuple[Subject, ...]:
    """Return the pointer to the record that a problem of the schema names, if it names one."""
    found = re.match(r"/data/\d+", problem)
    return (found[0],) if found else ()


def _list_schema_problems(exchange: Exchange, document: Document) -> Iterator[str]:
    operation = document.operations.get(exchange.operation or "")
    if operation is not None and exchange.status is not None:
        pointer = document.find_body_schema(operation, exchange.status)
        if pointer is not None:
            yield from document.validate(pointer, exchange.json)


def check_status(exchange: Exchange, document: Document) -> CallViolation | None:
    """Return what is wrong with the status of a response, given the call."""
    if not can_judge(exchange, document):
        return None
    promise = get_promise(exchange, document)
    if exchange.status in promise.statuses:
        return None
    return CallViolation(
        Kind.INVALID if promise.refuses else Kind.VALID,
        f"{promise.why} {exchange.status}",
        str(promise),
        f"the status was {exchange.status}",
        (exchange,),
    )


def check_page(exchange: Exchange, document: Document) -> CallViolation | None:
    """Return what is wrong with the length of a page."""
    if not can_judge(exchange, document):
        return None
    if exchange.operation != document.list_id or exchange.status != 200:
        return None
    most = get_most_jobs(exchange, document)
    if most is None or len(exchange.jobs) <= most:
        return None
    return CallViolation(
        Kind.PAGE,
        "too many",
        f"at most {most} jobs",
        f"the page has {len(exchange.jobs)}",
        (exchange,),
    )


def check_link(before: Exchange, after: Exchange, document: Document) -> CallViolation | None:
    """Return how *after* contradicts the response *before*, whose link it follows."""
    if not can_judge(before, document) or not can_judge(after, document):
        return None
    found = find_contradiction(before, after, document)
    if found is None:
        return None
    expected, actual = found
    about = (int(after.arguments["jobId"]),)  # it is about a job that was shown
    return CallViolation(Kind.LINK, f"{after.operation}", expected, actual, (before, after), about)


def list_exercised(exchange: Exchange, document: Document) -> Iterator[tuple[Kind, str]]:
    """Yield the kinds by which *exchange* was judged, and what it exercised."""
    if not can_judge(exchange, document):
        return
    promise = get_promise(exchange, document)
    if promise.certain:
        kind = Kind.INVALID if promise.refuses else Kind.VALID
        yield kind, f"{exchange.operation} {exchange.status}"
    if exchange.status == 200:
        yield Kind.FORM, f"{exchange.operation}"
        if exchange.operation == document.list_id and get_most_jobs(exchange, document) is not None:
            yield Kind.PAGE, "pages"
