"""What random sequences will call: drawn before anything is sent, and shortened afterwards.

A plan names no job: it says which of those that are known by then. So the same plans can be carried
out one after the other or side by side, and however long a response takes, the same is tried.
hypothesis would draw from what was answered, and mostly vary what it has drawn before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from contracts.target import Effects


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of step."""

    name: str
    """The method of a sequence that carries it out."""
    most: tuple[int, ...] = ()
    """The largest value of each argument; the smallest is 0, and stands for what is simplest."""
    needs: str = ""
    """The name of a rule that has to come before it."""
    calls: int = 1
    """How many calls it usually makes, if what is drawn for it is 0."""


READ_A_PAGE = Rule("list_jobs", (5, 1, 3))
MAKE = Rule("make", (1,))
READS = (READ_A_PAGE, Rule("read", (9,), needs="list_jobs"))
CHANGES = (
    *READS,
    MAKE,
    Rule("make_again", (3,), needs="make"),
    Rule("cancel", (3,), needs="make"),
    Rule("read_again", (3,), needs="make"),
    Rule("walk", needs="make", calls=3),
)
EVERYTHING = (*CHANGES, Rule("cancel_any", (9,), needs="list_jobs"))

BY_EFFECTS = {Effects.NONE: READS, Effects.OWN: CHANGES, Effects.ANY: EVERYTHING}


@dataclass(frozen=True, slots=True)
class Action:
    """One step of a plan."""

    rule: str
    drawn: tuple[int, ...]
    job: int | None = None
    """The listed job that it was about, where it is repeated."""


Plan = tuple[Action, ...]

USUAL_LIFE: Plan = (
    Action("make", (1,)),
    Action("walk", ()),
    Action("cancel", (0,)),
    Action("read_again", (1,)),
    Action("make_again", (0,)),
)
"""The life of a job, told of the latest ones: what is true of these shows only while no other
sequence makes any."""


def draw_plans(random: Random, effects: Effects, calls: int, steps: int) -> list[Plan]:
    """Draw plans of so many *steps* that make about so many *calls* in all."""
    plans: list[Plan] = []
    left = calls
    while left > 0:
        plans.append(_draw_plan(random, BY_EFFECTS[effects], steps))
        left -= count_calls(plans[-1])
    return plans


def count_calls(plan: Plan) -> int:
    """Return how many calls *plan* usually makes."""
    costs = {rule.name: rule.calls for rule in EVERYTHING}
    two = sum(action.drawn[0] for action in plan if action.rule == MAKE.name)
    return sum(costs[action.rule] for action in plan) + two


def _draw_plan(random: Random, rules: tuple[Rule, ...], steps: int) -> Plan:
    """Draw one plan; each does without some of the rules, so that the others come more often.

    What is there for others to be about comes less often once it has come.
    """
    seldom = random.uniform(0, 0.5)
    sources = {rule.needs for rule in rules}
    usable = [rule for rule in rules if rule.name in sources or random.random() >= seldom]
    plan: list[Action] = []
    done = {""}
    for _ in range(steps):
        ready = [one for one in usable if one.needs in done]
        (rule,) = random.choices(ready, [1 if one.name in sources & done else 2 for one in ready])
        plan.append(Action(rule.name, tuple(random.randint(0, most) for most in rule.most)))
        done.add(rule.name)
    return tuple(plan)


def list_simpler(plan: Plan) -> Iterator[Plan]:
    """Go through plans that are a little simpler: a step less, or a smaller number in one."""
    for place in range(len(plan)):
        yield plan[:place] + plan[place + 1 :]
    for place, action in enumerate(plan):
        for at, value in enumerate(action.drawn):
            for smaller in sorted({0, value // 2, value - 1}) if value else ():
                drawn = (*action.drawn[:at], smaller, *action.drawn[at + 1 :])
                yield (*plan[:place], replace(action, drawn=drawn), *plan[place + 1 :])


def list_variations(plan: Plan) -> Iterator[Plan]:
    """Go through *plan* without one of its steps, and each time *plan* itself once more.

    A deployment may break the law only every other time, say. A plan that makes an even number of
    the calls that are counted would find it in the same state again and again.
    """
    for place in range(len(plan)):
        yield plan[:place] + plan[place + 1 :]
        yield plan
