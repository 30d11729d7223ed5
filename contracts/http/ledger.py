"""What a run has sent."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from contracts.http.guard import SAFE
from contracts.http.purpose import Purpose


@dataclass
class Ledger:
    """What was sent, by what it was for, by method and by what it could do.

    The transport counts one request at a time.
    """

    by_account: Counter[str] = field(default_factory=Counter)
    """By law, and by shared reading."""
    by_method: Counter[str] = field(default_factory=Counter)
    by_effect: Counter[str] = field(default_factory=lambda: Counter({"read": 0, "change": 0}))
    waits: int = 0
    cut: Counter[str] = field(default_factory=Counter)
    """Requests that no time was left for, by law."""

    def count(self, method: str, purpose: Purpose) -> None:
        """Count one request that leaves."""
        self.by_account[purpose.account] += 1
        self.by_method[method] += 1
        self.by_effect["read" if method in SAFE else "change"] += 1
