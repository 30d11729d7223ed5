"""Laws on each answer, whoever asked for it: its status, its form, its words."""

from __future__ import annotations

import re
from typing import Any

from contracts.document import Document
from contracts.exchange import NOT_JSON, Exchange
from contracts.law import MUST, exchange_law
from contracts.verdict import Broken

JOB = "#/components/schemas/Job"
PROPERTIES = f"{JOB}/properties"
PATHS = "#/paths"

EARLIEST, LATEST = 946_684_800_000, 4_102_444_800_000
"""2000 and 2100 in epoch milliseconds; in seconds or microseconds no such moment fits between."""


def _schema(exchange: Exchange, document: Document) -> str | None:
    """Return the pointer to the schema that the answer is to match."""
    if exchange.operation is None or exchange.status != 200:
        return None
    return document.body_schema(document.operations[exchange.operation], 200)


def _jobs(exchange: Exchange, document: Document) -> list[dict[str, Any]]:
    """Return each job in the answer of an operation of the contract."""
    if _schema(exchange, document) is None:
        return []
    return exchange.jobs or ([exchange.job] if exchange.job else [])


@exchange_law("EXCH-01", MUST, ref=PATHS)
def every_request_is_answered(exchange: Exchange, document: Document) -> str | None:
    """Every request gets an answer.

    A read that gets none is sent once more before this law objects; a timeout does not count.
    """
    if document.operations.get(exchange.operation or "") is None:
        return None
    if (exchange.error or "").startswith("no answer") and exchange.method == "GET":
        raise Broken("an answer", f"there was none twice: {exchange.error}", [exchange])
    return f"{exchange.operation}"


@exchange_law("EXCH-02", MUST, ref=PATHS)
def no_request_of_the_contract_is_a_server_error(
    exchange: Exchange, document: Document
) -> str | None:
    """No request for an operation of the contract is answered with a server error.

    501 from an operation that makes jobs means that the deployment has none.
    """
    if exchange.operation is None or exchange.status is None:
        return None
    missing = exchange.operation == document.make_id and exchange.status == 501
    if exchange.status >= 500 and not missing:
        raise Broken("an answer below 500", f"it was {exchange.status}", [exchange])
    return f"{exchange.operation} {exchange.status}"


@exchange_law("EXCH-03", MUST, ref=PATHS)
def a_success_is_one_that_the_contract_declares(
    exchange: Exchange, document: Document
) -> str | None:
    """A successful answer has a status that the operation declares."""
    operation = document.operations.get(exchange.operation or "")
    if operation is None or exchange.status is None or exchange.status >= 400:
        return None
    if exchange.status not in operation.responses:
        declared = ", ".join(map(str, operation.responses))
        raise Broken(f"one of {declared}", f"it was {exchange.status}", [exchange])
    return operation.id


@exchange_law("EXCH-04", MUST, ref="RFC 9110 §8.3")
def a_success_is_labelled_as_json(exchange: Exchange, document: Document) -> str | None:
    """A successful answer has the media type application/json."""
    if _schema(exchange, document) is None:
        return None
    if exchange.media_type != "application/json":
        raise Broken("application/json", f"it was {exchange.media_type or 'nothing'}", [exchange])
    return exchange.operation


@exchange_law("EXCH-05", MUST, ref="RFC 8259 §2")
def a_success_is_json(exchange: Exchange, document: Document) -> str | None:
    """The body of a successful answer is JSON text."""
    if _schema(exchange, document) is None:
        return None
    if exchange.json is NOT_JSON:
        raise Broken("JSON text", f"it was {exchange.body[:80]!r}", [exchange])
    return exchange.operation


@exchange_law("EXCH-06", MUST, ref="#/components/schemas/OneJob")
def a_success_is_an_envelope(exchange: Exchange, document: Document) -> str | None:
    """The body of a successful answer is an object that holds jobs, or the job, in `data`."""
    pointer = _schema(exchange, document)
    if pointer is None or exchange.json is NOT_JSON:
        return None
    kind = list if exchange.operation == document.list_id else dict
    if not isinstance(exchange.data, kind):
        wanted = "a list" if kind is list else "an object"
        raise Broken(f"{{data: {wanted}}}", f"it was {exchange.body[:80]!r}", [exchange])
    return exchange.operation


@exchange_law("EXCH-07", MUST, ref=f"{JOB}/required")
def a_job_has_all_its_properties(exchange: Exchange, document: Document) -> str | None:
    """Each job has every property that the contract requires, as it is spelled there."""
    jobs = _jobs(exchange, document)
    for job in jobs:
        if missing := [name for name in document.item["required"] if name not in job]:
            raise Broken(f"{', '.join(missing)} in each job", f"one has {sorted(job)}", [exchange])
    return jobs and exchange.operation or None


@exchange_law("EXCH-08", MUST, ref=PROPERTIES)
def a_jobs_properties_have_their_types(exchange: Exchange, document: Document) -> str | None:
    """Each property of a job has its type: what may be null is stated, and numbers are numbers."""
    seen = None
    for job in _jobs(exchange, document):
        for name, value in job.items():
            types = document.item["properties"].get(name, {}).get("type")
            if types is None:
                continue
            seen = exchange.operation
            if not _is(value, [types] if isinstance(types, str) else types):
                raise Broken(f"{name} to be {types}", f"it is {value!r}", [exchange])
    return seen


