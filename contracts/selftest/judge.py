"""Judges one miniature and tells which laws it breaks."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.contract.document import Document
from contracts.engine.events import Event, LawFinished, RunFinished
from contracts.engine.law import Registry
from contracts.engine.runner import Settings, create_runner
from contracts.engine.verdict import Verdict
from contracts.selftest.miniature import Miniature
from contracts.selftest.server import Transmission, serve_miniature
from contracts.selftest.world import create_target
from contracts.target import Effects

OBJECTIONS = frozenset({Verdict.BROKEN, Verdict.SLACK})


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the judge said of one miniature."""

    name: str
    events: tuple[Event, ...]
    seed: int = 1
    """What the judge drew its random choices from."""

    @property
    def laws(self) -> list[LawFinished]:
        """Return each law's outcome."""
        return [event for event in self.events if isinstance(event, LawFinished)]

    @property
    def killers(self) -> tuple[str, ...]:
        """Return the laws that object."""
        return tuple(one.law.id for one in self.laws if one.verdict in OBJECTIONS)

    @property
    def accusers(self) -> tuple[str, ...]:
        """Return the laws that say that the contract is broken."""
        return tuple(one.law.id for one in self.select(Verdict.BROKEN))

    @property
    def end(self) -> RunFinished:
        """Return the sum of the run."""
        last = self.events[-1]
        if not isinstance(last, RunFinished):
            raise TypeError("the run has no end")
        return last

    def select(self, *verdicts: Verdict) -> list[LawFinished]:
        """Return the laws with one of *verdicts*."""
        return [one for one in self.laws if one.verdict in verdicts]


def judge(  # noqa: PLR0913 -- a miniature, how it is served, and how it is judged
    name: str,
    miniature: Miniature,
    transmission: Transmission,
    *,
    document: Document,
    registry: Registry,
    effects: Effects = Effects.ANY,
    concurrency: int = 1,
    seed: int = 1,
) -> Judgement:
    """Serve *miniature* and judge it by *registry* and the true *document*."""
    with serve_miniature(miniature, transmission) as url:
        target = create_target(url, effects, concurrency=concurrency)
        run = create_runner(target, document, registry, Settings(rng=seed))
        return Judgement(name, tuple(run.stream_events()), seed)
