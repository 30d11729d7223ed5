"""Judges one miniature of any API by the laws over roles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from contracts.contract.api import Api
from contracts.engine.runner import Settings, create_runner
from contracts.roles.catalogue import create_registry
from contracts.selftest.any_api.clock import ClockDriver
from contracts.selftest.any_api.miniature import AnyMiniature
from contracts.selftest.any_api.world import create_target
from contracts.selftest.judge import Judgement
from contracts.selftest.server import Transmission, serve_miniature
from contracts.target import Effects


def judge(  # noqa: PLR0913 -- a miniature, how it is served, and how it is judged
    name: str,
    miniature: AnyMiniature,
    api: Api,
    transmission: Transmission | None = None,
    *,
    effects: Effects = Effects.ANY,
    foreign: bool = False,
    laws: Sequence[str] = (),
    concurrency: int = 1,
    seed: int = 1,
) -> Judgement:
    """Serve *miniature* and judge it by the laws over roles and the true *api*.

    All laws are judged unless *laws* are named. The other tenant is one that the key does not
    open if it is *foreign*.
    """
    with serve_miniature(miniature, transmission or Transmission()) as url:
        target = create_target(api, url, effects, foreign=foreign)
        target = replace(target, concurrency=concurrency)
        driver = ClockDriver(miniature.now)
        registry = create_registry(api).select(laws)
        run = create_runner(target, api, registry, Settings(rng=seed), driver)
        return Judgement(name, tuple(run.stream_events()), seed)
