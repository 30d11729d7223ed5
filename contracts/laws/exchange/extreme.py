"""EXCH-17: responses to input beyond what the contract promises to handle."""

from __future__ import annotations

from contracts.contract.document import Document
from contracts.engine.extreme import explain_extreme
from contracts.engine.law import SHOULD, exchange_law
from contracts.engine.verdict import Violation
from contracts.http.exchange import Exchange


@exchange_law("EXCH-17", SHOULD, ref="RFC 9110 §15.6")
def no_extreme_input_gets_a_server_error(exchange: Exchange, document: Document) -> str | None:
    """Input beyond what the contract promises gets a response that is not a server error.

    Such input is a number of more than 32 bits, an unusual spelling of a number, or text that could
    be read as another path. No MUST law judges the response to it.
    """
    if exchange.operation is None:
        return None
    why = explain_extreme(exchange, document)
    if not why:
        return None
    if (exchange.error or "").startswith("no answer"):
        raise Violation("a response", f"there was none: {why}", [exchange])
    missing = exchange.operation == document.make_id and exchange.status == 501
    if exchange.status is None or missing:
        return None
    if exchange.status >= 500:
        raise Violation("a status below 500", f"it was {exchange.status}: {why}", [exchange])
    return f"{exchange.operation} {exchange.status}"
