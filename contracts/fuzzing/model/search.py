"""Carries the plans of random sequences out, and shortens the one that breaks the law."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain
from random import Random

from contracts.engine.jobs_probe import JobsProbe
from contracts.fuzzing.model.budget import Budget, Counterexample, Ended
from contracts.fuzzing.model.plan import (
    USUAL_LIFE,
    Plan,
    count_calls,
    draw_plans,
    list_simpler,
    list_variations,
)
from contracts.fuzzing.model.sequences import CallSequence
from contracts.target import Effects

REPEATS = 3
"""How often each sequence is varied that broke the law only beside others."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the sequences of a run showed."""

    counterexample: Counterexample | None = None
    """One that can be relied on, and that was found while no other request was under way."""
    doubted: bool = False
    """A sequence broke the law, but not when it was repeated."""


def search(probe: JobsProbe, calls: int, to_shorten: int, steps: int) -> Found:
    """Carry out plans of so many *steps*, of so many *calls* in all, and return what they showed.

    They are carried out side by side, but for the usual life of a job. Those that broke the law
    then are carried out again, one at a time. The first that breaks it again is shortened, and
    others go on only as long as they may break it sooner. If none does, those are varied that broke
    it for certain.
    """
    effects, most = probe.target.effects, 2 * calls
    first = [] if effects is Effects.NONE else [USUAL_LIFE]
    drawn = calls - sum(map(count_calls, first))
    plans = draw_plans(Random(probe.run.rng), effects, drawn, steps)
    certain: list[Plan] = []
    doubted = False
    if probe.width > 1:
        beside = Budget(left=most)
        causes = probe.gather([partial(run_plan, plan=one, budget=beside) for one in plans])
        found = [(plan, cause) for plan, cause in zip(plans, causes, strict=True) if cause]
        plans, doubted = [plan for plan, _ in found], bool(found)
        certain = [
            beside.carried_out[plan]
            for plan, cause in found
            if beside.counterexamples[cause].mismatch.certain
        ]
    alone = Budget(left=most, shortens=True)
    broken = [_examine(probe, plan, alone, to_shorten) for plan in (*first, *plans)]
    for plan in chain.from_iterable(map(list_variations, certain * REPEATS)):
        if alone.find_certain():
            break
        _examine(probe, plan, alone, to_shorten)
    return Found(alone.find_certain(), doubted=doubted or any(broken))


def run_plan(probe: JobsProbe, plan: Plan, budget: Budget) -> str:
    """Carry *plan* out; return the cause of the mismatch that it ended with, or an empty text."""
    one = CallSequence(probe, budget)
    try:
        with suppress(Ended):
            one.carry_out(plan)
        if one.found:
            budget.carried_out[plan] = tuple(one.carried_out)
        return one.found
    finally:
        budget.busy.difference_update(one.users)


def _examine(probe: JobsProbe, plan: Plan, budget: Budget, to_shorten: int) -> bool:
    """Carry *plan* out, and shorten it if it breaks the law; tell whether it does."""
    cause = run_plan(probe, plan, budget)
    if cause:
        budget.extend(to_shorten)
        _shorten(probe, plan, cause, budget)
    if not budget.find_certain():
        budget.counterexamples.clear()
    return bool(cause)


def _shorten(probe: JobsProbe, plan: Plan, cause: str, budget: Budget) -> None:
    """Carry out simpler and simpler plans that show *cause*; what they find is in the *budget*."""
    simplest: Plan | None = plan
    while simplest is not None:
        plan = simplest
        simplest = next(
            (one for one in list_simpler(plan) if run_plan(probe, one, budget) == cause), None
        )
