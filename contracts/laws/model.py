"""MODEL-01: random sequences of calls, compared with a model of the deployment."""

from __future__ import annotations

from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.law import MUST, law
from contracts.engine.verdict import Inconclusive, Violation
from contracts.fuzzing.model.budget import Counterexample
from contracts.fuzzing.model.script import write_script
from contracts.fuzzing.model.search import search
from contracts.laws.clauses import LIFECYCLE
from contracts.target import Effects

CALLS = {Effects.NONE: 45, Effects.OWN: 200, Effects.ANY: 240}
"""How many calls the sequences may make in total."""

SHORTENING = 500
"""How many more calls may be made to shorten a sequence that broke the law."""

STEPS = 7
"""How many steps a sequence has."""


@law("MODEL-01", MUST, ref=LIFECYCLE, spends=True)
def any_sequence_of_calls_agrees_with_the_model(probe: JobsProbe) -> None:
    """The responses to any sequence of calls agree with a model of the deployment.

    The sequences list, read, make, cancel and walk; what they are made of is drawn before, and the
    same whatever --concurrency is and however long a response takes. A model built from the
    lifecycle, the pagination and the conflict of the contract says which responses are allowed;
    where the server may have moved a job meanwhile, each possible state is accepted. A sequence
    that breaks the law is shortened as far as possible and reported as a shell script.
    Under --effects none sequences only read; under own they cancel only jobs that they made.
    """
    probe.random.drawn = True
    found = search(probe, CALLS[probe.target.effects], SHORTENING, STEPS)
    if found.counterexample is not None:
        # It was found one request at a time, so that there is no need to judge the law again.
        probe.crowded = False
        raise _make_violation(probe, found.counterexample)
    if found.doubted:
        raise Inconclusive("a sequence of calls broke the law, but not when it was repeated")


def _make_violation(probe: JobsProbe, counterexample: Counterexample) -> Violation:
    mismatch = counterexample.mismatch
    text = write_script(
        "MODEL-01: any sequence of calls agrees with the model",
        f"expected {mismatch.expected}, but {mismatch.actual}",
        probe.target.base_url,
        counterexample.steps,
    )
    return Violation(
        mismatch.expected,
        mismatch.actual,
        [step.exchange for step in counterexample.steps],
        text,
        about=[] if mismatch.about is None else [mismatch.about],
        changed=mismatch.changed,
    )
