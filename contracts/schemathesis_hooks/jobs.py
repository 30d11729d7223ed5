"""Hooks for the jobs API: `st run openapi.yaml` with the schemathesis.toml of this repository."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from typing import Any

import schemathesis
from schemathesis.checks import CheckContext
from schemathesis.core.failures import CustomFailure, Failure
from schemathesis.core.transport import Response
from schemathesis.generation.case import Case
from schemathesis.hooks import HookContext

from contracts.contract.document import Document, load
from contracts.engine.law import MUST, Law
from contracts.fuzzing import checks
from contracts.fuzzing.calls import read_exchange
from contracts.fuzzing.operations import list_reads, remove_others
from contracts.fuzzing.violations import CallViolation
from contracts.http.exchange import Exchange
from contracts.laws import catalogue
from contracts.schemathesis_hooks.consistency import ConsistencyCheck
from contracts.schemathesis_hooks.failing import ask_again, fail, judge_exchange
from contracts.schemathesis_hooks.page_examples import add_page_examples

EFFECTS_VARIABLE = "CONTRACTS_EFFECTS"


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
            return ask_again(case, response, url, load_contract())

        exchange = read_exchange(case, response, load_contract())
        for objection in self.consistency.check(exchange, ask):
            _raise(objection)


def _raise(objection: CallViolation | None) -> None:
    if objection is not None:
        fail(objection, load_contract())


def _register_check(law: Law) -> None:
    """Let schemathesis judge each response by *law*, one of those on single exchanges."""

    def look(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:
        if not _is_contract(case.operation.schema.raw_schema):
            return True
        exchange = read_exchange(case, response, load_contract())
        if checks.can_judge(exchange, load_contract()):
            judge_exchange(law, exchange, load_contract())
        return None

    look.__name__, look.__doc__ = law.name, law.sentence
    schemathesis.check(look)


for _law in catalogue.create_registry(load_contract(), generated=False):
    if _law.level is MUST and _law.by_exchange is not None:
        _register_check(_law)
