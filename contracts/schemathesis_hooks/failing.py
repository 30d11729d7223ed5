"""What hooks do about a response: ask again, and fail a check with the record shown."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

import requests
from schemathesis.core.transport import Response
from schemathesis.generation.case import Case

from contracts.contract.api import Api
from contracts.contract.roles import Key
from contracts.engine.exchange_watch import point
from contracts.engine.law import Law
from contracts.engine.verdict import Violation
from contracts.fuzzing.calls import read_exchange
from contracts.http.exchange import Exchange
from contracts.http.in_words import find_excerpts

PATIENCE = 30
"""Seconds to wait for a response to what is asked again."""

SHOWN = 1_000
"""Characters of a record that a complaint shows."""


def ask_again(case: Case[Any], response: Response, url: str, api: Api) -> Exchange:
    """Send GET to *url* as the call was sent that *response* answers."""
    try:
        return read_exchange(case, _repeat(response, url), api)
    except requests.RequestException as error:
        return Exchange("GET", url, {}, None, error=str(error))


def _repeat(response: Response, url: str) -> Response:
    request = response.request.copy()
    request.method, request.url, request.body = "GET", url, None
    for name in ("Content-Type", "Content-Length", "Transfer-Encoding"):
        request.headers.pop(name, None)
    with requests.Session() as session:
        ways = session.merge_environment_settings(url, {}, False, response.verify, None)
        repeated = session.send(request, timeout=PATIENCE, allow_redirects=False, **ways)
    return Response.from_requests(repeated, verify=response.verify)


def name_record(api: Api, exchange: Exchange, key: Key) -> str:
    """Return the URL at which a record is read, in the scope of the call that *exchange* is.

    Raises:
        LookupError: no operation reads one record.
    """
    called, read = api.operations[exchange.operation or ""], api.resource.read
    if read is None:
        raise LookupError("no operation reads one record")
    arguments = {**exchange.arguments, api.resource.key_parameter or "": str(key)}
    path = read.path
    for name, value in arguments.items():
        path = path.replace(f"{{{name}}}", quote(value, safe=""))
    parts = urlsplit(exchange.url)
    prefix = parts.path.rsplit("/", called.path.count("/"))[0]
    return f"{parts.scheme}://{parts.netloc}{prefix}{path}"


def fail(violation: Violation, api: Api, law: str = "") -> None:
    """Fail the check at hand, and show each record that *violation* is about, and its place.

    Raises:
        AssertionError: always; schemathesis takes it for the check's objection.
    """
    head = f"{law}: {violation.reason}" if law else violation.reason
    found = find_excerpts(violation.exchanges[-1], violation.about, api)
    lines = [f"{one.at or 'the body'}: {one.text[:SHOWN]}" for one in found]
    raise AssertionError("\n".join([head, *lines])) from None


def judge_exchange(law: Law, exchange: Exchange, api: Api) -> None:
    """Judge one response by *law*, which is one on single exchanges.

    Raises:
        AssertionError: the law is broken.
    """
    judge = law.by_exchange
    if judge is None:
        return
    try:
        judge(exchange, api)
    except Violation as violation:
        point(violation, exchange, lambda one: judge(one, api), api.resource.items)
        fail(violation, api, law.id)
