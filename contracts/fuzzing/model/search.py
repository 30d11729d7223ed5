"""Lets hypothesis generate sequences, and shorten the one that breaks the law."""

from __future__ import annotations

from functools import partial
from threading import Event
from typing import Any

from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis.errors import Flaky, Unsatisfiable
from hypothesis.reporting import with_reporter
from hypothesis.stateful import run_state_machine_as_test

from contracts.engine.baton import Baton
from contracts.engine.jobs_probe import JobsProbe
from contracts.fuzzing.isolation import isolate_hypothesis, use_own_settings
from contracts.fuzzing.model.budget import Budget, BudgetSpent, MismatchFound
from contracts.fuzzing.model.sequences import BY_EFFECTS

ATTEMPTS = 3
"""How often hypothesis starts over because the data of the deployment changed meanwhile."""

PARTS = 8
"""Into how many parts the sequences are divided, each with a seed of its own."""

QUICK = 0.05
"""Seconds: where a response takes no longer, nothing is gained by several sequences at once."""


def search(probe: JobsProbe, calls: int, to_shrink: int, examples: int, steps: int) -> list[Budget]:
    """Run up to *examples* sequences of up to *steps* calls, and return what each search found.

    The first counterexample that can be relied on is shortened, and ends the search. If responses
    take long, the sequences are divided into parts side by side, none of which changes what another
    looks at; what one of them finds is searched for again, one request at a time.
    """
    baton, ended = Baton(), Event()

    def search_part(own: JobsProbe, number: int, **more: Any) -> Budget:
        seed = own.run.rng + number * ATTEMPTS
        part = Budget(own, left=calls // PARTS, seed=seed, baton=baton, number=number, **more)
        run(part, examples // PARTS, steps)
        return part

    slow = probe.run.transport.usual_seconds > QUICK
    with isolate_hypothesis():
        if probe.width > 1 and slow:
            beside = partial(search_part, to_shrink=0, beside=PARTS, ended=ended)
            found = probe.gather([partial(beside, number=number) for number in range(PARTS)])
            if probe.crowded or not ended.is_set():
                return found
        whole = Budget(probe, left=calls, to_shrink=to_shrink, seed=probe.run.rng, baton=baton)
        run(whole, examples, steps)
        done = [whole]
        again = probe.alone or ended.is_set()
        for number in (
            range(1, PARTS) if again and slow else ()
        ):  # a part may have found what this has not
            if done[-1].find_certain():
                break
            done.append(search_part(probe, number, to_shrink=to_shrink))
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
