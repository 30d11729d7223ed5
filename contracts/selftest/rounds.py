"""Judges the deployments of a selftest, side by side, and again with other seeds."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice

from contracts.selftest.row import Line, Row

Judging = Callable[..., Row]
"""Judges one deployment with the `seed` that it is given."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What is judged in a selftest, how often, and what is printed of it."""

    fast: bool = False
    markdown: bool = False
    conforming: bool = False
    """Only the conforming deployments are judged."""
    concurrency: int = 1
    """The most requests that each run has under way at once."""
    rounds: int = 1
    seed: int = 1
    """The seed of the first round; each of the others has the next one."""
    jobs: int | None = None
    """How many deployments are judged at once; None for two on each core."""


def judge_rounds(work: Sequence[Judging], settings: Settings) -> list[Line]:
    """Judge each deployment of *work* in each round, and return what came of it in that order.

    What is found does not depend on how many are judged at once. Of several rounds each is told on
    standard error when it is over, with what was said of a conforming deployment.
    """
    seeds = range(settings.seed, settings.seed + settings.rounds)
    with ProcessPoolExecutor(max_workers=settings.jobs or 2 * (os.cpu_count() or 1)) as pool:
        rows = pool.map(_judge, *zip(*((one, seed) for seed in seeds for one in work), strict=True))
        rounds = [_take_round(rows, len(work), settings) for _ in seeds]
    return [Line(told) for told in zip(*rounds, strict=True)]


def _judge(judge: Judging, seed: int) -> Row:
    return judge(seed=seed)


def _take_round(rows: Iterable[Row], number: int, settings: Settings) -> list[Row]:
    found = list(islice(rows, number))
    if settings.rounds > 1:
        _tell_round(found)
    return found


def _tell_round(rows: Sequence[Row]) -> None:
    """Print on standard error what came of a round."""
    survivors = [row.name for row in rows if not row.conforming and not row.killers]
    accused = [row for row in rows if row.conforming and not row.is_sound]
    print(
        f"contracts: seed {rows[0].seed}: {len(accused)} conforming are accused, "
        f"{len(survivors)} faults survive",
        file=sys.stderr,
        flush=True,
    )
    for row in accused:
        for said in (*row.accusations, *row.problems):
            print(f"contracts: seed {row.seed}: {row.name}: {said}", file=sys.stderr, flush=True)
