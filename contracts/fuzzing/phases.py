"""Runs the phases of schemathesis against one deployment and collects what they showed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from copy import deepcopy
from functools import partial
from threading import Event
from typing import Any

import requests
import schemathesis
from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response
from schemathesis.engine import events
from schemathesis.engine.context import EngineContext
from schemathesis.engine.core import ExecutionPlan
from schemathesis.engine.recorder import RecordedScenario
from schemathesis.engine.run import Phase, PhaseName
from schemathesis.generation.case import Case
from schemathesis.hooks import HookContext
from schemathesis.schemas import APIOperation, BaseSchema

from contracts.contract.document import Document
from contracts.engine.baton import Baton
from contracts.engine.extreme import explain_extreme
from contracts.engine.probe import Probe
from contracts.engine.run_context import RunContext
from contracts.engine.verdict import Inconclusive
from contracts.fuzzing import checks, settings
from contracts.fuzzing.calls import read_exchange
from contracts.fuzzing.gate import Gate
from contracts.fuzzing.isolation import isolate_schemathesis
from contracts.fuzzing.operations import list_reads, remove_others
from contracts.fuzzing.violations import CallViolation, FuzzResult, Kind
from contracts.http.exchange import Exchange
from contracts.http.transport import OutOfTime
from contracts.target import Effects

CALLS = {
    PhaseName.EXAMPLES: 12,
    PhaseName.COVERAGE: 50,
    PhaseName.FUZZING: 80,
}
"""The phases that call one operation, and how many calls each may send, of all operations."""

FOLLOWING = 45
"""How many calls may follow links."""

CHAINS = 3
"""Into how many parts that is divided, each with a seed of its own."""

CHANGING = 2
"""The factor on the calls that follow links in runs that may change something."""

REPEATS = 2
"""How often a read that broke a promise is sent again before it is reported."""


class _Context(EngineContext):
    """An engine whose calls all leave through one session: ours."""

    guarded: requests.Session

    def get_session(
        self,
        *,
        operation: APIOperation[Any, Any, Any, Any] | None = None,  # noqa: ARG002 -- one for all
    ) -> requests.Session:
        """Return the session of the gate."""
        return self.guarded


def run_phases(probe: Probe) -> FuzzResult:
    """Run all phases once; the laws share the result.

    Each operation is called, and each part of the links is followed, side by side with the others:
    what is promised to a generated call does not depend on what others change.
    """
    document, effects = probe.document, probe.target.effects
    kept = list_reads(document) if effects is Effects.NONE else frozenset(document.operations)
    calls = {phase: -(-most // len(kept)) for phase, most in CALLS.items()}
    links = FOLLOWING * CHANGING if effects is not Effects.NONE else FOLLOWING
    chain = {PhaseName.STATEFUL_TESTING: links // CHAINS}
    run_part = partial(_run_part, baton=Baton())
    parts = [
        *(partial(run_part, operations=frozenset({one}), calls=calls) for one in sorted(kept)),
        *(partial(run_part, operations=kept, calls=chain, seed=n) for n in range(CHAINS)),
    ]
    with isolate_schemathesis():
        done = probe.gather(parts)
    return _Summary(probe, done).build_result()


def _run_part(probe: Probe, *, baton: Baton, **more: Any) -> _Part:
    with baton.hold():
        part = _Part(probe, baton, **more)
        part.run()
    return part


class _Part:
    """Some operations, and the phases in which they are called."""

    def __init__(
        self,
        probe: Probe,
        baton: Baton,
        *,
        operations: AbstractSet[str],
        calls: Mapping[PhaseName, int],
        seed: int = 0,
    ) -> None:
        self._probe = probe
        self._document = probe.document
        self._operations = operations
        self._calls = calls
        self._seed = seed
        self.gate = Gate(probe, baton)
        self.found: list[CallViolation] = []
        self.errors: list[str] = []
        self.links = 0

    def run(self) -> None:
        """Run the phases, and note what they show."""
        run = self._probe.run
        schema = build_schema(run, self._operations, run.rng + self._seed)
        schema.hooks.register_hook_with_name(self._on_failure, "filter_failure")
        if self._probe.target.effects is Effects.OWN:
            schema.hooks.register_hook_with_name(self._use_own_user, "map_case")
        stop = Event()
        context = _Context(schema=schema, stop_event=stop)
        context.guarded = self.gate.create_session()
        for phase, calls in self._calls.items():
            self.gate.allot(calls)
            for event in ExecutionPlan([Phase(phase)]).execute(context):
                self._on_event(event)
                spent = phase is PhaseName.STATEFUL_TESTING and not self.gate.left
                if self.gate.closed or spent:
                    stop.set()  # nothing that is generated from here on would be sent
        for exchange in self.gate.sent:
            for judge in (checks.check_status, checks.check_page):
                self._note(judge(exchange, self._document))
        for exchange in self.gate.without_response:
            if explain_extreme(exchange, self._document):
                continue
            actual = exchange.error or "there was none"
            self._note(CallViolation(Kind.VALID, "no answer", "a response", actual, (exchange,)))

    def _on_failure(
        self, _context: HookContext, failure: Failure, case: Case[Any], response: Response
    ) -> bool:
        """Note a failure if the contract confirms it; schemathesis goes on either way."""
        exchange = read_exchange(case, response, self._document)
        self._note(checks.check_form(failure, exchange, self._document))
        return False

    def _use_own_user(self, _context: HookContext, case: Case[Any]) -> Case[Any]:
        """Name a user of this run: the effects guard refuses to delete any other."""
        name = self._document.conflict.parameter
        user = case.path_parameters.get(name)
        if isinstance(user, str):
            synthetic = self._probe.run.transport.guard.synthetic
            case.path_parameters[name] = f"{synthetic}-{user}"
        return case

    def _on_event(self, event: events.EngineEvent) -> None:
        if isinstance(event, events.NonFatalError):
            self.errors.append(f"{event.label}: {event.info.message}")
        elif isinstance(event, events.ScenarioFinished):
            for before, after in _pair_links(event.recorder, self._document):
                self.links += 1
                self._note(checks.check_link(before, after, self._document))

    def _note(self, violation: CallViolation | None) -> None:
        if violation is not None:
            self.found.append(violation)


class _Summary:
    """What all parts showed."""

    def __init__(self, probe: Probe, parts: Sequence[_Part]) -> None:
        self._probe = probe
        self._document = probe.document
        self._sent = [exchange for part in parts for exchange in part.gate.sent]
        self._links = sum(part.links for part in parts)
        self._errors = [error for part in parts for error in part.errors]
        self._found: dict[tuple[Kind, str], CallViolation] = {}
        for violation in (one for part in parts for one in part.found):
            self._note(violation)

    def _note(self, violation: CallViolation) -> None:
        """Keep one violation for each cause: the one that is shown by the shortest call."""
        key = (violation.kind, violation.cause)
        known = self._found.get(key)
        if known is None or _measure(violation) < _measure(known):
            self._found[key] = violation

    def build_result(self) -> FuzzResult:
        """Return what was exercised, and what was found and confirmed."""
        result = FuzzResult(
            {kind: Counter() for kind in Kind}, {kind: [] for kind in Kind}, dict.fromkeys(Kind, 0)
        )
        result.errors = self._errors
        statuses = {exchange.status for exchange in self._sent}
        if statuses and statuses <= {401, 403}:
            result.setup_failure = f"every call was answered {' or '.join(map(str, statuses))}"
            return result
        for exchange in self._sent:
            for kind, what in checks.list_exercised(exchange, self._document):
                result.exercised[kind][what] += 1
        if self._links:
            result.exercised[Kind.LINK]["links followed"] += self._links
        for violation in self._found.values():
            if self._is_confirmed(violation):
                result.violations[violation.kind].append(violation)
            else:
                result.unconfirmed[violation.kind] += 1
        return result

    def _is_confirmed(self, violation: CallViolation) -> bool:
        """Send reads again, as the data may have moved; a wrong form is wrong at any time."""
        if violation.kind in (Kind.FORM, Kind.PAGE):
            return True
        if any(exchange.method != "GET" for exchange in violation.exchanges):
            return True
        return all(self._occurs_again(violation) for _ in range(REPEATS))

    def _occurs_again(self, violation: CallViolation) -> bool:
        base = self._probe.target.base_url.rstrip("/")
        try:
            replies = [
                self._probe.send("GET", exchange.url.removeprefix(base))
                for exchange in violation.exchanges
            ]
        except Inconclusive:
            return violation.cause == "no answer" and self._is_reachable()
        except OutOfTime:
            return False
        if violation.kind is Kind.LINK:
            return checks.check_link(replies[0], replies[-1], self._document) is not None
        return checks.check_status(replies[0], self._document) is not None

    def _is_reachable(self) -> bool:
        """Tell whether the deployment responds at all: an outage is not a violation."""
        try:
            self._probe.list_jobs()
        except (Inconclusive, OutOfTime):
            return False
        return True


def build_schema(run: RunContext, operations: AbstractSet[str], seed: int) -> BaseSchema:
    """Return the contract as schemathesis reads it, with only some of its *operations*."""
    raw: dict[str, Any] = deepcopy(dict(run.document.raw))
    remove_others(raw, operations)
    return schemathesis.openapi.from_dict(
        raw, config=settings.build_config(run.target, run.document, seed)
    )


def _pair_links(
    recorder: RecordedScenario, document: Document
) -> Iterator[tuple[Exchange, Exchange]]:
    """Yield the pairs of a response and of the call that followed one of its links."""
    for case_id, node in recorder.cases.items():
        if node.parent_id is None or not node.is_transition_applied:
            continue
        responses = [recorder.find_response(case_id=one) for one in (node.parent_id, case_id)]
        parent = recorder.cases.get(node.parent_id)
        if parent is None or responses[0] is None or responses[1] is None:
            continue
        yield (
            read_exchange(parent.value, responses[0], document),
            read_exchange(node.value, responses[1], document),
        )


def _measure(violation: CallViolation) -> int:
    return sum(len(exchange.url) for exchange in violation.exchanges)
