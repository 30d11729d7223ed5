"""EXCH-20 to EXCH-23: how the body of a response is encoded, whatever it says."""

from __future__ import annotations

from contracts.contract.document import Document
from contracts.engine.law import MUST, SHOULD, exchange_law
from contracts.engine.verdict import Broken
from contracts.http.exchange import NOT_JSON, Exchange


def _has_schema(exchange: Exchange, document: Document) -> bool:
    """Tell whether the contract declares a body for the answer."""
    operation = document.operations.get(exchange.operation or "")
    return (
        operation is not None
        and exchange.status == 200
        and document.body_schema(operation, 200) is not None
    )


@exchange_law("EXCH-20", MUST, ref="RFC 8259 §8.1", title="JSON is in UTF-8")
def json_is_in_utf_8(exchange: Exchange, document: Document) -> str | None:
    """The body of a successful answer is in UTF-8, without a byte order mark.

    Python and JavaScript's `fetch` read a body that begins with one; Go, Java and C do not.
    """
    if not _has_schema(exchange, document) or exchange.json is NOT_JSON:
        return None
    if exchange.text.encoding != "utf-8":
        raise Broken("JSON in UTF-8", f"it is {exchange.text.encoding}", [exchange])
    return exchange.operation


@exchange_law("EXCH-21", MUST, ref="RFC 9110 §8.4")
def a_body_is_coded_as_it_says(
    exchange: Exchange,
    document: Document,  # noqa: ARG001 -- laws of this kind take both
) -> str | None:
    """The body of an answer has the Content-Encoding that the answer names.

    The judge asks for gzip and deflate. A body in any other coding cannot be read by who did not
    ask for it, and counts as a breach as well.
    """
    if exchange.operation is None or exchange.status is None or not exchange.body:
        return None
    if exchange.miscoded:
        named = exchange.answer_headers.get("content-encoding", "")
        raise Broken(f"a body in {named}", exchange.miscoded, [exchange])
    return exchange.operation


@exchange_law("EXCH-22", SHOULD, ref="RFC 8259 §4")
def no_name_stands_twice(exchange: Exchange, document: Document) -> str | None:
    """No object in a successful answer has a name twice.

    Which of the two values counts is left to the reader: this judge, like most, takes the last.
    """
    if not _has_schema(exchange, document) or exchange.json is NOT_JSON:
        return None
    if exchange.text.repeated:
        names = ", ".join(map(repr, exchange.text.repeated[:5]))
        raise Broken("each name once in an object", f"{names} stands there twice", [exchange])
    return exchange.operation


@exchange_law("EXCH-23", SHOULD, ref="RFC 8259 §9")
def an_answer_can_be_taken_in(
    exchange: Exchange,
    document: Document,  # noqa: ARG001 -- laws of this kind take both
) -> str | None:
    """An answer is no larger than any reader can take in.

    The judge reads 16 MiB (`--max-answer`), as sent and decompressed, values that are nested 64
    levels deep, and a million of them. Laws that need a larger answer end in `setup-failed`.
    """
    if exchange.operation is None:
        return None
    if exchange.too_large:
        raise Broken("an answer that can be read to its end", exchange.error or "", [exchange])
    return None if exchange.error else exchange.operation
