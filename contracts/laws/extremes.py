"""Laws on inputs beyond what the contract promises: what a deployment should do all the same."""

from __future__ import annotations

from contracts.contract.document import Document
from contracts.engine.extreme import HIGHEST, LOWEST, explain_extreme
from contracts.engine.law import SHOULD, exchange_law, law
from contracts.engine.probe import Probe, Query
from contracts.engine.verdict import Violation
from contracts.http.exchange import Exchange
from contracts.laws.listing.readings import at_least, same_page

LIST = "#/paths/~1public~1{projectKey}~1jobs/get"
PAGING = f"{LIST}/x-pagination"

FAR = (HIGHEST + 1, 2**63, 10**30)
"""One beyond 32 bits, one beyond 64, and one beyond any type of a database."""


@exchange_law("EXCH-17", SHOULD, ref="RFC 9110 §15.6")
def no_extreme_input_is_a_server_error(exchange: Exchange, document: Document) -> str | None:
    """An input beyond what the contract promises is answered, and not with a server error.

    Such inputs are numbers of more than 32 bits, other spellings of a number, and text that could
    be read as another path. MUST laws do not judge what they get.
    """
    if exchange.operation is None:
        return None
    why = explain_extreme(exchange, document)
    if not why:
        return None
    if (exchange.error or "").startswith("no answer"):
        raise Violation("an answer", f"there was none: {why}", [exchange])
    missing = exchange.operation == document.make_id and exchange.status == 501
    if exchange.status is None or missing:
        return None
    if exchange.status >= 500:
        raise Violation("an answer below 500", f"it was {exchange.status}: {why}", [exchange])
    return f"{exchange.operation} {exchange.status}"


@law("PAGE-16", SHOULD, ref=f"{PAGING}/limit/outside")
def a_limit_beyond_32_bits_means_the_default(probe: Probe) -> None:
    """A limit of more than 32 bits means the default, however long its number is."""
    limit = probe.document.paging.limit
    at_least(probe, 1, "to tell one page from another")
    for value in (*FAR, LOWEST - 1, -FAR[-1]):
        query: Query = {limit.parameter: value}
        same_page(probe, query, {limit.parameter: limit.default}, "the default gets")
        probe.exercise(f"limit={value}")


@law("PAGE-17", SHOULD, ref=f"{LIST}/responses/200")
def a_page_beyond_32_bits_is_empty_or_the_first(probe: Probe) -> None:
    """A page of more than 32 bits is past the end, and empty, or outside the range: the first.

    The position of its first job, page times limit, may need more bits than the number itself: a
    product that overflows must lead to no other page, and to no error.
    """
    page = probe.document.paging.page
    for number in (*FAR, 10**18):
        query: Query = {page.parameter: number}
        response = probe.list_jobs(query)
        if response.status != 200 or response.data != []:
            same_page(probe, query, {page.parameter: page.default}, "the first page has")
        probe.exercise(f"page={number}")


@law("PAGE-18", SHOULD, ref=f"{PAGING}/page/outside")
def a_page_far_below_the_range_means_the_first(probe: Probe) -> None:
    """A negative page of more than 32 bits means the first."""
    page = probe.document.paging.page
    at_least(probe, 1, "to tell a page from none")
    for value in (LOWEST - 1, -FAR[1], -FAR[-1]):
        query: Query = {page.parameter: value}
        same_page(probe, query, {page.parameter: page.default}, "the first page has")
        probe.exercise(f"page={value}")
