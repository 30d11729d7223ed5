"""Hooks with which plain `st run openapi.yaml` comes to verdicts of `contracts check`.

schemathesis.toml names this package, and `contracts check` uses nothing of it. Objections that the
contract does not share are dropped, and what schemathesis cannot know is checked besides: each
answer by the judge's own laws on answers, and answers against each other. Only GET is sent, unless
the environment says CONTRACTS_EFFECTS=any: plain schemathesis has no effects guard. Other schemas
are left alone. docs/guides/schemathesis.md says what remains for the judge alone.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from typing import Any

import requests
import schemathesis
from schemathesis.checks import CheckContext
from schemathesis.core.failures import CustomFailure, Failure
from schemathesis.core.transport import Response
from schemathesis.generation.case import Case
from schemathesis.hooks import HookContext

from contracts.contract.document import Document, load
from contracts.engine.exchange_watch import point
from contracts.engine.law import MUST, Law
from contracts.engine.verdict import Violation
from contracts.fuzzing import checks
from contracts.fuzzing.calls import read_exchange
from contracts.fuzzing.operations import list_reads, remove_others
from contracts.fuzzing.violations import CallViolation
from contracts.http.exchange import Exchange
from contracts.http.in_words import find_excerpts
from contracts.laws import catalogue
from contracts.schemathesis_hooks.consistency import ConsistencyCheck
from contracts.schemathesis_hooks.page_examples import add_page_examples

EFFECTS_VARIABLE = "CONTRACTS_EFFECTS"
PATIENCE = 30
"""Seconds to wait for a response to what is asked again."""

SHOWN = 1_000
"""Characters of a record that a complaint shows."""


@cache
def load_contract() -> Document:
    """Return the contract, read once."""
    return load()


def _is_contract(raw: Mapping[str, Any]) -> bool:
    return bool(raw.get("info", {}).get("title") == load_contract().raw["info"]["title"])


@schemathesis.hook
def before_load_schema(context: HookContext, raw_schema: dict[str, Any]) -> None:
    """Take out what changes something, with the links that lead there; ask for telling pages."""
    if not _is_contract(raw_schema):
        return
    add_page_examples(raw_schema, load_contract())
    if os.environ.get(EFFECTS_VARIABLE) != "any":
        remove_others(raw_schema, list_reads(load_contract()))


@schemathesis.hook
def filter_failure(
    context: HookContext,
    failure: Failure,
    case: Case[Any],
    response: Response,
) -> bool:
    """Keep a failure if the contract objects, too."""
    if not _is_contract(case.operation.schema.raw_schema) or isinstance(failure, CustomFailure):
        return True
    exchange = read_exchange(case, response, load_contract())
    if isinstance(failure, checks.FORM):
        return checks.check_form(failure, exchange, load_contract()) is not None
    return checks.check_status(exchange, load_contract()) is not None


@schemathesis.check
def promised_status(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:
    """Check that a call gets one of the responses that the contract promises to it."""
    if not _is_contract(case.operation.schema.raw_schema):
        return True
    _raise(checks.check_status(read_exchange(case, response, load_contract()), load_contract()))
    return None


@schemathesis.check
def page_length(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:
    """Check that a page is no longer than its limit means."""
    if not _is_contract(case.operation.schema.raw_schema):
        return True
    _raise(checks.check_page(read_exchange(case, response, load_contract()), load_contract()))
    return None


@schemathesis.check
def linked_job(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:
    """Check that a link leads to the job that it names, and that the job moved legally."""
    parent = ctx.internals.find_parent(case_id=case.id)
    before = ctx.internals.find_response(case_id=parent.id) if parent is not None else None
    if parent is None or before is None or not _is_contract(case.operation.schema.raw_schema):
        return True
    exchanges = (
        read_exchange(parent, before, load_contract()),
        read_exchange(case, response, load_contract()),
    )
    _raise(checks.check_link(*exchanges, load_contract()))
    return None


@schemathesis.check
class AnswersAgree:
    """Check that no response contradicts an earlier one; schemathesis creates one per run."""

    def __init__(self) -> None:
        self.consistency = ConsistencyCheck(load_contract())

    def after_response(self, ctx: CheckContext, response: Response, case: Case[Any]) -> None:
        """Compare one response with those before it."""
        if not _is_contract(case.operation.schema.raw_schema):
            return

        def ask(url: str) -> Exchange:
            try:
                return read_exchange(case, _repeat(response, url), load_contract())
            except requests.RequestException as error:
                return Exchange("GET", url, {}, None, error=str(error))

        exchange = read_exchange(case, response, load_contract())
        for objection in self.consistency.check(exchange, ask):
            _raise(objection)


def _repeat(response: Response, url: str) -> Response:
    """Send GET to *url* as the call was sent that *response* answers."""
    request = response.request.copy()
    request.method, request.url = "GET", url
    with requests.Session() as session:
        ways = session.merge_environment_settings(url, {}, False, response.verify, None)
        repeated = session.send(request, timeout=PATIENCE, allow_redirects=False, **ways)
    return Response.from_requests(repeated, verify=response.verify)


def _raise(objection: CallViolation | None) -> None:
    if objection is not None:
        message = f"expected {objection.expected}, but {objection.actual}"
        raise AssertionError(
            "\n".join([message, *_describe_records(objection.exchanges[-1], objection.about)])
        )


def _describe_records(exchange: Exchange, about: Any) -> list[str]:
    """Return the records that a violation is about, and where they are in the response."""
    return [
        f"{one.at}: {one.text[:SHOWN]}"
        for one in find_excerpts(exchange, tuple(about), load_contract())
    ]


def _register_check(law: Law) -> None:
    """Let schemathesis judge each response by *law*, one of those on single exchanges."""
    judge = law.by_exchange
    if judge is None:
        return

    def look(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:
        if not _is_contract(case.operation.schema.raw_schema):
            return True
        exchange = read_exchange(case, response, load_contract())
        if not checks.can_judge(exchange, load_contract()):
            return None
        try:
            judge(exchange, load_contract())
        except Violation as violation:
            point(violation, exchange, lambda one: judge(one, load_contract()))
            message = f"{law.id}: {violation.reason}"
            raise AssertionError(
                "\n".join([message, *_describe_records(exchange, violation.about)])
            ) from None
        return None

    look.__name__, look.__doc__ = law.name, law.sentence
    schemathesis.check(look)


for _law in catalogue.create_registry(load_contract(), generated=False):
    if _law.level is MUST:
        _register_check(_law)
