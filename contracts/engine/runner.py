"""Judges the laws, side by side where that is safe, and tells what happens as events in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field

from contracts.contract.api import Api
from contracts.driver import Driver
from contracts.engine import preflight
from contracts.engine.attempts import Attempt, Attempts, explain_spent
from contracts.engine.call_watch import CallWatch
from contracts.engine.charting import chart_resource
from contracts.engine.cleaning import clean_up
from contracts.engine.events import (
    Event,
    LawFinished,
    LawStarted,
    RunFinished,
    RunStarted,
)
from contracts.engine.exchange_watch import MOST_FINDINGS, ExchangeWatch, ExchangeWatches
from contracts.engine.exit_code import ExitRule
from contracts.engine.findings import make_findings
from contracts.engine.history import History
from contracts.engine.jobs_probe import create_probe
from contracts.engine.known_deviations import Deviation
from contracts.engine.law import Law, Registry
from contracts.engine.outcome import WAITED, Outcome, weigh
from contracts.engine.past_runs.keeping import PastRuns
from contracts.engine.probe import Probe
from contracts.engine.run_context import RunContext
from contracts.engine.verdict import Lack, Verdict
from contracts.http.guards import create_guard
from contracts.http.redaction import Redactor
from contracts.http.transport import Transport
from contracts.target import Target


@dataclass(frozen=True, slots=True)
class Settings:
    """How a run is carried out and what its exit code means."""

    rng: int = 0
    nonce: str = "test"
    """What the names of this run's users have in common, and no other run's."""
    started_at: str = ""
    today: str = ""
    """ISO dates: when the run begins, and against what a known deviation expires."""
    known: Mapping[str, Deviation] = field(default_factory=dict)
    exit_rule: ExitRule = field(default_factory=ExitRule)


@dataclass(frozen=True, slots=True)
class Runner:
    """One run over one deployment."""

    run: RunContext
    registry: Registry
    settings: Settings
    redactor: Redactor
    watches: Mapping[str, ExchangeWatch]
    judged: dict[str, Outcome] = field(default_factory=dict)
    by_chance: set[str] = field(default_factory=set)
    """The laws that looked at what was drawn: kept once, they may be broken another time."""
    accounted: set[str] = field(default_factory=set)
    """The shared readings whose requests are put down to a law."""

    @property
    def attempts(self) -> Attempts:
        """Return what carries the laws out."""
        places = {law.id: place for place, law in enumerate(self.registry)}
        return Attempts(self.run, places, self.judged)

    def stream_events(self) -> Generator[Event, None, None]:
        """Judge all laws."""
        yield self.start()
        if not (trouble := self.check_deployment()):
            try:
                for law, attempt in self.attempts.begin(self.registry):
                    yield LawStarted(law.get_facts(self.run.document))
                    yield self._conclude(law, attempt())
            finally:
                self.clean_up()
            yield chart_resource(self.run, self.redactor)
        yield self.finish(trouble)

    def start(self) -> RunStarted:
        """Tell what is about to be judged."""
        target, document = self.run.target, self.run.document
        return RunStarted(
            base_url=self.redactor.redact(target.base_url),
            project=self.redactor.redact(target.scope),
            effects=target.effects,
            rng=self.settings.rng,
            contract=document.version,
            started_at=self.settings.started_at,
            laws=tuple(law.get_facts(document) for law in self.registry),
            proxy=target.via,
            scope=self.redactor.redact(target.describe_scope(document.title)),
        )

    def check_deployment(self) -> str:
        """Say why nothing can be judged, if so."""
        probe = create_probe(self.run, "connect", place=(-2,))
        return self.redactor.redact(preflight.find_obstacle(probe))

    def judge(self, law: Law) -> LawFinished:
        """Judge one law; those that it comes after have been judged."""
        return self._conclude(law, self.attempts.make(law))

    def _conclude(self, law: Law, attempt: Attempt) -> LawFinished:
        """Turn what carrying *law* out came to into its verdict."""
        probe, outcome, seconds = attempt.probe, attempt.outcome, attempt.seconds
        if probe.findings:
            probe.exercise("breaches", len(probe.findings))
        findings, exercised = probe.findings, probe.exercised
        requests, shared = self._account(law, probe)
        if watch := self.watches.get(law.id):
            findings, shared = watch.findings, watch.seen
            exercised = Counter(dict(sorted(watch.exercised.items())))
        outcome = self._note_time_limit(law, weigh(law, outcome, findings, exercised))
        outcome, known = self._accept_known(law, outcome)
        self.judged[law.id] = outcome
        if law.whole_run or probe.random.drawn:
            self.by_chance.add(law.id)
        return LawFinished(
            law=law.get_facts(self.run.document),
            verdict=outcome.verdict,
            reason=self.redactor.redact(outcome.reason),
            findings=make_findings(findings[:MOST_FINDINGS], self.redactor, self.run.document),
            observations=tuple(map(self.redactor.redact, probe.observations)),
            exercised=self.redactor.redact_counts(exercised),
            requests=requests,
            shared=shared,
            seconds=seconds,
            lack=outcome.lack,
            known=self.redactor.redact(known),
        )

    def _account(self, law: Law, probe: Probe) -> tuple[int, int]:
        """Return how many requests are put down to *law*, and how many of others it looked at.

        What a shared reading took is put down to the first law that looked at it.
        """
        counts = self.run.transport.ledger.by_account
        new = probe.readings - self.accounted
        requests = counts[law.id] + sum(counts[name] for name in new)
        shared = sum(counts[name] for name in probe.readings - new)
        self.accounted.update(new)
        if law.last and not law.by_exchange:
            shared = counts.total() - requests
        return requests, shared

    def clean_up(self) -> None:
        """Leave the deployment as it was found, and keep what was seen; also if interrupted."""
        self.run.transport.extend(self.run.target.timeout)
        clean_up(create_probe(self.run, "clean-up", place=(len(self.registry),)))
        if self.run.past is not None:
            self.run.past.save(self.run.history, self.settings.started_at)

    def _note_time_limit(self, law: Law, outcome: Outcome) -> Outcome:
        """Take back what *outcome* says, if the time of the run ended before the law did."""
        transport = self.run.transport
        cut = transport.ledger.cut
        if law.whole_run and (cut.total() or self._late):
            return outcome.mark_cut_short(f"{self._spent}, and this law looks at the whole run")
        late = outcome.verdict in WAITED and transport.out_of_time
        if cut[law.id] or late:
            return outcome.mark_cut_short(f"{self._spent} before this law was done")
        return outcome

    def _accept_known(self, law: Law, outcome: Outcome) -> tuple[Outcome, str]:
        """Take a violation for known while it is, and return what is known of it."""
        deviation = self.settings.known.get(law.id)
        if deviation is None or outcome.verdict is not Verdict.BROKEN:
            return outcome, ""
        description = deviation.describe(self.settings.today)
        expired = deviation.is_expired(self.settings.today)
        verdict = Verdict.BROKEN if expired else Verdict.KNOWN
        return Outcome(verdict, f"{outcome.reason} ({description})"), description

    def finish(self, trouble: str = "") -> RunFinished:
        """Sum the run up; *trouble* is why it could not begin, if so."""
        transport = self.run.transport
        ledger, today = transport.ledger, self.settings.today
        trouble = trouble or self._explain_incomplete()
        kept = [i for i in self.settings.known if self._get_verdict(i) is Verdict.KEPT]
        return RunFinished(
            verdicts=Counter(outcome.verdict for outcome in self.judged.values()),
            requests=sum(ledger.by_method.values()),
            by_method=dict(ledger.by_method),
            by_effect=dict(ledger.by_effect),
            refused=transport.guard.refused,
            surveyed=self.run.surveyed,
            slowed=self.redactor.redact(transport.lanes.describe()),
            waits=ledger.waits,
            seconds=transport.clock() - transport.started,
            exit_code=self.settings.exit_rule.decide(
                [(outcome.verdict, outcome.lack) for outcome in self.judged.values()], trouble
            ),
            trouble=trouble,
            fixed=tuple(i for i in kept if i not in self.by_chance),
            unmet=tuple(i for i in kept if i in self.by_chance),
            expired=tuple(
                self.redactor.redact(f"{one.law} ({one.owner}, until {one.expires})")
                for one in self.settings.known.values()
                if one.is_expired(today)
            ),
        )

    def _get_verdict(self, law_id: str) -> Verdict | None:
        return self.judged[law_id].verdict if law_id in self.judged else None

    @property
    def _spent(self) -> str:
        return explain_spent(self.run.target)

    @property
    def _late(self) -> int:
        """Count the laws that no time was left for."""
        return sum(outcome.lack is Lack.TIME for outcome in self.judged.values())

    def _explain_incomplete(self) -> str:
        """Say what the end of the run's time left open, or that the history was not saved."""
        if not self._late:
            return self.run.past.trouble if self.run.past else ""
        return f"{self._spent}, which left {self._late} of {len(self.judged)} laws open"


def create_runner(  # noqa: PLR0913 -- what a run is made of
    target: Target,
    document: Api,
    registry: Registry,
    settings: Settings,
    driver: Driver | None = None,
    *,
    past: PastRuns | None = None,
) -> Runner:
    """Put a run together."""
    guard = create_guard(target, document, f"contracts-{settings.nonce}")
    history = History(document)
    watches = {law.id: ExchangeWatch(law, document) for law in registry if law.by_exchange}
    calls = CallWatch(document, document.resource.find_scope(target.path))
    looks = (history.look, calls.look, ExchangeWatches(document, watches).look)
    transport = Transport(target, document, guard, witnesses=list(looks))
    run = RunContext(target, document, transport, history, settings.rng, driver, past, calls)
    return Runner(run, registry, settings, Redactor.of(target), watches)
