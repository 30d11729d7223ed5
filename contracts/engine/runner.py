"""Judges the laws one after the other, and tells what happens as events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field

from contracts.contract.api import Api
from contracts.contract.document import Document
from contracts.driver import Driver
from contracts.engine import preflight
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
from contracts.engine.exchange_watch import MOST_FINDINGS, ExchangeWatch
from contracts.engine.exit_code import ExitRule
from contracts.engine.findings import make_finding
from contracts.engine.history import History
from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.known_deviations import Deviation
from contracts.engine.law import MAY, Law, Registry
from contracts.engine.outcome import NOT_HELD, WAITED, Outcome, carry_out, weigh
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

    def stream_events(self) -> Generator[Event, None, None]:
        """Judge all laws."""
        yield self.start()
        if not (trouble := self.check_deployment()):
            try:
                for law in self.registry:
                    yield LawStarted(law.get_facts(self.run.document))
                    yield self.judge(law)
            finally:
                self.clean_up()
            yield chart_resource(self.run)
        yield self.finish(trouble)

    def start(self) -> RunStarted:
        """Tell what is about to be judged."""
        target, document = self.run.target, self.run.document
        return RunStarted(
            base_url=self.redactor.redact(target.base_url),
            project=target.scope,
            effects=target.effects,
            rng=self.settings.rng,
            contract=document.version,
            started_at=self.settings.started_at,
            laws=tuple(law.get_facts(document) for law in self.registry),
            proxy=target.via,
            scope=target.describe_scope(document.title),
        )

    def check_deployment(self) -> str:
        """Say why nothing can be judged, if so."""
        self.run.transport.ledger.law = "connect"
        return self.redactor.redact(preflight.find_obstacle(self.create_probe("connect")))

    def judge(self, law: Law) -> LawFinished:
        """Judge one law; those that it comes after have been judged."""
        transport = self.run.transport
        transport.ledger.law = law.id
        probe = self.create_probe(law.id, observing=law.level is MAY)
        begun = transport.clock()
        outcome = self._carry_out(law, probe)
        if probe.findings:
            probe.exercise("breaches", len(probe.findings))
        findings, exercised, shared = probe.findings, probe.exercised, probe.credit
        if watch := self.watches.get(law.id):
            findings, exercised, shared = watch.findings, watch.exercised, watch.seen
        elif law.last:
            shared = transport.ledger.by_law.total() - transport.ledger.by_law[law.id]
        outcome = self._note_time_limit(law, weigh(law, outcome, findings, exercised))
        outcome, known = self._accept_known(law, outcome)
        self.judged[law.id] = outcome
        if law.whole_run or probe.random.drawn:
            self.by_chance.add(law.id)
        return LawFinished(
            law=law.get_facts(self.run.document),
            verdict=outcome.verdict,
            reason=self.redactor.redact(outcome.reason),
            findings=tuple(make_finding(one, self.redactor) for one in findings[:MOST_FINDINGS]),
            observations=tuple(map(self.redactor.redact, probe.observations)),
            exercised=self.redactor.redact_counts(exercised),
            requests=transport.ledger.by_law[law.id],
            shared=shared,
            seconds=transport.clock() - begun,
            lack=outcome.lack,
            known=self.redactor.redact(known),
        )

    def create_probe(self, law_id: str, *, observing: bool = False) -> Probe:
        """Return what a law asks the deployment with."""
        kind = JobsProbe if isinstance(self.run.document, Document) else Probe
        return kind(self.run, law_id, observing=observing)

    def clean_up(self) -> None:
        """Leave the deployment as it was found, and keep what was seen; also if interrupted."""
        self.run.transport.ledger.law = "clean-up"
        self.run.transport.extend(self.run.target.timeout)
        clean_up(self.create_probe("clean-up"))
        if self.run.past is not None:
            self.run.past.save(self.run.history, self.settings.started_at)

    def _carry_out(self, law: Law, probe: Probe) -> Outcome:
        """Carry out the law, if it builds on what holds and has what it needs."""
        for before in law.after:
            if before in self.judged and self.judged[before].verdict in NOT_HELD:
                return Outcome(Verdict.BLOCKED, f"{before} does not hold")
        if missing := self.run.target.find_missing(law.needs):
            return Outcome(Verdict.UNTESTED, missing[0].value, Lack.OPTION)
        if law.by_probe and self.run.transport.out_of_time:
            reason = f"{self._spent} before this law had its turn"
            return Outcome(Verdict.UNTESTED, reason, Lack.TIME)
        return carry_out(law, probe)

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
        limit = self.run.target.max_time or 0.0
        return f"the time of the run (--max-time {limit:g} s) was used up"

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
    looks = (history.look, calls.look, *(watch.look for watch in watches.values()))
    transport = Transport(target, document, guard, witnesses=list(looks))
    return Runner(
        run=RunContext(target, document, transport, history, settings.rng, driver, past, calls),
        registry=registry,
        settings=settings,
        redactor=Redactor.of(target),
        watches=watches,
    )
