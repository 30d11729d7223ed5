"""What verdicts come to, on the command line and in pytest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import product

import pytest

from contracts.engine.events import LawFacts, LawFinished
from contracts.engine.law import MUST, SHOULD
from contracts.engine.policy import BROKEN, FINE, UNJUDGED, Policy, judged_nothing
from contracts.engine.runner import Settings
from contracts.engine.verdict import Lack, Verdict
from contracts.pytest_plugin.items import conclude, fails

OUTCOMES = [
    *((verdict, None) for verdict in Verdict if verdict is not Verdict.UNTESTED),
    *((Verdict.UNTESTED, lack) for lack in Lack),
]
LOOKED = (Verdict.KEPT, None)
"""Another law that was judged, so that the run judged something."""


@pytest.mark.parametrize(
    ("lack", "lenient", "strict"),
    [
        (Lack.OPTION, FINE, FINE),
        (Lack.OCCASION, FINE, FINE),
        (Lack.DATA, FINE, UNJUDGED),
        (Lack.TIME, UNJUDGED, UNJUDGED),
    ],
)
def test_what_is_untested_counts_by_what_it_lacks(lack: Lack, lenient: int, strict: int) -> None:
    """Spent time is always a doubt, missing data under --strict, and an option never."""
    judged = [LOOKED, (Verdict.UNTESTED, lack)]

    assert Policy().exit_code(judged) == lenient
    assert Policy(strict=True).exit_code(judged) == strict


def test_a_breach_counts_more_than_a_doubt() -> None:
    """What is broken is broken, however little else could be judged."""
    judged = [(Verdict.BROKEN, None), (Verdict.UNTESTED, Lack.TIME)]

    assert Policy(strict=True).exit_code(judged, "nothing answers any more") == BROKEN


@contextmanager
def not_failing() -> Iterator[None]:
    """Expect an item to pass, to be skipped, or to fail as it is expected to."""
    with suppress(pytest.skip.Exception, pytest.xfail.Exception):
        yield


@pytest.mark.parametrize("policy", [Policy(*p) for p in product((MUST, SHOULD), (False, True))])
@pytest.mark.parametrize(("verdict", "lack"), OUTCOMES)
def test_pytest_fails_just_where_the_command_line_does(
    policy: Policy, verdict: Verdict, lack: Lack | None
) -> None:
    """A build must not depend on whether the judge is run by pytest or by itself."""
    facts = LawFacts("X-01", "MUST", "title", "Sentence.", "RFC 9110 §1", "")
    settings = Settings(fail_on=policy.fail_on, strict=policy.strict)
    finished = LawFinished(facts, verdict, lack=lack)
    item_fails = fails(finished, settings)
    with pytest.raises(pytest.fail.Exception) if item_fails else not_failing():
        conclude(finished, settings)

    assert item_fails == (policy.exit_code([LOOKED, (verdict, lack)]) != FINE)
    alone = item_fails or judged_nothing([verdict])
    assert alone == (policy.exit_code([(verdict, lack)]) != FINE)
