"""Carries laws out, side by side where that is safe.

What one law comes to while others are at work may be their doing: they may be more than the
deployment can take, or the data may move between two requests in an order that no one can tell. So
a violation, and every doubt, counts only if it is found again with no other request under way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass, replace
from functools import partial

from contracts.engine.jobs_probe import create_probe
from contracts.engine.law import MAY, Law, Registry
from contracts.engine.outcome import NOT_HELD, Outcome, carry_out
from contracts.engine.preparing import prepare
from contracts.engine.probe import Probe
from contracts.engine.run_context import RunContext
from contracts.engine.side_by_side import start_side_by_side
from contracts.engine.verdict import Lack, Verdict
from contracts.target import Target

UNDOUBTED = frozenset({Verdict.KEPT, Verdict.OBSERVED, Verdict.UNTESTED, Verdict.BLOCKED})
"""The outcomes of a law that requests of others cannot have caused."""


def explain_spent(target: Target) -> str:
    """Say that the time of the run was used up."""
    return f"the time of the run (--max-time {target.max_time or 0.0:g} s) was used up"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What carrying out a law once came to; violations are in the findings of the probe."""

    probe: Probe
    outcome: Outcome
    seconds: float

    @property
    def is_doubtful(self) -> bool:
        """Tell whether the law may end otherwise with no other request under way, or later."""
        clean = not self.probe.findings and self.outcome.verdict in UNDOUBTED
        return (self.probe.crowded or self.probe.target.lag > 0) and not clean


@dataclass(frozen=True, slots=True)
class Attempts:
    """The attempts of one run to carry out its laws."""

    run: RunContext
    places: Mapping[str, int]
    """The place of each law in the order of the run."""
    judged: Mapping[str, Outcome]
    """What the laws came to that have been judged."""

    def begin(self, registry: Registry) -> Iterator[tuple[Law, Callable[[], Attempt]]]:
        """Go through the laws in order, each with what carries it out, or has begun to.

        Laws that may be judged at the same time are begun together.
        """
        with prepare(registry):
            yield from self._begin(registry)

    def _begin(self, registry: Registry) -> Iterator[tuple[Law, Callable[[], Attempt]]]:
        for laws in registry.split():
            if min(self.run.transport.lanes.width, len(laws)) == 1:
                yield from ((law, partial(self.make, law)) for law in laws)
                continue
            calls = [partial(self._carry_out, law) for law in laws]
            # All at once: those that wait for a shared reading leave the lanes to the others.
            with start_side_by_side(calls, len(calls), self.run.transport) as begun:
                for law, one in zip(laws, begun, strict=True):
                    yield law, partial(self._end, law, one, begun)

    def make(self, law: Law) -> Attempt:
        """Carry *law* out; those that it comes after have been judged."""
        if ground := self._find_broken_ground(law):
            return self._block(law, ground)
        return self._settle(law, self._carry_out(law))

    def _end(self, law: Law, begun: Future[Attempt], others: list[Future[Attempt]]) -> Attempt:
        """Return what *law* comes to, which was begun when *others* were."""
        found = begun.result()
        if ground := self._find_broken_ground(law):
            return self._block(law, ground)
        if found.is_doubtful:
            wait(others)
        return self._settle(law, found)

    def _settle(self, law: Law, found: Attempt) -> Attempt:
        """Return *found*, or what *law* comes to with nothing else at work if that is doubtful."""
        if not found.is_doubtful or self.run.transport.out_of_time:
            return found
        again = self._carry_out(law, again=True)
        outcome = again.outcome
        if found.probe.findings and outcome.lack is Lack.DATA:
            first = found.probe.findings[0].reason
            outcome = Outcome(
                Verdict.INCONCLUSIVE,
                f"{first}, while other requests were under way; it could not be judged again: "
                f"{outcome.reason}",
            )
        return replace(again, outcome=outcome, seconds=found.seconds + again.seconds)

    def _carry_out(self, law: Law, *, again: bool = False) -> Attempt:
        probe = create_probe(
            self.run,
            law.id,
            observing=law.level is MAY,
            alone=again,
            place=(self.places.get(law.id, 0), again),
        )
        clock = self.run.transport.clock
        begun = clock()
        outcome = self._find_lack(law) or carry_out(law, probe)
        return Attempt(probe, outcome, clock() - begun)

    def _find_lack(self, law: Law) -> Outcome | None:
        """Return what becomes of a law that lacks what it needs, or the time."""
        if missing := self.run.target.find_missing(law.needs):
            return Outcome(Verdict.UNTESTED, missing[0].value, Lack.OPTION)
        if law.by_probe and self.run.transport.out_of_time:
            reason = f"{explain_spent(self.run.target)} before this law had its turn"
            return Outcome(Verdict.UNTESTED, reason, Lack.TIME)
        return None

    def _find_broken_ground(self, law: Law) -> str:
        """Return a law that does not hold and that *law* builds on, or an empty text."""
        held = (before for before in law.after if before in self.judged)
        return next((one for one in held if self.judged[one].verdict in NOT_HELD), "")

    def _block(self, law: Law, ground: str) -> Attempt:
        outcome = Outcome(Verdict.BLOCKED, f"{ground} does not hold")
        return Attempt(create_probe(self.run, law.id), outcome, 0.0)
