"""EXCH-18 to EXCH-19: what each page of the list holds, for any caller."""

from __future__ import annotations

from collections import Counter
from urllib.parse import parse_qs, urlsplit

from contracts.contract.document import Document
from contracts.engine.law import MUST, exchange_law
from contracts.engine.verdict import Violation
from contracts.http.exchange import Exchange
from contracts.laws.clauses import LIMIT, PAGING
from contracts.laws.listing.stretch import get_ids


@exchange_law("EXCH-18", MUST, ref=PAGING)
def no_page_repeats_a_job(exchange: Exchange, document: Document) -> str | None:
    """No page of the list has a job twice."""
    ids = get_ids(exchange.jobs) if exchange.operation == document.list_id else []
    if not ids:
        return None
    job_id, times = Counter(ids).most_common(1)[0]
    if times > 1:
        actual = f"job {job_id} occurs {times} times"
        raise Violation("each job once on a page", actual, [exchange], about=[job_id])
    return exchange.operation


@exchange_law("EXCH-19", MUST, ref=LIMIT)
def no_page_is_longer_than_its_limit(exchange: Exchange, document: Document) -> str | None:
    """No page of the list has more jobs than its limit allows."""
    if exchange.operation != document.list_id or exchange.status != 200:
        return None
    limit = document.paging.limit
    given = parse_qs(urlsplit(exchange.url).query).get(limit.parameter)
    try:
        most = limit.interpret(int(given[0]) if given else None)
    except ValueError:
        return None  # the contract does not say what it means
    if len(exchange.jobs) > most:
        expected = f"at most {most} jobs on a page"
        raise Violation(expected, f"it has {len(exchange.jobs)}", [exchange])
    return f"pages of {most}"
