"""Lets hypothesis generate sequences, and shorten the one that breaks the law."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis.errors import Flaky, Unsatisfiable
from hypothesis.reporting import with_reporter
from hypothesis.stateful import run_state_machine_as_test

from contracts.fuzzing.isolation import isolate_hypothesis
from contracts.fuzzing.model.budget import Budget, MismatchFound
from contracts.fuzzing.model.sequences import BY_EFFECTS

ATTEMPTS = 3
"""How often hypothesis starts over because the data of the deployment changed meanwhile."""


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
    with isolate_hypothesis(), with_reporter(_discard_output):
        for attempt in range(ATTEMPTS):
            try:
                run_state_machine_as_test(
                    seed(budget.probe.run.rng + attempt)(machine), settings=chosen
                )
            except Flaky:
                continue  # the data moved: from the next seed on a shorter way may be found
            except (MismatchFound, Unsatisfiable):
                pass
            return  # the budget has what was found


def _discard_output(_: object) -> None:
    """Print nothing: reports tell what was found."""
