"""What random sequences consist of, before anything is sent."""

from __future__ import annotations

from random import Random

import pytest

from contracts.fuzzing.model.plan import (
    BY_EFFECTS,
    Action,
    draw_plans,
    list_simpler,
    list_variations,
)
from contracts.target import Effects

CALLS, STEPS = 240, 7


@pytest.mark.parametrize("effects", Effects)
def test_each_step_comes_after_what_it_needs(effects: Effects) -> None:
    """No step is drawn that has no job to be about: it would be a call less."""
    needs = {rule.name: rule.needs for rule in BY_EFFECTS[effects]}
    for plan in draw_plans(Random(1), effects, CALLS, STEPS):
        assert len(plan) == STEPS
        for place, action in enumerate(plan):
            assert needs[action.rule] in {"", *(one.rule for one in plan[:place])}


@pytest.mark.parametrize("effects", Effects)
def test_all_rules_are_tried(effects: Effects) -> None:
    """The plans of one run use each rule, and no two of them are the same."""
    plans = draw_plans(Random(1), effects, CALLS, STEPS)

    assert {action.rule for plan in plans for action in plan} == {
        rule.name for rule in BY_EFFECTS[effects]
    }
    assert len(set(plans)) == len(plans)


def test_a_seed_draws_the_same_plans() -> None:
    """What is tried follows from the seed alone, and another one tries something else."""
    one, again, other = (draw_plans(Random(seed), Effects.ANY, CALLS, STEPS) for seed in (5, 5, 6))

    assert one == again
    assert one != other


def test_a_plan_is_shortened_to_its_end() -> None:
    """What is simpler has a step less or smaller numbers, so that there is an end to it."""
    plan = (Action("list_jobs", (5, 1, 3)), Action("read", (4,)))
    for one in list_simpler(plan):
        numbers = [sum(sum(action.drawn) for action in each) for each in (one, plan)]
        assert (len(one), numbers[0]) < (len(plan), numbers[1])

    assert list(list_simpler((Action("make", (0,)),))) == [()]
    assert list(list_simpler(())) == []


@pytest.mark.parametrize("reads", [1, 2, 3])
def test_a_plan_is_repeated_at_another_moment(reads: int) -> None:
    """What a deployment does only every other time is met, however many calls the plan makes."""
    plan = (Action("list_jobs", (0, 0, 0)), *[Action("read", (0,))] * reads)
    read, moments = 0, set[int]()
    for one in list_variations(plan):
        if one == plan:
            moments.add(read % 2)
        read += sum(action.rule == "read" for action in one)

    assert moments == {0, 1}
