"""What one run of random sequences may still send, and the counterexamples that it found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event

from hypothesis import reject

from contracts.engine.baton import Baton
from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.verdict import Inconclusive, SetupFailed
from contracts.fuzzing.model.reference import Mismatch
from contracts.fuzzing.model.script import Step
from contracts.http.exchange import Exchange
from contracts.http.transport import OutOfTime

REPEATED = 2
"""How often a doubtful mismatch has to be found; hypothesis repeats what fails."""


class MismatchFound(AssertionError):  # noqa: N818 -- an outcome, not an error of the judge
    """The deployment contradicts the model; hypothesis searches for a shorter sequence."""


class BudgetSpent(BaseException):
    """No call is left: the search ends with what it has found."""


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A sequence of calls whose last response is the mismatch."""

    mismatch: Mismatch
    steps: tuple[Step, ...]


@dataclass
class Budget:
    """What the sequences of one run share: the calls that are left, and what was found."""

    probe: JobsProbe
    left: int
    """How many calls may still be sent."""
    to_shrink: int
    """How many more may be sent once a counterexample is found, to shorten it."""
    seed: int
    baton: Baton
    number: int = 0
    beside: int = 0
    """How many searches are under way beside each other, if so; this is the one with *number*."""
    ended: Event = field(default_factory=Event)
    """Set as soon as one of them has found something: what is left is for the search after it."""
    exercised: Counter[str] = field(default_factory=Counter)
    counterexamples: dict[str, Counterexample] = field(default_factory=dict)
    """The shortest counterexample of each cause."""
    times: Counter[str] = field(default_factory=Counter)
    without_companion: bool = False
    _kinds: dict[str, type[MismatchFound]] = field(default_factory=dict)

    def call(self, call: Callable[[], Exchange], after: int = 0) -> Exchange:
        """Make one call *after* that many, or end the sequence if it cannot find anything new."""
        if self.left <= 0 or self.ended.is_set():
            raise BudgetSpent
        if self.is_long_enough(after):
            reject()
        self.left -= 1
        try:
            with self.baton.pass_on():
                return call()
        except OutOfTime:
            self.left = 0
            raise BudgetSpent from None
        except (Inconclusive, SetupFailed):
            self.exercised["calls without an answer"] += 1
        return reject()

    def record(self, mismatch: Mismatch, steps: Sequence[Step]) -> None:
        """Record a counterexample, and report it to hypothesis."""
        known = self.counterexamples.get(mismatch.cause)
        if known is None:
            self.left += self.to_shrink
            self.to_shrink = 0
        if known is None or len(steps) <= len(known.steps):
            self.counterexamples[mismatch.cause] = Counterexample(mismatch, tuple(steps))
        self.times[mismatch.cause] += 1
        if self.beside:
            self.ended.set()
        # A type for each cause keeps hypothesis from shrinking one into another.
        kind = self._kinds.setdefault(mismatch.cause, type("MismatchFound", (MismatchFound,), {}))
        raise kind(mismatch.actual)

    def is_long_enough(self, steps: int) -> bool:
        """Tell whether *steps* calls are as many as a known counterexample has, or more."""
        return any(steps >= len(one.steps) for one in self.counterexamples.values())

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
