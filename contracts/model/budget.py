"""What one run of random sequences may still send, and the breaches that it met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from hypothesis import reject

from contracts.engine.probe import Probe
from contracts.engine.verdict import Inconclusive, SetupFailed
from contracts.http.exchange import Exchange
from contracts.http.transport import OutOfTime
from contracts.model.reference import Clash
from contracts.model.script import Step

REPEATED = 2
"""How often a doubtful breach has to come up; hypothesis repeats what fails."""


class Clashed(AssertionError):  # noqa: N818 -- an outcome, not an error of the judge
    """The deployment contradicts the model: hypothesis looks for a shorter way to this."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A sequence of calls whose last answer contradicts the model."""

    clash: Clash
    steps: tuple[Step, ...]


@dataclass
class Play:
    """What the sequences of one run have in common."""

    probe: Probe
    left: int
    """How many calls may still be sent."""
    to_shrink: int
    """How many more there are once a breach was met."""
    exercised: Counter[str] = field(default_factory=Counter)
    breaches: dict[str, Breach] = field(default_factory=dict)
    """The shortest sequence to each kind of breach."""
    times: Counter[str] = field(default_factory=Counter)
    without_companion: bool = False
    _kinds: dict[str, type[Clashed]] = field(default_factory=dict)

    def call(self, call: Callable[[], Exchange], after: int = 0) -> Exchange:
        """Make one call *after* so many, or end the sequence if there is no point in it."""
        if self.left <= 0 or self.long_enough(after):
            reject()
        self.left -= 1
        try:
            return call()
        except OutOfTime:
            self.left = 0
        except (Inconclusive, SetupFailed):
            self.exercised["calls without an answer"] += 1
        return reject()

    def clash(self, clash: Clash, steps: Sequence[Step]) -> None:
        """Remember a breach, and tell hypothesis of it."""
        known = self.breaches.get(clash.cause)
        if known is None:
            self.left += self.to_shrink
            self.to_shrink = 0
        if known is None or len(steps) <= len(known.steps):
            self.breaches[clash.cause] = Breach(clash, tuple(steps))
        self.times[clash.cause] += 1
        # A type for each kind of breach keeps hypothesis from shrinking one into another.
        kind = self._kinds.setdefault(clash.cause, type("Clashed", (Clashed,), {}))
        raise kind(clash.actual)

    def long_enough(self, steps: int) -> bool:
        """Tell whether a sequence of so many *steps* is no shorter than a breach that is known."""
        return any(steps >= len(breach.steps) for breach in self.breaches.values())

    def certain(self) -> Breach | None:
        """Return the shortest breach that can be relied on, if there is one.

        What may be an outage of a moment has to come up again.
        """
        sure = [
            breach
            for cause, breach in self.breaches.items()
            if breach.clash.sure or self.times[cause] >= REPEATED
        ]
        return min(sure, key=lambda breach: len(breach.steps), default=None)
