"""What random sequences may still send, and the counterexamples that they found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock

from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.verdict import Inconclusive, SetupFailed
from contracts.fuzzing.model.plan import Plan
from contracts.fuzzing.model.reference import Mismatch
from contracts.fuzzing.model.script import Step
from contracts.http.exchange import Exchange
from contracts.http.transport import OutOfTime

REPEATED = 2
"""How often a doubtful mismatch has to be found."""


class Ended(Exception):  # noqa: N818 -- an outcome, not an error of the judge
    """The sequence ends here: no call is left, or it cannot show anything new."""


class MismatchFound(Ended):
    """The deployment contradicts the model."""


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A sequence of calls whose last response is the mismatch."""

    mismatch: Mismatch
    steps: tuple[Step, ...]


@dataclass
class Budget:
    """What the sequences of one run share: the calls that are left, and what was found."""

    left: int
    """How many calls may still be sent."""
    shortens: bool = False
    """A sequence ends as soon as it is not shorter than a counterexample that is known."""
    counterexamples: dict[str, Counterexample] = field(default_factory=dict)
    """The shortest counterexample of each cause."""
    times: Counter[str] = field(default_factory=Counter)
    carried_out: dict[Plan, Plan] = field(default_factory=dict)
    """Plans that broke the law, each as it was carried out up to that."""
    extended: bool = False
    """More calls were allowed, which happens once."""
    without_companion: bool = False
    busy: set[str] = field(default_factory=set)
    """The users of the jobs that sequences under way have made: no other sequence cancels them."""
    _lock: Lock = field(default_factory=Lock)

    def call(self, probe: JobsProbe, call: Callable[[JobsProbe], Exchange], after: int) -> Exchange:
        """Make one *call* with *probe* after so many others, or end the sequence."""
        with self._lock:
            if self.left <= 0 or self.is_long_enough(after):
                raise Ended
            self.left -= 1
        try:
            return call(probe)
        except OutOfTime:
            self.left = 0
        except (Inconclusive, SetupFailed):
            probe.exercise("calls without an answer")
        raise Ended

    def extend(self, calls: int) -> None:
        """Allow so many more *calls*, the first time that there is something to shorten."""
        self.left += 0 if self.extended else calls
        self.extended = True

    def record(self, mismatch: Mismatch, steps: Sequence[Step]) -> None:
        """Record a counterexample, and end the sequence that it is."""
        with self._lock:
            known = self.counterexamples.get(mismatch.cause)
            if known is None or len(steps) <= len(known.steps):
                self.counterexamples[mismatch.cause] = Counterexample(mismatch, tuple(steps))
            self.times[mismatch.cause] += 1
        raise MismatchFound(mismatch.cause)

    def take_back(self, cause: str) -> None:
        """Forget how often *cause* was found: what does not occur each time may be chance."""
        with self._lock:
            self.times.pop(cause, None)

    def is_long_enough(self, steps: int) -> bool:
        """Tell whether nothing shorter than what is known can be found after so many *steps*."""
        known = self.counterexamples.values() if self.shortens else ()
        return any(steps >= len(one.steps) for one in known)

    def find_certain(self) -> Counterexample | None:
        """Return the shortest counterexample that can be relied on, if there is one.

        What may have been a short outage has to be found again.
        """
        sure = [
            counterexample
            for cause, counterexample in self.counterexamples.items()
            if counterexample.mismatch.certain or self.times[cause] >= REPEATED
        ]
        return min(sure, key=lambda one: len(one.steps), default=None)
