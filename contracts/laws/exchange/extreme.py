"""EXCH-17: responses to input beyond what the contract promises to handle."""

from __future__ import annotations

from contracts.contract.document import Document
from contracts.engine.extreme import extreme
from contracts.engine.law import SHOULD, exchange_law
from contracts.engine.verdict import Broken
from contracts.http.exchange import Exchange


@exchange_law("EXCH-17", SHOULD, ref="RFC 9110 §15.6")
def no_extreme_input_is_a_server_error(exchange: Exchange, document: Document) -> str | None:
    """An input beyond what the contract promises is answered, and not with a server error.

    Such inputs are numbers of more than 32 bits, other spellings of a number, and text that could
    be read as another path. MUST laws do not judge what they get.
    """
    if exchange.operation is None:
        return None
    why = extreme(exchange, document)
    if not why:
        return None
    if (exchange.error or "").startswith("no answer"):
        raise Broken("an answer", f"there was none: {why}", [exchange])
    missing = exchange.operation == document.make_id and exchange.status == 501
    if exchange.status is None or missing:
        return None
    if exchange.status >= 500:
        raise Broken("an answer below 500", f"it was {exchange.status}: {why}", [exchange])
    return f"{exchange.operation} {exchange.status}"
