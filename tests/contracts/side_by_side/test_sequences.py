"""Random sequences that are generated side by side end with the shortest one that shows a fault."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contracts.contract.document import load
from contracts.engine.verdict import Verdict
from contracts.selftest.miniature import Miniature
from contracts.selftest.server import Transmission
from tests.contracts.model import deployments
from tests.contracts.side_by_side.runs import MOST, judge

LAW = "MODEL-01"
SLOW = Transmission(latency=0.06)
"""Responses that take so long that sequences are generated side by side."""


@pytest.mark.parametrize(
    ("kind", "steps"),
    [
        (deployments.CancelsTwice, 2),
        (deployments.MovesMore, 2),
        (deployments.RepeatsOne, 1),
    ],
)
@pytest.mark.parametrize("transmission", [Transmission(), SLOW], ids=["quick", "slow"])
def test_a_sequence_is_shortened_however_many_are_under_way(
    transmission: Transmission, kind: Callable[..., Miniature], steps: int
) -> None:
    """What is found with 8 requests at once is reported once, and by as few calls as show it."""
    world = deployments.made(load(), kind)
    (outcome,) = judge(world, transmission, generated=True, laws=(LAW,))

    assert outcome.verdict is Verdict.BROKEN, outcome.reason
    assert [sum(one.times for one in found.exchanges) for found in outcome.findings] == [steps]


def test_sequences_beside_each_other_accuse_nobody() -> None:
    """Sequences side by side cancel no job that another one may be looking at."""
    world = deployments.made(load(), Miniature)
    (outcome,) = judge(world, SLOW, generated=True, laws=(LAW,), concurrency=MOST)

    assert outcome.verdict is Verdict.KEPT, outcome.reason
    assert outcome.requests < 300  # no doubt made it search again
