"""What a response says about the call that follows it: the job it shows can be read and moved."""

from __future__ import annotations

from typing import Any

from contracts.contract.document import Document
from contracts.http.exchange import Exchange


def find_job(exchange: Exchange, job_id: int) -> dict[str, Any] | None:
    """Return the job *job_id* as *exchange* shows it, or None."""
    if exchange.status != 200:
        return None
    jobs = [*exchange.jobs, exchange.job]
    return next((job for job in jobs if job.get("jobId") == job_id), None)


def find_contradiction(
    before: Exchange, after: Exchange, document: Document
) -> tuple[str, str] | None:
    """Return (expected, actual) if *after* contradicts the job that *before* showed.

    Time may pass between the two, so every state that the lifecycle leads to is accepted.
    """
    text = after.arguments.get("jobId", "")
    job = find_job(before, int(text)) if text.isascii() and text.isdigit() else None
    if job is None or after.uncertain:
        return None
    field = document.lifecycle.field
    state = job.get(field)
    if state not in document.lifecycle.states:
        return None
    later = document.lifecycle.find_reachable(state)
    if after.operation == document.read_id:
        return _check_read(text, after, field, later)
    if after.operation == document.cancel_id:
        return _check_cancel(text, after, document, later)
    return None


def _check_read(
    text: str, after: Exchange, field: str, later: frozenset[str]
) -> tuple[str, str] | None:
    if after.status != 200:
        return f"job {text}, which was just shown, can be read", f"the status was {after.status}"
    if after.job.get("jobId") != int(text):
        return f"job {text} is read by its jobId", f"job {after.job.get('jobId')} was returned"
    if after.job.get(field) not in later:
        now = after.job.get(field)
        return f"job {text} is {' or '.join(sorted(later))} now", f"it is {now}"
    return None


def _check_cancel(
    text: str, after: Exchange, document: Document, later: frozenset[str]
) -> tuple[str, str] | None:
    move = document.cancel
    allowed: set[int] = set()
    if later.intersection(move.sources):
        allowed.add(200)
    if later.difference(move.sources):
        allowed.add(move.otherwise or 400)
    if after.status not in allowed:
        wanted = " or ".join(map(str, sorted(allowed)))
        return f"{wanted} for a cancel of job {text}", f"the status was {after.status}"
    now = after.job.get(document.lifecycle.field)
    if after.status == 200 and now != move.to:
        return f"job {text} is {move.to} now", f"it is {now}"
    return None
