"""What all workers of a run did together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from contracts.engine.events import RunFinished
from contracts.engine.exit_code import are_silent
from contracts.engine.verdict import Verdict
from contracts.pytest_plugin.items import NODE, VERDICT
from contracts.reports.summary import ORDER, Summary
from contracts.reports.wording import join_counts


@dataclass
class Totals:
    """Counts verdicts and requests."""

    verdicts: dict[str, str] = field(default_factory=dict)
    """The verdict of each law by the id of its item."""
    failed: set[str] = field(default_factory=set)
    met: bool = False
    """Whether there was any law, judged or not."""
    by_method: Counter[str] = field(default_factory=Counter)
    by_effect: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    waits: int = 0
    fixed: set[str] = field(default_factory=set)
    unmet: set[str] = field(default_factory=set)
    expired: set[str] = field(default_factory=set)
    surveyed: set[str] = field(default_factory=set)

    @staticmethod
    def encode(run: RunFinished) -> dict[str, Any]:
        """Return what a worker did, as values that can be sent."""
        return {
            "by_method": dict(run.by_method),
            "by_effect": dict(run.by_effect),
            "refused": run.refused,
            "waits": run.waits,
            "fixed": list(run.fixed),
            "unmet": list(run.unmet),
            "expired": list(run.expired),
            "surveyed": [run.surveyed] if run.surveyed else [],
        }

    def note(self, report: pytest.TestReport) -> None:
        """Remember the verdict in *report*, if it has one."""
        self.met = self.met or report.nodeid.startswith(f"{NODE}::")
        verdict = dict(report.user_properties).get(VERDICT)
        if verdict is None:
            return
        self.verdicts[report.nodeid] = str(verdict)
        if report.outcome == "failed":
            self.failed.add(report.nodeid)

    def add(self, part: Mapping[str, Any]) -> None:
        """Add what one process did."""
        self.by_method.update(part.get("by_method", {}))
        self.by_effect.update(part.get("by_effect", {}))
        self.refused += part.get("refused", 0)
        self.waits += part.get("waits", 0)
        self.fixed.update(part.get("fixed", ()))
        self.unmet.update(part.get("unmet", ()))
        self.expired.update(part.get("expired", ()))
        self.surveyed.update(part.get("surveyed", ()))

    @property
    def is_silent(self) -> bool:
        """Tell whether there were laws, but none that really looked at the deployment."""
        return bool(self.verdicts) and are_silent(map(Verdict, self.verdicts.values()))

    def render_lines(self) -> list[str]:
        """Return the summary in words."""
        if not self.met:
            return ["no law was collected: name them with --pyargs contracts"]
        counts = Counter(self.verdicts.values())
        run = RunFinished(
            verdicts=counts,
            requests=self.by_method.total(),
            by_method=self.by_method,
            by_effect=self.by_effect,
            refused=self.refused,
            waits=self.waits,
            seconds=0.0,
            exit_code=0,
            fixed=tuple(sorted(self.fixed - self.unmet)),
            unmet=tuple(sorted(self.unmet)),
            expired=tuple(sorted(self.expired)),
            surveyed="; ".join(sorted(self.surveyed)),
        )
        summary = Summary(None, (), run, None)
        named = {verdict.value: counts[verdict] for verdict in ORDER if counts[verdict]}
        return [join_counts(named), summary.requests, *summary.also]
