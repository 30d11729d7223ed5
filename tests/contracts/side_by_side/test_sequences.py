"""Random sequences that are generated side by side end with the shortest one that shows a fault."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contracts.contract.document import load
from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.verdict import Verdict
from contracts.fuzzing.model import search
from contracts.fuzzing.model.budget import Budget
from contracts.fuzzing.model.plan import Action, Plan
from contracts.fuzzing.model.search import run_plan
from contracts.fuzzing.model.sequences import CallSequence
from contracts.selftest.miniature import Miniature
from contracts.selftest.server import Transmission, serve_miniature
from tests.contracts.model import deployments
from tests.contracts.side_by_side.runs import MOST, create_run, judge

LAW = "MODEL-01"
RNG = 8
SLOW = Transmission(latency=0.06)
"""Responses that take so long that no sequence ends before the next ones begin."""


@pytest.mark.parametrize(
    ("kind", "steps"),
    [
        (deployments.CancelsTwice, 3),
        (deployments.CancelsNeighbour, 4),
        (deployments.MovesMore, 2),
        (deployments.NeverAgain, 3),
        (deployments.RepeatsOne, 1),
    ],
)
@pytest.mark.parametrize("transmission", [Transmission(), SLOW], ids=["quick", "slow"])
def test_a_sequence_is_shortened_however_many_are_under_way(
    transmission: Transmission, kind: Callable[..., Miniature], steps: int
) -> None:
    """What is found with 8 requests at once is reported once, and by as few calls as show it."""
    world = deployments.made(load(), kind)
    (outcome,) = judge(world, transmission, generated=True, laws=(LAW,), rng=RNG)

    assert outcome.verdict is Verdict.BROKEN, outcome.reason
    (found,) = outcome.findings
    assert sum(one.times for one in found.exchanges) <= steps


def test_sequences_beside_each_other_accuse_nobody() -> None:
    """Sequences side by side cancel no job that another one may be looking at."""
    world = deployments.made(load(), Miniature)
    (outcome,) = judge(world, SLOW, generated=True, laws=(LAW,), concurrency=MOST)

    assert outcome.verdict is Verdict.KEPT, outcome.reason
    assert outcome.requests < 300  # no doubt made it search again


def test_the_same_is_tried_however_many_are_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither --concurrency nor how long a response takes changes which sequences are tried."""
    tried: list[list[Plan]] = []

    def note(probe: JobsProbe, plan: Plan, budget: Budget) -> str:
        tried[-1].append(plan)
        return run_plan(probe, plan, budget)

    monkeypatch.setattr(search, "run_plan", note)
    for transmission, concurrency in ((Transmission(), 1), (SLOW, MOST)):
        tried.append([])
        world = deployments.made(load(), Miniature)
        judge(world, transmission, generated=True, laws=(LAW,), concurrency=concurrency)

    alone, beside = tried
    assert len(alone) > MOST
    assert sorted(map(repr, beside)) == sorted(map(repr, alone))


def test_a_plan_is_about_the_same_states_whatever_was_made_before() -> None:
    """What a sequence found beside others is looked for again in jobs of the same states."""
    with serve_miniature(deployments.made(load(), Miniature), Transmission()) as url:
        probe = JobsProbe(create_run(url).run, LAW)
        found: list[list[object]] = []
        for _ in range(2):
            one = CallSequence(probe, Budget(left=100))
            one.list_jobs(0, 0, 0)
            found.append([one.model.seen[job]["status"] for job in one.listed])
            for _ in range(3):
                probe.make()
                probe.cancel_job(probe.make().job["jobId"])

    assert found[0] == found[1]
    assert len(set(found[0])) == len(load().lifecycle.states)


def test_a_sequence_is_not_repeated_on_a_job_that_is_gone() -> None:
    """Guards against accusing a deployment that has forgotten a job since a sequence read it."""
    with serve_miniature(deployments.made(load(), Miniature), Transmission()) as url:
        probe, budget = JobsProbe(create_run(url).run, LAW), Budget(left=100)
        plan = (Action("list_jobs", (0, 0, 0)), Action("read", (0,), job=10**6))

        assert run_plan(probe, plan, budget) == ""
        assert budget.counterexamples == {}
