"""Judges the laws one after the other, and tells what happens as events."""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field

from contracts.document import Document
from contracts.driver import Driver
from contracts.events import (
    Event,
    LawFinished,
    LawStarted,
    RunFinished,
    RunStarted,
)
from contracts.exchange import Redactor
from contracts.findings import shown
from contracts.guard import Guard
from contracts.history import History
from contracts.known import Deviation
from contracts.law import MAY, MUST, SHOULD, Law, Level, Registry
from contracts.probe import Probe, Run
from contracts.target import Target
from contracts.transport import OutOfTime, Transport
from contracts.verdict import Broken, Unkept, Verdict
from contracts.watch import MOST_FINDINGS, Watch

VARIABLES = ("$CONTRACTS_API_KEY", "$CONTRACTS_OTHER_API_KEY")
"""What stands for the keys of a target, in the order of its secrets."""

NOT_HELD = frozenset(
    {Verdict.BROKEN, Verdict.KNOWN, Verdict.SLACK, Verdict.BLOCKED, Verdict.SETUP_FAILED}
)


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
    fail_on: Level = MUST
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Runner:
    """One run over one deployment."""

    run: Run
    registry: Registry
    settings: Settings
    redactor: Redactor
    watches: Mapping[str, Watch]
    judged: dict[str, Verdict] = field(default_factory=dict)

    def events(self) -> Generator[Event, None, None]:
        """Judge all laws."""
        yield self.start()
        trouble = self.trouble()
        if not trouble:
            try:
                for law in self.registry:
                    yield LawStarted(law.facts(self.run.document))
                    yield self.judge(law)
            finally:
                self.clean_up()
        yield self.finish(trouble)

    def start(self) -> RunStarted:
        """Tell what is about to be judged."""
        target, document = self.run.target, self.run.document
        return RunStarted(
            base_url=self.redactor.text(target.base_url),
            project=target.project,
            effects=target.effects,
            rng=self.settings.rng,
            contract=document.version,
            started_at=self.settings.started_at,
            laws=tuple(law.facts(document) for law in self.registry),
        )

    def trouble(self) -> str:
        """Say why nothing can be judged, if so."""
        self.run.transport.ledger.law = "connect"
        try:
            exchange = Probe(self.run, "connect").list_jobs()
        except (Unkept, OutOfTime) as error:
            return f"the deployment could not be reached: {error}"
        if exchange.status in (401, 403):
            return f"the deployment answers {exchange.status}: it does not know key and project"
        return ""

    def judge(self, law: Law) -> LawFinished:
        """Judge one law; those that it comes after have been judged."""
        transport = self.run.transport
        transport.ledger.law = law.id
        probe = Probe(self.run, law.id)
        begun = transport.clock()
        verdict, reason = self._outcome(law, probe)
        if probe.findings:
            probe.exercise("breaches", len(probe.findings))
        findings, exercised, shared = probe.findings, probe.exercised, probe.credit
        if watch := self.watches.get(law.id):
            findings, exercised, shared = watch.findings, watch.exercised, watch.seen
        elif law.last:
            shared = transport.ledger.by_law.total() - transport.ledger.by_law[law.id]
        verdict, reason = self._weighed(law, verdict, reason, findings, exercised)
        self.judged[law.id] = verdict
        return LawFinished(
            law=law.facts(self.run.document),
            verdict=verdict,
            reason=self.redactor.text(reason),
            findings=tuple(shown(one, self.redactor) for one in findings[:MOST_FINDINGS]),
            observations=tuple(map(self.redactor.text, probe.observations)),
            exercised=dict(exercised),
            requests=transport.ledger.by_law[law.id],
            shared=shared,
            seconds=transport.clock() - begun,
        )

    def clean_up(self) -> None:
        """Cancel the jobs that this run made and left alive, also if it was interrupted."""
        self.run.transport.ledger.law = "clean-up"
        probe = Probe(self.run, "clean-up")
        for project, job_id in self.run.transport.guard.all_own():
            try:
                probe.cancel_job(job_id, project=project)
            except Unkept:
                continue
            except OutOfTime:
                return

    def _outcome(self, law: Law, probe: Probe) -> tuple[Verdict, str]:
        """Carry out the law; breaches are left in the probe's findings."""
        blocked = [before for before in law.after if self.judged.get(before) in NOT_HELD]
        if blocked:
            return Verdict.BLOCKED, f"{blocked[0]} does not hold"
        if missing := self.run.target.missing(law.needs):
            return Verdict.UNTESTED, missing[0].value
        try:
            if law.by_probe:
                law.by_probe(probe)
        except Broken as broken:
            probe.findings.append(broken)
        except Unkept as unkept:
            return unkept.verdict, unkept.reason
        except OutOfTime as late:
            return Verdict.UNTESTED, str(late)
        except Exception:  # noqa: BLE001 -- a bug of the judge is a verdict, and the run goes on
            return Verdict.PROBE_FAILED, traceback.format_exc()
        return Verdict.KEPT, ""

    def _weighed(
        self,
        law: Law,
        verdict: Verdict,
        reason: str,
        findings: list[Broken],
        exercised: Mapping[str, int],
    ) -> tuple[Verdict, str]:
        """Turn what happened into the verdict: a breach counts whatever came after it."""
        if findings and law.level is not MAY:
            if law.level is SHOULD:
                return Verdict.SLACK, findings[0].reason
            return self._known(law, findings[0].reason)
        if findings:
            return Verdict.PROBE_FAILED, "a MAY law cannot be broken"
        if verdict is Verdict.KEPT and not exercised:
            return Verdict.UNTESTED, "nothing was there to judge"
        if verdict is Verdict.KEPT and law.level is MAY:
            return Verdict.OBSERVED, ""
        return verdict, reason

    def _known(self, law: Law, reason: str) -> tuple[Verdict, str]:
        deviation = self.settings.known.get(law.id)
        if deviation is None:
            return Verdict.BROKEN, reason
        if deviation.expired(self.settings.today):
            return Verdict.BROKEN, f"{reason} (known until {deviation.expires}, which has passed)"
        return Verdict.KNOWN, f"{reason} (known to {deviation.owner}: {deviation.reason})"

    def finish(self, trouble: str = "") -> RunFinished:
        """Sum the run up."""
        transport = self.run.transport
        ledger = transport.ledger
        known = self.settings.known
        return RunFinished(
            verdicts=Counter(self.judged.values()),
            requests=sum(ledger.by_method.values()),
            by_method=dict(ledger.by_method),
            by_effect=dict(ledger.by_effect),
            refused=transport.guard.refused,
            waits=ledger.waits,
            seconds=transport.clock() - transport.started,
            exit_code=self._exit_code(trouble),
            trouble=self.redactor.text(trouble),
            fixed=tuple(i for i in known if self.judged.get(i) is Verdict.KEPT),
        )

    def _exit_code(self, trouble: str) -> int:
        """Return 0 if nothing is broken, 1 if something is, 3 if that cannot be told."""
        said = set(self.judged.values())
        fails = {Verdict.BROKEN}
        if self.settings.fail_on is SHOULD:
            fails.add(Verdict.SLACK)
        doubts = {Verdict.SETUP_FAILED, Verdict.PROBE_FAILED}
        if self.settings.strict:
            doubts |= {Verdict.INCONCLUSIVE, Verdict.BLOCKED}
        if self.settings.strict and self.run.transport.out_of_time:
            trouble = trouble or "the time of the run was used up"
        if said & fails:
            return 1
        if trouble or said & doubts or not said - {Verdict.UNTESTED}:
            return 3
        return 0


def runner(
    target: Target,
    document: Document,
    registry: Registry,
    settings: Settings,
    driver: Driver | None = None,
) -> Runner:
    """Put a run together."""
    guard = Guard(target, document, synthetic=f"contracts-{settings.nonce}")
    history = History(document)
    watches = {law.id: Watch(law, document) for law in registry if law.by_exchange}
    transport = Transport(
        target, document, guard, witnesses=[history.look, *(w.look for w in watches.values())]
    )
    return Runner(
        run=Run(target, document, transport, history, settings.rng, driver),
        registry=registry,
        settings=settings,
        redactor=Redactor(dict(zip(target.secrets, VARIABLES, strict=False))),
        watches=watches,
    )
