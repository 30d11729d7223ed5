"""Runs that send several requests at once, and deployments that cannot take that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Condition
from typing import Any

from contracts.contract.document import load
from contracts.engine.events import Event, LawFinished
from contracts.engine.runner import Runner, Settings, create_runner
from contracts.laws import catalogue
from contracts.selftest.conforming.variants import Variant
from contracts.selftest.messages import Request, Response
from contracts.selftest.miniature import Miniature
from contracts.selftest.server import Transmission, serve_miniature
from contracts.selftest.world import JOBS, create_miniature, create_target
from contracts.target import Effects

MOST = 8


@dataclass
class Crowd:
    """Counts what is under way at once, and answers what is too much."""

    most: int = 1_000
    refuse: Callable[[], Response] = lambda: Response(429)
    highest: int = 0
    at_once: int = 0
    changed: Condition = field(default_factory=Condition)

    def answer(self, deployment: Miniature, request: Request) -> Response:
        """Answer *request*, a moment later, so that others have time to come."""
        with self.changed:
            self.at_once += 1
            self.highest = max(self.highest, self.at_once)
            too_many = self.at_once > self.most
            self.changed.wait_for(lambda: False, timeout=0.005)
        try:
            return self.refuse() if too_many else deployment.respond(request)
        finally:
            with self.changed:
                self.at_once -= 1


def create_run(
    url: str,
    *,
    concurrency: int = MOST,
    effects: Effects = Effects.ANY,
    generated: bool = False,
    rng: int = 1,
    laws: tuple[str, ...] = (),
    **target: Any,
) -> Runner:
    """Return a run over the deployment at *url*."""
    document = load()
    registry = catalogue.create_registry(document, generated=generated)
    found = replace(create_target(url, effects), concurrency=concurrency, **target)
    chosen = registry.select(laws) if laws else registry
    return create_runner(found, document, chosen, Settings(rng=rng))


def judge(miniature: Miniature, transmission: Transmission, **more: Any) -> list[LawFinished]:
    """Serve *miniature* and return what each law came to."""
    with serve_miniature(miniature, transmission) as url:
        return list_outcomes(create_run(url, **more).stream_events())


def list_outcomes(events: Iterator[Event]) -> list[LawFinished]:
    """Return what each law came to, in the order in which it is told."""
    return [event for event in events if isinstance(event, LawFinished)]


def judge_variant(variant: Variant, **more: Any) -> list[LawFinished]:
    """Judge a conforming deployment of the selftest as it is to be judged."""
    jobs = JOBS if variant.jobs is None else variant.jobs
    world = create_miniature(load(), variant.kind, jobs, variant.statuses)
    how = variant.transmission
    if variant.before:
        how = replace(how, before=variant.before(1))
    return judge(world, how, effects=variant.effects, **more)


@contextmanager
def serve_crowd(crowd: Crowd) -> Iterator[str]:
    """Serve a conforming deployment through *crowd*."""
    world = create_miniature(load())
    with serve_miniature(world, Transmission(before=lambda one: crowd.answer(world, one))) as url:
        yield url
