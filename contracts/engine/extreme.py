"""Which requests go beyond what the contract promises: decided here, once, for every law.

What such a request gets is observed, or asked of a deployment as a SHOULD (EXCH-17, PAGE-16 to
PAGE-18). No MUST law on exchanges, no law on how jobs move and no law on generated calls judges
it, no matter what sent it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl, urlsplit

from contracts.contract.api import Api
from contracts.contract.model import Operation
from contracts.contract.roles import Key
from contracts.http.exchange import Exchange
from contracts.http.shown import get_single

HIGHEST, LOWEST = 2**31 - 1, -(2**31)
"""The ordinary integers are those of 32 bits: format `int32` of the OpenAPI Format Registry.

Every language and database counts that far. From there on they differ: deployments keep jobIds in
columns of 32 bits, and multiply page by limit in 64. Of two ordinary numbers the product fits.
"""

LONGEST_TARGET = 8_000
"""Bytes of a request line that every recipient is to support (RFC 9112 §3)."""

_INTEGER = re.compile(r"-?(?:0|[1-9]\d*)", re.ASCII)
_NEARLY = re.compile(r"\s*[+-]?[\d_,.]*\d[\d_,.]*(?:[eE][+-]?\d+)?\s*")
"""What some reader of integers takes for one: signs, zeros, fractions, exponents, other digits."""

_UNSPEAKABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffd]")
"""Control characters, and what octets that are not UTF-8 are read as (RFC 3629 §3)."""


def read_ordinary(text: str) -> int | None:
    """Return the integer that *text* is to every reader, or None if there is no such integer."""
    if not _INTEGER.fullmatch(text) or len(text) > len(str(LOWEST)):
        return None
    number = int(text)
    return number if LOWEST <= number <= HIGHEST else None


def explain_extreme(exchange: Exchange, document: Api) -> str:
    """Say why the contract promises nothing to this request, or return an empty text."""
    operation = document.operations.get(exchange.operation or "")
    why = next(_find_reasons(exchange, operation, document), "") if operation else ""
    return why or ("it is sent to see what the contract leaves open" if exchange.observed else "")


def _find_reasons(exchange: Exchange, operation: Operation, document: Api) -> Iterator[str]:
    if len(exchange.url) > LONGEST_TARGET:
        yield f"its URL is longer than {LONGEST_TARGET} bytes"
    carrying = {one.parameter for one in document.security.schemes if one.where == "query"}
    given = parse_qsl(urlsplit(exchange.url).query, keep_blank_values=True)
    query = [(name, text) for name, text in given if name not in carrying]
    known = {n: p for n, p in operation.parameters.items() if p.get("in") == "query"}
    names = [name for name, _ in query]
    for name, text in query:
        if name not in known:
            yield f"the operation has no query parameter {name}"
        elif names.count(name) > 1:
            yield f"{name} is given more than once"
        elif _is_integer(known[name]) and read_ordinary(text) is None:
            yield f"{name} is not an integer of 32 bits"
    for name, text in exchange.arguments.items():
        if text in ("", ".", "..") or re.search(r"[/\\]", text):
            yield f"{name} could be read as another path"
        elif _UNSPEAKABLE.search(text):
            yield f"{name} has a control character, or octets that are not UTF-8"
        elif _is_integer(operation.parameters.get(name, {})):
            shown = document.resource.find_key(get_single(exchange, document))
            yield from _explain_odd_number(name, text, shown)


def _is_integer(parameter: Mapping[str, Mapping[str, object]]) -> bool:
    return parameter.get("schema", {}).get("type") == "integer"


def _explain_odd_number(name: str, text: str, shown: Key | None) -> Iterator[str]:
    if read_ordinary(text) is not None:
        return
    if _INTEGER.fullmatch(text):
        # A deployment that has such a job counts further than 32 bits.
        if type(shown) is not int or str(shown) != text:
            yield f"{name} is an integer of more than 32 bits"
    elif _NEARLY.fullmatch(text):
        yield f"only some readers take {name} for an integer"
