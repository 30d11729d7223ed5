"""What the contract promises to a generated call, derived from the call as it was sent.

A generator's own idea of valid and invalid data does not fit this contract: a limit outside its
range is valid here, a valid cancel may be refused, and text such as `+5` may or may not be an
integer. So each call is classified again here; where the contract leaves a choice, any is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from contracts.contract.document import Document
from contracts.contract.model import Bounded, Operation
from contracts.engine.extreme import explain_extreme, read_ordinary
from contracts.http.exchange import Exchange

OPEN = frozenset(range(100, 500))
"""The contract does not define the response, except that it is not a server error."""

SILENT = frozenset(range(100, 600))
"""The contract says nothing about the call."""

UNSUPPORTED = frozenset({404, 405, 501})
"""How a deployment answers an operation that it does not have."""

PLAIN_USER = re.compile(r"[A-Za-z0-9@+_-][A-Za-z0-9@+._-]*")
"""Names that reach the operation on any server: nothing in them is read as part of a path."""

LONGEST_PATH = 2_000
"""Bytes: a server may refuse a longer request line before it looks at it (RFC 9112 §3)."""


@dataclass(frozen=True, slots=True)
class Promise:
    """The statuses that may answer a call, and why."""

    statuses: frozenset[int]
    why: str

    @property
    def refuses(self) -> bool:
        """Tell whether the call has to be refused as invalid."""
        return 400 in self.statuses and self.statuses <= {400, *UNSUPPORTED}

    @property
    def certain(self) -> bool:
        """Tell whether the contract says anything of the call."""
        return not self.statuses >= OPEN

    def __str__(self) -> str:
        """Return it as the expectation of a report."""
        if self.statuses >= OPEN:
            return f"a status below 500 ({self.why})"
        return f"{' or '.join(map(str, sorted(self.statuses)))} ({self.why})"


def get_promise(exchange: Exchange, document: Document) -> Promise:
    """Return what may answer the call that *exchange* began with."""
    operation = document.operations.get(exchange.operation or "")
    if operation is None:
        return Promise(SILENT, "it is not an operation of the contract")
    if beyond := explain_extreme(exchange, document):
        return Promise(SILENT, beyond)
    if operation.id == document.list_id:
        return _get_list_promise(exchange, document)
    promise = _get_path_promise(exchange, operation, document)
    if operation.id == document.make_id:  # a deployment need not have it
        return Promise(promise.statuses | UNSUPPORTED, promise.why)
    return promise


def _get_path_promise(exchange: Exchange, operation: Operation, document: Document) -> Promise:
    if urlsplit(exchange.url).query:
        return Promise(OPEN, "the contract declares no query here")
    unclear = False
    for name, text in exchange.arguments.items():
        valid = _is_valid(text, operation.parameters.get(name, {}).get("schema", {}))
        if valid is False:
            return Promise(frozenset({400}), f"{name} is not valid")
        unclear = unclear or valid is None
    if unclear or len(exchange.url) > LONGEST_PATH:
        return Promise(OPEN, "a part of the path can be read in several ways")
    return Promise(_list_accepted(operation, document), "the call is valid")


def _list_accepted(operation: Operation, document: Document) -> frozenset[int]:
    """Return the documented answers to a valid call with the organization's key."""
    statuses = set(operation.responses) - {400, 401}
    if operation.id == document.cancel_id:
        statuses.add(document.cancel.otherwise or 400)
    return frozenset(statuses)


def _is_valid(text: str, schema: Mapping[str, object]) -> bool | None:
    """Tell whether *text* is a value of *schema*; None where readers may differ."""
    if schema.get("type") == "integer":
        if re.fullmatch(r"[A-Za-z]+", text):
            return False
        number = read_ordinary(text)
        # Below 1 there is no job: a deployment may call it no jobId (400) or not found (404).
        return True if number is not None and number > 0 else None
    longest = schema.get("maxLength")
    plain = PLAIN_USER.fullmatch(text) is not None
    if isinstance(longest, int) and len(text) > longest:
        return False if plain and len(text) < LONGEST_PATH else None
    return True if plain else None


def _get_list_promise(exchange: Exchange, document: Document) -> Promise:
    given = parse_numbers(exchange, document)
    if given is None:
        return Promise(SILENT, "the query holds something other than integers")
    operation = document.operations[document.list_id]
    return Promise(_list_accepted(operation, document), "any integers are valid limits and pages")


def parse_numbers(exchange: Exchange, document: Document) -> dict[str, int] | None:
    """Return the limit and the page of a list call, or None if the query is anything else."""
    query = parse_qsl(urlsplit(exchange.url).query, keep_blank_values=True)
    lenient = {one.parameter for one in _get_bounds(document) if one.outside == "default"}
    given: dict[str, int] = {}
    for name, text in query:
        number = read_ordinary(text)
        if name in given or name not in lenient or number is None:
            return None
        given[name] = number
    return given


def get_most_jobs(exchange: Exchange, document: Document) -> int | None:
    """Return how many jobs the page of a list call may hold, or None if that is left open."""
    given = parse_numbers(exchange, document)
    limit = document.paging.limit
    return None if given is None else limit.interpret(given.get(limit.parameter))


def _get_bounds(document: Document) -> tuple[Bounded, Bounded]:
    return document.paging.limit, document.paging.page
