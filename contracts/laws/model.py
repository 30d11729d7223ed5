"""MODEL-01: random sequences of calls, compared with a model of the deployment."""

from __future__ import annotations

from collections import Counter

from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.law import MUST, law
from contracts.engine.verdict import Inconclusive, Violation
from contracts.laws.clauses import LIFECYCLE
from contracts.target import Effects

CALLS = {Effects.NONE: 45, Effects.OWN: 200, Effects.ANY: 240}
"""How many calls the sequences may make in total."""

SHRINKING = 500
"""How many more calls may be made to shorten a sequence that broke the law."""

EXAMPLES, STEPS = 40, 7


@law("MODEL-01", MUST, ref=LIFECYCLE, spends=True)
def any_sequence_of_calls_agrees_with_the_model(probe: JobsProbe) -> None:
    """The responses to any sequence of calls agree with a model of the deployment.

    hypothesis generates sequences of listing, reading, making, cancelling and walking. A model
    built from the lifecycle, the pagination and the conflict of the contract says which responses
    are allowed; where the server may have moved a job meanwhile, each possible state is accepted.
    A sequence that breaks the law is shortened as far as possible and reported as a shell script.
    Under --effects none sequences only read; under own they cancel only jobs that they made.
    """
    # Imported here, so that listing the laws does not wait for hypothesis.
    from contracts.fuzzing.model import script
    from contracts.fuzzing.model.search import search

    probe.random.drawn = True
    parts = search(probe, CALLS[probe.target.effects], SHRINKING, EXAMPLES, STEPS)
    exercised = sum((one.exercised for one in parts), Counter[str]())
    for what, times in sorted(exercised.items()):
        probe.exercise(what, times)
    counterexample = next(filter(None, (one.find_certain() for one in parts)), None)
    if counterexample is not None:
        mismatch = counterexample.mismatch
        text = script.write_script(
            "MODEL-01: any sequence of calls agrees with the model",
            f"expected {mismatch.expected}, but {mismatch.actual}",
            probe.target.base_url,
            counterexample.steps,
        )
        exchanges = [step.exchange for step in counterexample.steps]
        about = [] if mismatch.about is None else [mismatch.about]
        raise Violation(
            mismatch.expected,
            mismatch.actual,
            exchanges,
            text,
            about=about,
            changed=mismatch.changed,
        )
    if any(one.counterexamples for one in parts):
        raise Inconclusive("a sequence of calls broke the law, but not when it was repeated")
