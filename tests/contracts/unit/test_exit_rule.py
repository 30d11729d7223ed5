"""What verdicts come to, on the command line and in pytest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import product

import pytest

from contracts.engine.events import LawFacts, LawFinished
from contracts.engine.exit_code import ExitCode, ExitRule, are_silent
from contracts.engine.verdict import Lack, Verdict
from contracts.pytest_plugin.items import conclude

OUTCOMES = [
    *((verdict, None) for verdict in Verdict if verdict is not Verdict.UNTESTED),
    *((Verdict.UNTESTED, lack) for lack in Lack),
]
LOOKED = (Verdict.KEPT, None)
"""Another law that was judged, so that the run judged something."""


@pytest.mark.parametrize(
    ("lack", "lenient", "strict"),
    [
        (Lack.OPTION, ExitCode.FINE, ExitCode.FINE),
        (Lack.OCCASION, ExitCode.FINE, ExitCode.FINE),
        (Lack.DATA, ExitCode.FINE, ExitCode.UNJUDGED),
        (Lack.TIME, ExitCode.UNJUDGED, ExitCode.UNJUDGED),
    ],
)
def test_what_is_untested_counts_by_what_it_lacks(
    lack: Lack, lenient: ExitCode, strict: ExitCode
) -> None:
    """Spent time is always a doubt, missing data under --strict, and an option never."""
    outcomes = [LOOKED, (Verdict.UNTESTED, lack)]

    assert ExitRule().decide(outcomes) == lenient
    assert ExitRule(strict=True).decide(outcomes) == strict


def test_a_breach_counts_more_than_a_doubt() -> None:
    """What is broken is broken, however little else could be judged."""
    outcomes = [(Verdict.BROKEN, None), (Verdict.UNTESTED, Lack.TIME)]

    assert ExitRule(strict=True).decide(outcomes, "nothing answers any more") == ExitCode.BROKEN


@contextmanager
def not_failing() -> Iterator[None]:
    """Expect an item to pass, to be skipped, or to fail as it is expected to."""
    with suppress(pytest.skip.Exception, pytest.xfail.Exception):
        yield


@pytest.mark.parametrize("rule", [ExitRule(*r) for r in product((False, True), repeat=2)], ids=str)
@pytest.mark.parametrize(("verdict", "lack"), OUTCOMES)
def test_pytest_fails_just_where_the_command_line_does(
    rule: ExitRule, verdict: Verdict, lack: Lack | None
) -> None:
    """A build must not depend on whether the judge is run by pytest or by itself."""
    facts = LawFacts("X-01", "MUST", "title", "Sentence.", "RFC 9110 §1", "")
    finished = LawFinished(facts, verdict, lack=lack)
    item_fails = rule.decide([LOOKED, (verdict, lack)]) != ExitCode.FINE
    with pytest.raises(pytest.fail.Exception) if item_fails else not_failing():
        conclude(finished, rule)

    assert rule.fails(verdict, lack) == item_fails
    alone = item_fails or are_silent([verdict])
    assert alone == (rule.decide([(verdict, lack)]) != ExitCode.FINE)
