"""What a run has sent."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from contracts.http.guard import SAFE


@dataclass
class Ledger:
    """What was sent, by law, by method and by what it could do."""

    law: str = ""
    by_law: Counter[str] = field(default_factory=Counter)
    by_method: Counter[str] = field(default_factory=Counter)
    by_effect: Counter[str] = field(default_factory=lambda: Counter({"read": 0, "change": 0}))
    waits: int = 0
    cut: Counter[str] = field(default_factory=Counter)
    """Requests that no time was left for, by law."""

    def count(self, method: str) -> None:
        """Count one request that leaves."""
        self.by_law[self.law] += 1
        self.by_method[method] += 1
        self.by_effect["read" if method in SAFE else "change"] += 1
