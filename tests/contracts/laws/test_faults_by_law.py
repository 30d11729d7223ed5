"""Which law finds which fault: the ones that a deployment shows late, at the edge, or in pairs."""

from __future__ import annotations

import pytest

from contracts.contract.document import Document
from contracts.engine.verdict import Verdict
from contracts.selftest import kill_matrix
from contracts.selftest.world import create_miniature
from tests.contracts.model.deployments import judged

FOUND = {
    "CancelledJobsVanishLater": "CANC-17",
    "CancelledJobsCompleteLater": "CANC-17",
    "CancelledJobsAreAwayAtFirst": "CANC-07",
    "CancelsAreStampedAhead": "CANC-18",
    "MakesJobsOfAnotherProject": "COMP-21",
    "OpensAnyProject": "TEN-09",
    "OpensProjectsByTheirBeginning": "TEN-09",
    "RacingDeletionsAllWin": "COMP-15",
    "AllowsADeletionWhileOneRuns": "COMP-08",
    "RepeatsAJobInAFullPage": "PAGE-04",
    "HugeNumbersWrapAround": "READ-06",
    "NumbersWrapAt32Bits": "READ-06",
    "NegativesLoseTheirSign": "READ-05",
}
ADVISED = {
    "ABearerWithinAnotherSchemeWillDo": "AUTH-11",
    "MeasuresUsersInBytes": "COMP-20",
    "OverflowingPagesAreServerErrors": "EXCH-17",
    "OverflowingPagesWrapAround": "PAGE-17",
    "WideLimitsAreTheSmallest": "PAGE-16",
    "PagesFarBelowAreEmpty": "PAGE-18",
    "HugeNumbersAreUnprocessable": "READ-09",
    "HugeNumbersAreServerErrors": "EXCH-17",
    "SaysNotWhatIsAllowed": "HTTP-01",
    "StartsAtLocalMidnight": "COMP-06",
    "StartsAtOnce": "COMP-05",
    "JobsStartEarly": "LIFE-05",
}


@pytest.mark.parametrize(("fault", "law"), FOUND.items())
def test_a_broken_promise_is_found(contract: Document, fault: str, law: str) -> None:
    """The law that is named for a fault says that the contract is broken."""
    world = create_miniature(contract, kill_matrix.list_faults()[fault])
    # What shows late needs other laws in between.
    wanted = [law, "CANC-*"] if law == "CANC-17" else [law]

    assert judged(world, contract, wanted)[law].verdict is Verdict.BROKEN


@pytest.mark.parametrize(("fault", "law"), ADVISED.items())
def test_what_breaks_no_promise_is_slack(contract: Document, fault: str, law: str) -> None:
    """The law that is named for a fault objects, and the contract is not called broken."""
    world = create_miniature(contract, kill_matrix.list_faults()[fault])
    outcomes = judged(world, contract, [law, "OPEN-04", "READ-06", "EXCH-0*"])

    assert outcomes[law].verdict is Verdict.SLACK
    assert not [one for one, outcome in outcomes.items() if outcome.verdict is Verdict.BROKEN]
