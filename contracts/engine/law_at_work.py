"""A law at work: what it has noted, what it shares with others, and what it does side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from threading import Barrier
from typing import Any, Self, TypeVar

from contracts.engine.randomness import RecordedRandom
from contracts.engine.run_context import RunContext, SharedReading
from contracts.engine.side_by_side import start_side_by_side
from contracts.engine.verdict import Inconclusive, Unanswered, Violation
from contracts.http.exchange import Exchange, Place

T = TypeVar("T")

WAITING = 4
"""How many calls are begun for each lane: the lanes are in use then as long as any call is left."""


@dataclass
class LawAtWork:
    """What one law, or a part of its work, has looked at and found so far."""

    run: RunContext
    law_id: str
    exercised: Counter[str] = field(default_factory=Counter)
    observations: list[str] = field(default_factory=list)
    findings: list[Violation] = field(default_factory=list)
    """Violations of a law that goes on after the first one."""
    doubts: list[Inconclusive] = field(default_factory=list)
    """What the law ends with if it finds no violation elsewhere."""
    readings: set[str] = field(default_factory=set)
    """The names of the shared readings that the law looked at."""
    observing: bool = False
    """The law only looks at what the contract leaves open: nothing that it sends is judged."""
    alone: bool = False
    """Whatever could be done side by side is done one after the other."""
    crowded: bool = False
    """Other requests were under way at the time of one that the law looks at."""
    place: Place = ()
    """Where it stands in the order of the run."""
    account: str = ""
    """What requests are counted for; the law, if that is empty."""
    races: bool = False
    """What it sends has to be under way at once, however many lanes there are."""
    random: RecordedRandom = field(init=False)
    _steps: count[int] = field(init=False)

    def __post_init__(self) -> None:
        self.random = RecordedRandom(f"{self.run.rng} {self.account or self.law_id}")
        self._steps = count()

    @property
    def width(self) -> int:
        """Return how many calls may be made side by side."""
        return 1 if self.alone else self.run.transport.lanes.width

    def take_place(self) -> Place:
        """Return the place of what is done next."""
        return (*self.place, next(self._steps))

    def note_crowd(self, *, crowded: bool) -> None:
        """Note whether other requests were under way at the time of one that counts."""
        self.crowded = self.crowded or crowded

    def exercise(self, what: str, times: int = 1) -> None:
        """Note that the law looked at *what*; a law that noted nothing is untested."""
        self.exercised[what] += times

    def observe(self, what: str) -> None:
        """Note what the deployment does where the contract leaves it open."""
        self.exercise("observations")
        if what not in self.observations:
            self.observations.append(what)

    @contextmanager
    def set_doubt_aside(self) -> Iterator[None]:
        """Go on to what else the law looks at if this is inconclusive, which it then ends with.

        A deployment that does not answer may not answer the next request either: that ends the law.
        """
        try:
            yield
        except Unanswered:
            raise
        except Inconclusive as doubt:
            self.doubts.append(doubt)

    @contextmanager
    def choose(self) -> Iterator[None]:
        """Let what is asked for meanwhile only choose what the law looks at afterwards.

        It does not matter whether other requests were under way at that time.
        """
        before = self.crowded
        yield
        self.crowded = before

    def read_once(self, take: Callable[..., Any], *of: str) -> Any:
        """Return what *take* reads *of* something, read once in a run: the first law takes it.

        A law that works alone has it read again if other requests were under way at that time.
        """
        run, name = self.run, " ".join((f"{take.__module__}.{take.__name__}", *of))
        with run.hold_reading(name):
            reading = run.shared.get(name)
            if reading is None or (self.alone and reading.crowded):
                # Other laws judge by it, too, so that it asks only what the contract promises.
                taker = self._fork(account=name, place=(-1, name, self.alone), observing=False)
                try:
                    value = take(taker, *of)
                finally:
                    self.note_crowd(crowded=taker.crowded)
                reading = SharedReading(value, taker.random.drawn, taker.crowded)
                run.shared[name] = reading
                self.readings |= taker.readings
        self.readings.add(name)
        self.note_crowd(crowded=reading.crowded)
        self.random.drawn = self.random.drawn or reading.by_chance
        return reading.value

    def _fork(self, **more: Any) -> Self:
        """Return a probe for a part of the law's work, which notes on its own."""
        fresh: dict[str, Any] = {
            "exercised": Counter(),
            "observations": [],
            "findings": [],
            "doubts": [],
            "readings": set(),
        }
        return replace(self, **fresh, crowded=False, **more)

    def _take_over(self, part: Self) -> None:
        """Note what *part* noted."""
        self.exercised.update(part.exercised)
        self.findings += part.findings
        self.doubts += part.doubts
        self.readings |= part.readings
        self.observations += [one for one in part.observations if one not in self.observations]
        self.crowded = self.crowded or part.crowded
        self.random.drawn = self.random.drawn or part.random.drawn

    def gather(self, calls: Sequence[Callable[[Self], T]], *, races: bool = False) -> list[T]:
        """Make *calls*, none of which depends on another, and return what they return.

        They are made side by side. Each has a probe of its own; what they note, and the first
        error, is taken over in their order, as if each had been made after the other. What is
        inconclusive is raised after them all, since another may find a violation.
        """
        place = self.take_place()
        parts = [self._fork(place=(*place, n), races=races) for n in range(len(calls))]
        bound = [partial(call, part) for call, part in zip(calls, parts, strict=True)]
        if not races and self.width < 2:
            return self._finish(parts, bound)
        most = len(calls) if races else WAITING * self.width
        with start_side_by_side(bound, most, self.run.transport) as futures:
            results = [future.result for future in futures]
            return self._finish(parts, results)

    def _finish(self, parts: Sequence[Self], calls: Sequence[Callable[[], T]]) -> list[T]:
        results, first = [], len(self.doubts)
        for part, get in zip(parts, calls, strict=True):
            with self.set_doubt_aside():
                try:
                    results.append(get())
                finally:
                    self._take_over(part)
        if len(results) < len(calls):
            raise self.doubts.pop(first)
        return results

    def race(self, calls: Sequence[Callable[[Self], Exchange]]) -> Sequence[Exchange]:
        """Make all *calls* at the same moment; which is first is chance."""
        lanes = self.run.transport.lanes
        if lanes.serial:
            raise Inconclusive(f"the deployment serves one request at a time: {lanes.reason}")
        self.random.drawn = True
        barrier = Barrier(len(calls))

        def go(call: Callable[[Self], Exchange], probe: Self) -> Exchange:
            barrier.wait(timeout=self.run.target.timeout)
            return call(probe)

        return self.gather([partial(go, call) for call in calls], races=True)
