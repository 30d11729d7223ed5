"""Hooks for any API: the document that CONTRACTS_SPEC names, with its overlays.

`st run` is given that document, too. What the overlays and files that it refers to add is put into
what `st` has loaded, so that both read the same.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import schemathesis
from schemathesis.checks import CheckContext
from schemathesis.core.failures import CustomFailure, Failure
from schemathesis.core.transport import Response
from schemathesis.generation.case import Case
from schemathesis.hooks import HookContext
from schemathesis.schemas import BaseSchema

from contracts.contract.api import Api
from contracts.contract.description import reader
from contracts.engine.law import MUST, Law
from contracts.fuzzing import checks
from contracts.fuzzing.calls import read_exchange
from contracts.http.exchange import Exchange
from contracts.http.guard import SAFE, Refused
from contracts.roles.catalogue import create_registry
from contracts.schemathesis_hooks.failing import ask_again, fail, judge_exchange
from contracts.schemathesis_hooks.objections import is_shared
from contracts.schemathesis_hooks.page_examples import add_limit_examples
from contracts.schemathesis_hooks.page_form import judge_page
from contracts.schemathesis_hooks.record_moves import RecordMoves
from contracts.schemathesis_hooks.windows import PageWindows
from contracts.schemathesis_hooks.without_effects import remove_changing

SPEC, OVERLAYS, RESOURCE, EFFECTS = (
    f"CONTRACTS_{name}" for name in ("SPEC", "OVERLAY", "RESOURCE", "EFFECTS")
)
"""Variables of the environment; several overlays are separated as the folders of PATH are."""


SHUT_OUT = 3
"""After so many calls that got 401 or 403, and no other, a run fails."""


@cache
def load_apis() -> tuple[Api, ...]:
    """Return what the document says, once for each resource, read once.

    Raises:
        DocumentError: as `contracts check --spec` does.
    """
    overlays = [Path(one) for one in os.environ.get(OVERLAYS, "").split(os.pathsep) if one]
    resource = os.environ.get(RESOURCE) or None
    return reader.read_each(Path(os.environ[SPEC]), overlays, resource)


def _is_contract(raw: Mapping[str, Any]) -> bool:
    return bool(raw.get("info", {}).get("title") == load_apis()[0].raw["info"]["title"])


@schemathesis.hook
def before_load_schema(context: HookContext, raw_schema: dict[str, Any]) -> None:
    """Put the overlays in, take out what changes something, and ask for telling pages."""
    if not _is_contract(raw_schema):
        return
    whole = json.loads(json.dumps(load_apis()[0].raw, default=str))
    whole.pop("swagger", None)
    raw_schema.clear()
    raw_schema.update({**whole, "openapi": "3.1.0"})
    for api in load_apis():
        add_limit_examples(raw_schema, api)
    if os.environ.get(EFFECTS) != "any":
        remove_changing(raw_schema)


@schemathesis.hook
def after_load_schema(context: HookContext, schema: BaseSchema) -> None:
    """Let the coverage phase try no method that the document does not have and that may change."""
    if os.environ.get(EFFECTS) != "any" and _is_contract(schema.raw_schema):
        coverage = schema.config.phases.coverage
        coverage.unexpected_methods &= {one.lower() for one in SAFE}


@schemathesis.hook
def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:
    """Refuse to send what may change something, whichever phase has made it up.

    Raises:
        Refused: CONTRACTS_EFFECTS is not `any`.
    """
    unsafe = case.method.upper() not in SAFE
    if (
        unsafe
        and os.environ.get(EFFECTS) != "any"
        and _is_contract(case.operation.schema.raw_schema)
    ):
        raise Refused(f"not sent: {case.method} could change something; {EFFECTS} is not any")


@schemathesis.hook
def filter_failure(
    context: HookContext, failure: Failure, case: Case[Any], response: Response
) -> bool:
    """Keep a failure unless the contract says otherwise."""
    if not _is_contract(case.operation.schema.raw_schema) or isinstance(failure, CustomFailure):
        return True
    return any(is_shared(failure, read_exchange(case, response, one), one) for one in load_apis())


Judge = Callable[[Exchange, Api], None]


def _register(name: str, sentence: str, judge: Judge) -> None:
    """Let schemathesis check each response by *judge*, for each resource of the document."""

    def look(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:
        if not _is_contract(case.operation.schema.raw_schema):
            return True
        for api in load_apis():
            exchange = read_exchange(case, response, api)
            if checks.can_judge(exchange, api):
                judge(exchange, api)
        return None

    look.__name__, look.__doc__ = name, sentence
    schemathesis.check(look)


def _judge_page(exchange: Exchange, api: Api) -> None:
    for violation in judge_page(exchange, api):
        fail(violation, api)


@schemathesis.check
class AnswersAgree:
    """Check that no response contradicts an earlier one; schemathesis creates one per run."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.parts = [(one, PageWindows(one), RecordMoves(one)) for one in load_apis()]
        self.shut_out: int | None = 0
        """How many calls were shut out, while all of them were."""

    def after_response(self, ctx: CheckContext, response: Response, case: Case[Any]) -> None:
        """Compare one response with those before it."""
        if not _is_contract(case.operation.schema.raw_schema):
            return
        self._require_admission(response.status_code)
        now = time.monotonic()
        for api, windows, moves in self.parts:
            exchange = read_exchange(case, response, api)
            exchange = replace(exchange, sent=now - response.elapsed, received=now)
            if not checks.can_judge(exchange, api):
                continue

            def ask(url: str, api: Api = api) -> Exchange:
                return ask_again(case, response, url, api)

            with self.lock:
                misfits = list(windows.check(exchange, ask))
                found = [*(("", one) for one in misfits), *moves.check(exchange, ask)]
            for law, violation in found:
                fail(violation, api, law)

    def _require_admission(self, status: int) -> None:
        """Fail if nothing but 401 and 403 ever comes: then nothing is judged."""
        with self.lock:
            if status not in (401, 403):
                self.shut_out = None
            elif self.shut_out is not None:
                self.shut_out += 1
            often = self.shut_out or 0
        if often >= SHUT_OUT:
            raise AssertionError(f"each of {often} calls was answered {status}: look at the key")


def _list_laws() -> Iterator[Law]:
    for law in create_registry(load_apis()[0]):
        if law.level is MUST and law.by_exchange is not None:
            yield law


def _judge_by(law: Law) -> Judge:
    return lambda exchange, api: judge_exchange(law, exchange, api)


_register("page_form", "A page holds no more, and nothing else, than was asked for.", _judge_page)
for _law in _list_laws():
    _register(_law.name, _law.sentence, _judge_by(_law))
