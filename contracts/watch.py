"""Lets an exchange law see all exchanges of a run, whoever made them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from contracts.document import Document
from contracts.exchange import Exchange
from contracts.extreme import extreme
from contracts.law import MUST, Law
from contracts.transport import WAITING
from contracts.verdict import Broken

MOST_FINDINGS = 5
"""How many breaches of one law are kept."""


@dataclass
class Watch:
    """One exchange law at work; a witness of the transport."""

    law: Law
    document: Document
    exercised: Counter[str] = field(default_factory=Counter)
    findings: list[Broken] = field(default_factory=list)

    def look(self, exchange: Exchange) -> None:
        """Judge one exchange; a MUST law passes by what the contract promises nothing to."""
        if self.law.by_exchange is None or exchange.status in WAITING:
            return
        if self.law.level is MUST and extreme(exchange, self.document):
            return
        try:
            what = self.law.by_exchange(exchange, self.document)
        except Broken as broken:
            what = "breaches"
            if len(self.findings) < MOST_FINDINGS:
                self.findings.append(broken)
        if what:
            self.exercised[what] += 1
