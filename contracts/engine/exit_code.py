"""The exit rule: what the verdicts of a run come to, on the command line and in pytest alike.

The command line ends with an ExitCode. In pytest a law fails if `ExitRule.fails` says so of its
verdict, and a run whose verdicts `are_silent` is not a success.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import IntEnum

from contracts.engine.verdict import Lack, Verdict


class ExitCode(IntEnum):
    """How the program ends."""

    FINE = 0
    """Nothing is broken."""
    BROKEN = 1
    """Something is broken."""
    USAGE = 2
    """The command line is wrong, or is not installed completely."""
    UNJUDGED = 3
    """The deployment could not be judged."""


SILENT = frozenset({Verdict.UNTESTED, Verdict.BLOCKED})
"""Verdicts on laws that did not look at the deployment."""


@dataclass(frozen=True, slots=True)
class ExitRule:
    """Which verdicts a run may end with and still be a success."""

    slack_fails: bool = False
    """A SHOULD that is not kept counts as broken (`--fail-on should`)."""
    strict: bool = False
    """What could not be judged counts, too (`--strict`)."""

    def fails(self, verdict: Verdict, lack: Lack | None = None) -> bool:
        """Tell whether one law with *verdict* is enough for the run to fail."""
        return self._breaks(verdict) or self._leaves_open(verdict, lack)

    def decide(
        self, outcomes: Collection[tuple[Verdict, Lack | None]], trouble: str = ""
    ) -> ExitCode:
        """Return the exit code of a run with *outcomes*; *trouble* is why there are no more."""
        if any(self._breaks(verdict) for verdict, _ in outcomes):
            return ExitCode.BROKEN
        left_open = any(self._leaves_open(*outcome) for outcome in outcomes)
        if trouble or left_open or are_silent(verdict for verdict, _ in outcomes):
            return ExitCode.UNJUDGED
        return ExitCode.FINE

    def _breaks(self, verdict: Verdict) -> bool:
        return verdict is Verdict.BROKEN or (verdict is Verdict.SLACK and self.slack_fails)

    def _leaves_open(self, verdict: Verdict, lack: Lack | None) -> bool:
        """Tell whether *verdict* leaves open what had to be judged."""
        if verdict in (Verdict.SETUP_FAILED, Verdict.PROBE_FAILED) or lack is Lack.TIME:
            return True
        doubtful = verdict in (Verdict.INCONCLUSIVE, Verdict.BLOCKED) or lack is Lack.DATA
        return self.strict and doubtful


def are_silent(verdicts: Iterable[Verdict]) -> bool:
    """Tell whether none of *verdicts* comes from a look at the deployment."""
    return SILENT.issuperset(verdicts)
