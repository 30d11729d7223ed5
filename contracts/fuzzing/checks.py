"""Judges one generated call: what schemathesis objects to is weighed against the contract.

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

from contracts.contract.document import Document
from contracts.engine.extreme import explain_extreme
from contracts.fuzzing.calls import UNSENT
from contracts.fuzzing.links import complaint
from contracts.fuzzing.objections import Kind, Objection
from contracts.fuzzing.promises import most_jobs, promised
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
"""What schemathesis finds wrong with an answer whatever the call was."""


def judgeable(exchange: Exchange, document: Document) -> bool:
    """Tell whether *exchange* says anything of the contract.

    It was sent, the answer was no call to wait, and the contract promises something to it.
    """
    said = exchange.status not in (None, UNSENT, *WAITING)
    return said and not explain_extreme(exchange, document)


def form(failure: Failure, exchange: Exchange, document: Document) -> Objection | None:
    """Return what *failure*, schemathesis's word, says of the form of an answer."""
    if not isinstance(failure, FORM) or not judgeable(exchange, document):
        return None
    told = next(_validate(exchange, document), failure.message.strip() or failure.title)
    return Objection(
        Kind.FORM,
        re.sub(r"/\d+", "", told.partition(":")[0]) + type(failure).__name__,
        "an answer in the form that the contract declares",
        told,
        (exchange,),
        about=_record(told),
    )


def _record(complaint: str) -> tuple[Subject, ...]:
    """Return the pointer to the record that a complaint of the schema names, if it names one."""
    found = re.match(r"/data/\d+", complaint)
    return (found[0],) if found else ()


def _validate(exchange: Exchange, document: Document) -> Iterator[str]:
    operation = document.operations.get(exchange.operation or "")
    if operation is not None and exchange.status is not None:
        pointer = document.body_schema(operation, exchange.status)
        if pointer is not None:
            yield from document.validate(pointer, exchange.json)


def status(exchange: Exchange, document: Document) -> Objection | None:
    """Return what is wrong with the status of an answer, given the call."""
    if not judgeable(exchange, document):
        return None
    promise = promised(exchange, document)
    if exchange.status in promise.statuses:
        return None
    return Objection(
        Kind.INVALID if promise.refuses else Kind.VALID,
        f"{promise.why} {exchange.status}",
        str(promise),
        f"it was {exchange.status}",
        (exchange,),
    )


def page(exchange: Exchange, document: Document) -> Objection | None:
    """Return what is wrong with the length of a page."""
    if not judgeable(exchange, document):
        return None
    if exchange.operation != document.list_id or exchange.status != 200:
        return None
    most = most_jobs(exchange, document)
    if most is None or len(exchange.jobs) <= most:
        return None
    return Objection(
        Kind.PAGE,
        "too many",
        f"at most {most} jobs",
        f"the page has {len(exchange.jobs)}",
        (exchange,),
    )


def link(before: Exchange, after: Exchange, document: Document) -> Objection | None:
    """Return how *after* contradicts the answer *before* whose link it follows."""
    if not judgeable(before, document) or not judgeable(after, document):
        return None
    told = complaint(before, after, document)
    if told is None:
        return None
    expected, actual = told
    about = (int(after.arguments["jobId"]),)  # a complaint is about a job that was shown
    return Objection(Kind.LINK, f"{after.operation}", expected, actual, (before, after), about)


def exercised(exchange: Exchange, document: Document) -> Iterator[tuple[Kind, str]]:
    """Tell which kinds *exchange* was judged by, and what it showed."""
    if not judgeable(exchange, document):
        return
    promise = promised(exchange, document)
    if promise.certain:
        kind = Kind.INVALID if promise.refuses else Kind.VALID
        yield kind, f"{exchange.operation} {exchange.status}"
    if exchange.status == 200:
        yield Kind.FORM, f"{exchange.operation}"
        if exchange.operation == document.list_id and most_jobs(exchange, document) is not None:
            yield Kind.PAGE, "pages"
