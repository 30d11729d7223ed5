"""How one law ends: what carrying it out came to, weighed by what it found and looked at."""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contracts.engine.law import MAY, SHOULD, Law
from contracts.engine.probe import Probe
from contracts.engine.verdict import Lack, Unkept, Untested, Verdict, Violation
from contracts.http.guard import Refused
from contracts.http.transport import OutOfTime

NOT_HELD = frozenset(
    {Verdict.BROKEN, Verdict.KNOWN, Verdict.SLACK, Verdict.BLOCKED, Verdict.SETUP_FAILED}
)
"""Verdicts on which no other law can build."""

WAITED = frozenset({Verdict.INCONCLUSIVE, Verdict.SETUP_FAILED})
"""What a law comes to whose last response the end of the run's time did not wait for."""

UNFINISHED = frozenset(
    {
        Verdict.KEPT,
        Verdict.OBSERVED,
        Verdict.UNTESTED,
        Verdict.INCONCLUSIVE,
        Verdict.SETUP_FAILED,
    }
)
"""Verdicts that do not hold if the law was cut short: the rest might have shown a violation."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A verdict, why it is what it is, and what kept an untested law from being judged."""

    verdict: Verdict
    reason: str = ""
    lack: Lack | None = None

    def mark_cut_short(self, reason: str) -> Outcome:
        """Return what is left of this outcome where time ran out before the law was done."""
        if self.verdict not in UNFINISHED or self.lack is Lack.OPTION:
            return self
        return Outcome(Verdict.UNTESTED, reason, Lack.TIME)


def carry_out(law: Law, probe: Probe) -> Outcome:
    """Carry out *law*; violations are left in the probe's findings."""
    outcome = _run(law, probe)
    doubtless = outcome.verdict is Verdict.KEPT or outcome.lack in {Lack.DATA, Lack.OCCASION}
    if probe.doubts and doubtless:
        return Outcome(Verdict.INCONCLUSIVE, probe.doubts[0].reason)
    return outcome


def _run(law: Law, probe: Probe) -> Outcome:
    try:
        if law.by_probe:
            law.by_probe(probe)
    except Violation as violation:
        probe.findings.append(violation)
    except Untested as untested:
        return Outcome(untested.verdict, untested.reason, untested.lack)
    except Unkept as unkept:
        return Outcome(unkept.verdict, unkept.reason)
    except OutOfTime as late:
        return Outcome(Verdict.UNTESTED, str(late), Lack.TIME)
    except Refused as refused:
        return Outcome(Verdict.UNTESTED, str(refused), Lack.OPTION)
    except Exception:  # noqa: BLE001 -- a bug of the judge is a verdict, and the run goes on
        return Outcome(Verdict.PROBE_FAILED, traceback.format_exc())
    return Outcome(Verdict.KEPT)


def weigh(
    law: Law, outcome: Outcome, findings: Sequence[Violation], exercised: Mapping[str, int]
) -> Outcome:
    """Turn what happened into the verdict: a violation counts whatever came after it."""
    if findings and law.level is MAY:
        return Outcome(Verdict.PROBE_FAILED, "a MAY law cannot be broken")
    if findings:
        verdict = Verdict.SLACK if law.level is SHOULD else Verdict.BROKEN
        return Outcome(verdict, findings[0].reason)
    if outcome.verdict is not Verdict.KEPT:
        return outcome
    if not exercised:
        return Outcome(
            Verdict.UNTESTED, "the deployment had nothing to judge this law by", Lack.DATA
        )
    return Outcome(Verdict.OBSERVED) if law.level is MAY else outcome
