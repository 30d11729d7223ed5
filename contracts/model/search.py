"""Lets hypothesis generate sequences, and shorten the one that breaks the law."""

from __future__ import annotations

from functools import partial

from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis.errors import Flaky, Unsatisfiable
from hypothesis.reporting import with_reporter
from hypothesis.stateful import run_state_machine_as_test

from contracts.engine.baton import Baton
from contracts.engine.probe import Probe
from contracts.fuzzing.isolation import isolate_hypothesis, use_own_settings
from contracts.model.budget import Budget, BudgetSpent, MismatchFound
from contracts.model.sequences import BY_EFFECTS

ATTEMPTS = 3
"""How often hypothesis starts over because the data of the deployment changed meanwhile."""


PARTS = 6
"""Into how many parts the sequences are divided, each with a seed of its own."""


def search(probe: Probe, calls: int, to_shrink: int, examples: int, steps: int) -> list[Budget]:
    """Run up to *examples* sequences of up to *steps* calls, and return what each part found.

    The parts run side by side: a sequence changes only jobs that no other one made. Where they run
    one after the other, the first counterexample that can be relied on is shortened, and ends it.
    """
    baton = Baton()

    def search_part(own: Probe, number: int) -> Budget:
        budget = Budget(
            own,
            left=calls // PARTS,
            to_shrink=to_shrink if probe.width == 1 else 0,
            seed=own.run.rng + number * ATTEMPTS,
            baton=baton,
        )
        run(budget, examples // PARTS, steps)
        return budget

    done: list[Budget] = []
    with isolate_hypothesis():
        if probe.width > 1:
            return probe.gather([partial(search_part, number=number) for number in range(PARTS)])
        for number in range(PARTS):
            done.append(search_part(probe, number))
            if done[-1].find_certain():
                break
    return done


def run(budget: Budget, examples: int, steps: int) -> None:
    """Run up to *examples* sequences of up to *steps* calls; *budget* records what they find."""
    machine = type("Sequences", (BY_EFFECTS[budget.probe.target.effects],), {"budget": budget})
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        database=None,  # yesterday's failing sequence must not be sent to today's deployment
        deadline=None,
        derandomize=False,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        print_blob=False,
        verbosity=Verbosity.quiet,
    )
    with budget.baton.hold(), use_own_settings(), with_reporter(_discard_output):
        for attempt in range(ATTEMPTS):
            try:
                run_state_machine_as_test(seed(budget.seed + attempt)(machine), settings=chosen)
            except Flaky:
                continue  # the data moved: from the next seed on a shorter way may be found
            except (MismatchFound, Unsatisfiable, BudgetSpent):
                pass
            return  # the budget has what was found


def _discard_output(_: object) -> None:
    """Print nothing: reports tell what was found."""
