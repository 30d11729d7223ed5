"""What a person sees while the judge is at work, and what is left to read after it."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TextIO

from contracts.events import Event, Finding, LawFinished, RunFinished, RunStarted
from contracts.verdict import Verdict

LOUD = (Verdict.BROKEN, Verdict.SLACK, Verdict.PROBE_FAILED, Verdict.SETUP_FAILED)
"""The verdicts that the summary tells in full, in this order."""


@dataclass
class Terminal:
    """Prints each event as it comes, and the summary at the end."""

    quiet: bool = False
    out: TextIO = field(default_factory=lambda: sys.stdout)
    laws: list[LawFinished] = field(default_factory=list)

    def handle(self, event: Event) -> None:
        """Print what *event* tells."""
        match event:
            case RunStarted() if not self.quiet:
                self._say(f"{event.base_url} --effects {event.effects} --rng {event.rng}")
            case LawFinished():
                self.laws.append(event)
                if not self.quiet:
                    self._say(f"{event.verdict:12} {event.law.id:9} {event.law.title}")
            case RunFinished():
                self._summary(event)
            case _:
                pass

    def _say(self, text: str = "") -> None:
        print(text, file=self.out)

    def _summary(self, run: RunFinished) -> None:
        for verdict in LOUD:
            for law in self.laws:
                if law.verdict is verdict:
                    self._law(law)
        counts = ", ".join(f"{count} {verdict}" for verdict, count in run.verdicts.items())
        sent = ", ".join(f"{count} {method}" for method, count in sorted(run.by_method.items()))
        self._say(f"\n{run.trouble or counts}")
        self._say(
            f"{run.requests} requests in {run.seconds:.1f} s ({sent}); "
            f"{run.by_effect['change']} could change something; {run.refused} kept from leaving; "
            f"asked to wait {run.waits} times"
        )

    def _law(self, law: LawFinished) -> None:
        self._say(f"\n{law.verdict.upper()} {law.law.id} {law.law.title}")
        self._say(f"  {law.law.level} {law.law.clause}")
        if not law.findings:
            self._say(f"  {law.reason}")
        for finding in law.findings:
            self._finding(finding)

    def _finding(self, finding: Finding) -> None:
        self._say(f"  expected {finding.expected}")
        self._say(f"  actual   {finding.actual}")
        for exchange in finding.exchanges:
            self._say(f"    {exchange.as_curl()}  # {exchange.status or exchange.error}")
