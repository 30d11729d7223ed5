"""The clock of a miniature, and a driver that lets time pass on it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass
class Clock:
    """Goes on as that of this machine does, from *begun*, in seconds since 1970."""

    begun: float
    started: float = field(default_factory=time.monotonic)
    skipped: float = 0.0

    def __call__(self) -> float:
        """Return the present moment, in seconds since 1970."""
        return self.begun + time.monotonic() - self.started + self.skipped


@dataclass(frozen=True, slots=True)
class ClockDriver:
    """Lets time pass, and puts no record into a state."""

    clock: Clock

    def job_in(self, status: str) -> None:
        """Return that no record can be put into the state *status*."""

    def advance(self, seconds: float) -> None:
        """Let it be later by *seconds*."""
        self.clock.skipped += seconds
