"""EXCH-20 to EXCH-23: how the body of a response is encoded, whatever it says."""

from __future__ import annotations

from contracts.contract.document import Document
from contracts.engine.law import MUST, SHOULD, exchange_law
from contracts.engine.verdict import Violation
from contracts.http.exchange import NOT_JSON, Exchange


def _has_schema(exchange: Exchange, document: Document) -> bool:
    """Tell whether the contract declares a body for the response."""
    operation = document.operations.get(exchange.operation or "")
    return (
        operation is not None
        and exchange.status == 200
        and document.find_body_schema(operation, 200) is not None
    )


@exchange_law("EXCH-20", MUST, ref="RFC 8259 §8.1", title="JSON is in UTF-8")
def json_is_in_utf_8(exchange: Exchange, document: Document) -> str | None:
    """The body of a successful response is UTF-8, without a byte order mark.

    Python and JavaScript's `fetch` accept a byte order mark; Go, Java and C do not.
    """
    if not _has_schema(exchange, document) or exchange.json is NOT_JSON:
        return None
    if exchange.text.encoding != "utf-8":
        raise Violation("JSON in UTF-8", f"it is {exchange.text.encoding}", [exchange])
    return exchange.operation


@exchange_law("EXCH-21", MUST, ref="RFC 9110 §8.4")
def a_body_has_the_encoding_that_it_declares(
    exchange: Exchange,
    document: Document,  # noqa: ARG001 -- laws of this kind take both
) -> str | None:
    """The body of a response is encoded as its Content-Encoding says.

    The judge accepts gzip and deflate. A body in any other encoding, which it did not ask for,
    breaks the law as well.
    """
    if exchange.operation is None or exchange.status is None or not exchange.body:
        return None
    if exchange.miscoded:
        named = exchange.response_headers.get("content-encoding", "")
        raise Violation(f"a body in {named}", exchange.miscoded, [exchange])
    return exchange.operation


@exchange_law("EXCH-22", SHOULD, ref="RFC 8259 §4")
def no_object_repeats_a_name(exchange: Exchange, document: Document) -> str | None:
    """No object in a successful response has the same name more than once.

    Which of the values counts depends on the parser: this judge, like most, uses the last.
    """
    if not _has_schema(exchange, document) or exchange.json is NOT_JSON:
        return None
    if exchange.text.repeated:
        names = ", ".join(map(repr, exchange.text.repeated[:5]))
        raise Violation("each name once in an object", f"{names} occurs more than once", [exchange])
    return exchange.operation


@exchange_law("EXCH-23", SHOULD, ref="RFC 8259 §9")
def a_response_is_not_too_large_to_read(
    exchange: Exchange,
    document: Document,  # noqa: ARG001 -- laws of this kind take both
) -> str | None:
    """A response is small enough to be read.

    The judge reads up to 16 MiB (`--max-answer`), as sent and decompressed, 64 levels of nesting,
    and a million values. Laws that need a larger response end in `setup-failed`.
    """
    if exchange.operation is None:
        return None
    if exchange.too_large:
        raise Violation("a response that can be read to its end", exchange.error or "", [exchange])
    return None if exchange.error else exchange.operation
