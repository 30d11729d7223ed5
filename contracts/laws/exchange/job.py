"""EXCH-07 to EXCH-12, EXCH-15 to EXCH-16: the properties of each job that a response shows."""

from __future__ import annotations

from typing import Any

from contracts.contract.document import Document
from contracts.engine.law import MUST, exchange_law
from contracts.engine.verdict import Violation
from contracts.http.excerpt import as_json
from contracts.http.exchange import Exchange
from contracts.laws.clauses import JOB, LIFECYCLE, PROPERTIES

EARLIEST, LATEST = 946_684_800_000, 4_102_444_800_000
"""2000 and 2100 in epoch milliseconds; a timestamp in seconds or microseconds is outside."""


TOLD = frozenset({"null", "string", "integer"})
"""The types that are judged."""


def _get_jobs(exchange: Exchange) -> list[dict[str, Any]]:
    """Return each job in the response of an operation of the contract."""
    if exchange.operation is None or exchange.status != 200:
        return []
    return exchange.jobs or ([exchange.job] if exchange.job else [])


@exchange_law("EXCH-07", MUST, ref=f"{JOB}/required")
def a_job_has_all_its_properties(exchange: Exchange, document: Document) -> str | None:
    """Each job has every property that the contract requires, spelled as in the contract."""
    jobs, required = _get_jobs(exchange), document.item["required"]
    for job in jobs:
        if missing := [name for name in required if name not in job]:
            actual = f"one has only {', '.join(sorted(job))}"
            raise Violation(f"{', '.join(missing)} in each job", actual, [exchange])
    return exchange.operation if jobs else None


@exchange_law("EXCH-08", MUST, ref=PROPERTIES, title="A job's properties have their types")
def a_jobs_properties_have_their_types(exchange: Exchange, document: Document) -> str | None:
    """Each property of a job has the type that the contract declares."""
    seen, properties = None, document.item["properties"]
    for job in _get_jobs(exchange):
        for name, value in job.items():
            types = properties.get(name, {}).get("type")
            if types is None:
                continue
            seen = exchange.operation
            wanted = [types] if isinstance(types, str) else types
            if not _has_type(value, wanted):
                expected = " or ".join(wanted)
                raise Violation(f"{name} to be {expected}", f"it is {as_json(value)}", [exchange])
    return seen


def _has_type(value: object, types: list[str]) -> bool:
    if value is None:
        own = "null"
    elif isinstance(value, str):
        own = "string"
    else:
        whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        own = "integer" if whole and not isinstance(value, bool) else ""
    return own in types or not TOLD.issuperset(types)


@exchange_law("EXCH-09", MUST, ref=f"{PROPERTIES}/status")
def a_job_has_a_status_of_the_lifecycle(exchange: Exchange, document: Document) -> str | None:
    """Each job has one of the statuses of the contract, spelled as in the contract."""
    seen = None
    for job in _get_jobs(exchange):
        status = job.get(document.lifecycle.field)
        if not isinstance(status, str):
            continue
        seen = status
        if status not in document.lifecycle.states:
            expected = f"one of {', '.join(document.lifecycle.states)}"
            raise Violation(expected, f"it is {as_json(status)}", [exchange])
    return seen


@exchange_law("EXCH-10", MUST, ref=f"{PROPERTIES}/action")
def a_job_deletes_user_data(exchange: Exchange, document: Document) -> str | None:
    """Each job has the only action that the contract allows."""
    action = document.item["properties"]["action"]["const"]
    jobs = [job for job in _get_jobs(exchange) if isinstance(job.get("action"), str)]
    for job in jobs:
        if job["action"] != action:
            raise Violation(f"the action {action}", f"it is {as_json(job['action'])}", [exchange])
    return exchange.operation if jobs else None


@exchange_law("EXCH-11", MUST, ref=f"{PROPERTIES}/description")
def a_job_says_whose_data_it_deletes(exchange: Exchange, document: Document) -> str | None:
    """The description of each job is the sentence of the contract, ending with its referenceId."""
    start = document.item["properties"]["description"]["pattern"].removeprefix("^")
    seen = None
    for job in _get_jobs(exchange):
        description, user = job.get("description"), job.get("referenceId")
        if not isinstance(description, str) or not isinstance(user, str):
            continue
        seen = exchange.operation
        if description != start + user:
            raise Violation(as_json(start + user), f"it is {as_json(description)}", [exchange])
    return seen


@exchange_law("EXCH-12", MUST, ref=f"{PROPERTIES}/createdAt")
def timestamps_are_epoch_milliseconds(exchange: Exchange, document: Document) -> str | None:
    """Each timestamp of a job is in milliseconds since 1970, not in seconds, and not text."""
    life = document.lifecycle
    due = {move.not_before for move in life.transitions if move.not_before}
    seen = None
    for job in _get_jobs(exchange):
        for name in (life.made, life.moved, *due):
            timestamp = job.get(name)
            if type(timestamp) is not int:
                continue
            seen = exchange.operation
            if not EARLIEST < timestamp < LATEST:
                raise Violation(f"{name} in epoch milliseconds", f"it is {timestamp}", [exchange])
    return seen


@exchange_law("EXCH-15", MUST, ref=f"{LIFECYCLE}/stamps")
def a_job_did_not_move_before_it_was_made(exchange: Exchange, document: Document) -> str | None:
    """The updatedAt of a job is not before its createdAt."""
    life, seen = document.lifecycle, None
    for job in _get_jobs(exchange):
        made, moved = job.get(life.made), job.get(life.moved)
        if type(made) is not int or type(moved) is not int:
            continue
        seen = exchange.operation
        if moved < made:
            raise Violation(f"{life.moved} from {made} on", f"it is {moved}", [exchange])
    return seen


@exchange_law(
    "EXCH-16",
    MUST,
    ref=f"{LIFECYCLE}/stamps/moved",
    title="A job that moved has an updatedAt",
)
def a_job_that_moved_has_an_updatedat(exchange: Exchange, document: Document) -> str | None:
    """A job that is no longer in its initial state has its updatedAt set."""
    life, seen = document.lifecycle, None
    for job in _get_jobs(exchange):
        status = job.get(life.field)
        if status == life.initial or status not in life.states:
            continue
        seen = exchange.operation
        if life.moved in job and job[life.moved] is None:
            raise Violation(f"{life.moved} of a {status} job to be set", "it is null", [exchange])
    return seen
