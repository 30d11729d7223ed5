"""Hooks with which plain `st run openapi.yaml` comes to the verdicts of `contracts check`.

schemathesis.toml names this module. Objections that the contract does not share are dropped, and
what schemathesis cannot know is checked besides. Only GET is sent, unless the environment says
CONTRACTS_EFFECTS=any: plain schemathesis has no effects guard. Other schemas are left alone.
"""

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

from contracts.document import Document, load
from contracts.fuzzing import checks
from contracts.fuzzing.calls import exchange_of
from contracts.fuzzing.checks import Objection
from contracts.fuzzing.reduced import read_only

EFFECTS_VARIABLE = "CONTRACTS_EFFECTS"


@cache
def contract() -> Document:
    """Return the contract, read once."""
    return load()


def _is_contract(raw: Mapping[str, Any]) -> bool:
    return bool(raw.get("info", {}).get("title") == contract().raw["info"]["title"])


@schemathesis.hook
def before_load_schema(context: HookContext, raw_schema: dict[str, Any]) -> None:  # noqa: ARG001
    """Take out what changes something, and the links that lead there."""
    if not _is_contract(raw_schema) or os.environ.get(EFFECTS_VARIABLE) == "any":
        return
    read_only(raw_schema, contract())


@schemathesis.hook
def filter_failure(
    context: HookContext,  # noqa: ARG001 -- the signature is schemathesis's
    failure: Failure,
    case: Case[Any],
    response: Response,
) -> bool:
    """Keep a failure if the contract objects, too."""
    if not _is_contract(case.operation.schema.raw_schema) or isinstance(failure, CustomFailure):
        return True
    exchange = exchange_of(case, response, contract())
    if isinstance(failure, checks.FORM):
        return checks.form(failure, exchange, contract()) is not None
    return checks.status(exchange, contract()) is not None


@schemathesis.check
def promised_status(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:  # noqa: ARG001
    """Check that a call gets one of the answers that the contract promises to it."""
    if not _is_contract(case.operation.schema.raw_schema):
        return True
    _raise(checks.status(exchange_of(case, response, contract()), contract()))
    return None


@schemathesis.check
def page_length(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:  # noqa: ARG001
    """Check that a page is no longer than its limit means."""
    if not _is_contract(case.operation.schema.raw_schema):
        return True
    _raise(checks.page(exchange_of(case, response, contract()), contract()))
    return None


@schemathesis.check
def linked_job(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:
    """Check that a link leads to the job that it names, and that the job moved legally."""
    parent = ctx.internals.find_parent(case_id=case.id)
    before = ctx.internals.find_response(case_id=parent.id) if parent is not None else None
    if parent is None or before is None or not _is_contract(case.operation.schema.raw_schema):
        return True
    exchanges = exchange_of(parent, before, contract()), exchange_of(case, response, contract())
    _raise(checks.link(*exchanges, contract()))
    return None


def _raise(objection: Objection | None) -> None:
    if objection is not None:
        raise AssertionError(f"expected {objection.expected}, but {objection.actual}")
