"""EXCH-01 to EXCH-06, EXCH-13 to EXCH-14: the status and the form of each response."""

from __future__ import annotations

import re

from contracts.contract.document import Document
from contracts.engine.law import MUST, exchange_law
from contracts.engine.verdict import Violation
from contracts.http.excerpt import cut_beginning
from contracts.http.exchange import NOT_JSON, Exchange
from contracts.laws.clauses import PATHS, PROPERTIES


def _find_schema(exchange: Exchange, document: Document) -> str | None:
    """Return the pointer to the schema that the response must match."""
    if exchange.operation is None or exchange.status != 200:
        return None
    return document.find_body_schema(document.operations[exchange.operation], 200)


@exchange_law("EXCH-01", MUST, ref=PATHS)
def every_request_is_answered(exchange: Exchange, document: Document) -> str | None:
    """Every request gets a response.

    A read without a response is sent once more before it counts; a timeout does not count.
    """
    if document.operations.get(exchange.operation or "") is None:
        return None
    if (exchange.error or "").startswith("no answer") and exchange.method == "GET":
        raise Violation("a response", f"there was none, twice: {exchange.error}", [exchange])
    return f"{exchange.operation}"


@exchange_law("EXCH-02", MUST, ref=PATHS)
def no_request_of_the_contract_gets_a_server_error(
    exchange: Exchange, document: Document
) -> str | None:
    """No request for an operation of the contract gets a server error.

    501 from the operation that makes jobs means that the deployment does not have it.
    """
    if exchange.operation is None or exchange.status is None:
        return None
    missing = exchange.operation == document.make_id and exchange.status == 501
    if exchange.status >= 500 and not missing:
        raise Violation("a status below 500", f"it was {exchange.status}", [exchange])
    return f"{exchange.operation} {exchange.status}"


@exchange_law("EXCH-03", MUST, ref=PATHS)
def a_success_has_a_declared_status(exchange: Exchange, document: Document) -> str | None:
    """The status of a successful response is declared by the operation."""
    operation = document.operations.get(exchange.operation or "")
    if operation is None or exchange.status is None or exchange.status >= 400:
        return None
    if exchange.status not in operation.responses:
        declared = ", ".join(map(str, operation.responses))
        raise Violation(f"one of the statuses {declared}", f"it was {exchange.status}", [exchange])
    return operation.id


@exchange_law("EXCH-04", MUST, ref="RFC 9110 §8.3", title="A success is labelled as JSON")
def a_success_is_labelled_as_json(exchange: Exchange, document: Document) -> str | None:
    """A successful response has the media type application/json."""
    if _find_schema(exchange, document) is None:
        return None
    if exchange.media_type != "application/json":
        raise Violation(
            "application/json", f"it was {exchange.media_type or 'nothing'}", [exchange]
        )
    return exchange.operation


@exchange_law("EXCH-05", MUST, ref="RFC 8259 §2", title="A success is JSON")
def a_success_is_json(exchange: Exchange, document: Document) -> str | None:
    """The body of a successful response is JSON text."""
    if _find_schema(exchange, document) is None:
        return None
    if exchange.json is NOT_JSON:
        raise Violation("JSON text", f"it was {cut_beginning(exchange.body)}", [exchange])
    return exchange.operation


@exchange_law("EXCH-06", MUST, ref="#/components/schemas/OneJob")
def a_success_is_an_envelope(exchange: Exchange, document: Document) -> str | None:
    """The body of a successful response is an object with the jobs, or the job, in `data`."""
    pointer = _find_schema(exchange, document)
    if pointer is None or exchange.json is NOT_JSON:
        return None
    kind = list if exchange.operation == document.list_id else dict
    if not isinstance(exchange.data, kind):
        wanted = "a list" if kind is list else "an object"
        raise Violation(f"{{data: {wanted}}}", f"it was {cut_beginning(exchange.body)}", [exchange])
    return exchange.operation


@exchange_law("EXCH-13", MUST, ref="#/components/schemas/JobPage")
def a_response_matches_its_schema(exchange: Exchange, document: Document) -> str | None:
    """The body of a successful response matches the schema that the contract declares.

    Other laws report the common violations in plain words; this one uses a JSON Schema validator.
    """
    pointer = _find_schema(exchange, document)
    if pointer is None or exchange.json is NOT_JSON:
        return None
    for problem in document.validate(pointer, exchange.json):
        raise Violation(f"a body that matches {pointer}", problem, [exchange])
    return exchange.operation


@exchange_law("EXCH-14", MUST, ref=f"{PROPERTIES}/jobId")
def the_job_in_a_response_is_the_requested_one(
    exchange: Exchange, document: Document
) -> str | None:
    """The job in a response has the jobId that was requested."""
    if exchange.operation not in (document.read_id, document.cancel_id) or not exchange.job:
        return None
    asked, got = exchange.arguments.get("jobId", ""), exchange.job.get("jobId")
    if type(got) is not int or not re.fullmatch(r"[1-9][0-9]*", asked):
        return None  # the contract does not say which other spellings are integers
    if int(asked) != got:
        raise Violation(f"job {asked}", f"it is job {got}", [exchange])
    return exchange.operation
