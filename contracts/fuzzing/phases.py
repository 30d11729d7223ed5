"""Runs the phases of schemathesis against one deployment and collects what they showed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.run_context import RunContext
from contracts.fuzzing import checks, settings
from contracts.fuzzing.calls import read_exchange
from contracts.fuzzing.gate import Gate, Silence
from contracts.fuzzing.isolation import isolate_schemathesis
from contracts.fuzzing.operations import list_reads, remove_others
from contracts.fuzzing.summary import Summary
from contracts.fuzzing.violations import CallViolation, FuzzResult, Kind
from contracts.http.exchange import Exchange
from contracts.target import Effects

CALLS = {
    PhaseName.EXAMPLES: 12,
    PhaseName.COVERAGE: 50,
    PhaseName.FUZZING: 80,
}
"""The phases that call one operation, and how many calls each may send, of all operations."""

FOLLOWING = 45
"""How many calls may follow links."""

CHAINS = 5
"""Into how many parts that is divided, each with a seed of its own."""

CHANGING = 2
"""The factor on the calls that follow links in runs that may change something."""


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


def run_phases(probe: JobsProbe) -> FuzzResult:
    """Run all phases once; the laws share the result.

    Each phase of each operation, and each part of the links, is a part of its own, side by side
    with the others: what is promised to a generated call does not depend on what others change.
    """
    document, effects = probe.document, probe.target.effects
    kept = list_reads(document) if effects is Effects.NONE else frozenset(document.operations)
    links = FOLLOWING * CHANGING if effects is not Effects.NONE else FOLLOWING
    chain = {PhaseName.STATEFUL_TESTING: links // CHAINS}
    run_part = partial(_run_part, baton=Baton(), silence=Silence())
    parts = [
        partial(run_part, operations=frozenset({one}), calls={phase: -(-most // len(kept))})
        for phase, most in CALLS.items()
        for one in sorted(kept)
    ]
    chains = [partial(run_part, operations=kept, calls=chain, seed=n) for n in range(CHAINS)]
    with isolate_schemathesis():
        # Side by side, the longest ones begin first.
        done = probe.gather([*chains, *parts[::-1]] if probe.width > 1 else [*parts, *chains])
    return Summary(probe, done).build_result()


def _run_part(probe: JobsProbe, *, baton: Baton, silence: Silence, **more: Any) -> _Part:
    with baton.hold():
        part = _Part(probe, Gate(probe, baton, silence), **more)
        part.run()
    return part


class _Part:
    """Some operations, and the phases in which they are called."""

    def __init__(
        self,
        probe: JobsProbe,
        gate: Gate,
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
        self.gate = gate
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


def build_schema(run: RunContext, operations: AbstractSet[str], seed: int) -> BaseSchema:
    """Return the contract as schemathesis reads it, with only some of its *operations*."""
    document = JobsProbe(run, "schema").document
    raw: dict[str, Any] = deepcopy(dict(document.raw))
    remove_others(raw, operations)
    return schemathesis.openapi.from_dict(
        raw, config=settings.build_config(run.target, document, seed)
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