def _is(value: object, types: list[str]) -> bool:
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    said = {
        "null": value is None,
        "string": isinstance(value, str),
        "integer": whole and not isinstance(value, bool),
    }
    return any(said.get(one, True) for one in types)


@exchange_law("EXCH-09", MUST, ref=f"{PROPERTIES}/status")
def a_job_has_a_status_of_the_lifecycle(exchange: Exchange, document: Document) -> str | None:
    """Each job has one of the statuses that the contract lists, spelled as there."""
    seen = None
    for job in _jobs(exchange, document):
        status = job.get(document.lifecycle.field)
        if not isinstance(status, str):
            continue
        seen = status
        if status not in document.lifecycle.states:
            raise Broken(f"one of {', '.join(document.lifecycle.states)}", status, [exchange])
    return seen


@exchange_law("EXCH-10", MUST, ref=f"{PROPERTIES}/action")
def a_job_deletes_user_data(exchange: Exchange, document: Document) -> str | None:
    """Each job has the one action that there is."""
    action = document.item["properties"]["action"]["const"]
    jobs = [job for job in _jobs(exchange, document) if isinstance(job.get("action"), str)]
    for job in jobs:
        if job["action"] != action:
            raise Broken(f"the action {action}", f"it is {job['action']!r}", [exchange])
    return jobs and exchange.operation or None


@exchange_law("EXCH-11", MUST, ref=f"{PROPERTIES}/description")
def a_job_says_whose_data_it_deletes(exchange: Exchange, document: Document) -> str | None:
    """Each job's description is the sentence of the contract, with its referenceId at the end."""
    start = document.item["properties"]["description"]["pattern"].removeprefix("^")
    seen = None
    for job in _jobs(exchange, document):
        description, user = job.get("description"), job.get("referenceId")
        if not isinstance(description, str) or not isinstance(user, str):
            continue
        seen = exchange.operation
        if description != start + user:
            raise Broken(repr(start + user), f"it is {description!r}", [exchange])
    return seen


@exchange_law("EXCH-12", MUST, ref=f"{PROPERTIES}/createdAt")
def moments_are_epoch_milliseconds(exchange: Exchange, document: Document) -> str | None:
    """Each moment of a job is in milliseconds since 1970, and not in seconds or as text."""
    life = document.lifecycle
    due = {move.not_before for move in life.transitions if move.not_before}
    seen = None
    for job in _jobs(exchange, document):
        for name in (life.made, life.moved, *due):
            moment = job.get(name)
            if type(moment) is not int:
                continue
            seen = exchange.operation
            if not EARLIEST < moment < LATEST:
                raise Broken(f"{name} in epoch milliseconds", f"it is {moment}", [exchange])
    return seen


@exchange_law("EXCH-13", MUST, ref="#/components/schemas/JobPage")
def an_answer_matches_its_schema(exchange: Exchange, document: Document) -> str | None:
    """The body of a successful answer matches the schema that the contract declares for it.

    The laws above say the common breaches in words; this one asks a JSON Schema validator.
    """
    pointer = _schema(exchange, document)
    if pointer is None or exchange.json is NOT_JSON:
        return None
    for complaint in document.complaints(pointer, exchange.json):
        raise Broken(f"a body as {pointer} says", complaint, [exchange])
    return exchange.operation


@exchange_law("EXCH-14", MUST, ref=f"{PROPERTIES}/jobId")
def a_job_is_asked_for_by_its_number(exchange: Exchange, document: Document) -> str | None:
    """The job in an answer is the one whose jobId was asked for."""
    if exchange.operation not in (document.read_id, document.cancel_id) or not exchange.job:
        return None
    asked, got = exchange.arguments.get("jobId", ""), exchange.job.get("jobId")
    if type(got) is not int or not re.fullmatch(r"[1-9][0-9]*", asked):
        return None  # the contract does not say which other spellings are integers
    if int(asked) != got:
        raise Broken(f"job {asked}", f"it is job {got}", [exchange])
    return exchange.operation


@exchange_law("EXCH-15", MUST, ref=f"{JOB}/x-lifecycle/stamps")
def a_job_did_not_move_before_it_was_made(exchange: Exchange, document: Document) -> str | None:
    """A job's updatedAt is not before its createdAt."""
    life, seen = document.lifecycle, None
    for job in _jobs(exchange, document):
        made, moved = job.get(life.made), job.get(life.moved)
        if type(made) is not int or type(moved) is not int:
            continue
        seen = exchange.operation
        if moved < made:
            raise Broken(f"{life.moved} from {made} on", f"it is {moved}", [exchange])
    return seen


@exchange_law("EXCH-16", MUST, ref=f"{JOB}/x-lifecycle/stamps/moved")
def a_moved_job_says_when(exchange: Exchange, document: Document) -> str | None:
    """A job that is no longer in its initial state has its updatedAt set."""
    life, seen = document.lifecycle, None
    for job in _jobs(exchange, document):
        status = job.get(life.field)
        if status == life.initial or status not in life.states:
            continue
        seen = exchange.operation
        if life.moved in job and job[life.moved] is None:
            raise Broken(f"{life.moved} of a {status} job to be set", "it is null", [exchange])
    return seen
