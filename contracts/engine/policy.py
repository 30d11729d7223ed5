"""What verdicts come to: the exit code of the command line, and what fails in pytest."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from contracts.engine.law import MUST, SHOULD, Level
from contracts.engine.verdict import Lack, Verdict

FINE, BROKEN, UNJUDGED = 0, 1, 3
"""Exit codes: nothing is broken, something is, and that cannot be told."""

SILENT = frozenset({Verdict.UNTESTED, Verdict.BLOCKED})
"""Verdicts on laws that did not look at the deployment."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Which verdicts a run may end with and still be a success."""

    fail_on: Level = MUST
    strict: bool = False

    def breaks(self, verdict: Verdict) -> bool:
        """Tell whether *verdict* says that something is broken that was asked to count."""
        return verdict is Verdict.BROKEN or (verdict is Verdict.SLACK and self.fail_on is SHOULD)

    def doubts(self, verdict: Verdict, lack: Lack | None = None) -> bool:
        """Tell whether *verdict* leaves open what had to be told; *lack* is why it is untested."""
        if verdict in (Verdict.SETUP_FAILED, Verdict.PROBE_FAILED) or lack is Lack.TIME:
            return True
        doubtful = verdict in (Verdict.INCONCLUSIVE, Verdict.BLOCKED) or lack is Lack.DATA
        return self.strict and doubtful

    def exit_code(self, judged: Collection[tuple[Verdict, Lack | None]], trouble: str = "") -> int:
        """Return the exit code of a run with these outcomes; *trouble* kept it from more."""
        if any(self.breaks(verdict) for verdict, _ in judged):
            return BROKEN
        doubt = any(self.doubts(*outcome) for outcome in judged)
        if trouble or doubt or judged_nothing(verdict for verdict, _ in judged):
            return UNJUDGED
        return FINE


def judged_nothing(verdicts: Iterable[Verdict]) -> bool:
    """Tell whether none of *verdicts* comes from a look at the deployment."""
    return SILENT.issuperset(verdicts)
