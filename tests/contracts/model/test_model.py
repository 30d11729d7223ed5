"""The reference model and the sequences that are judged by it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable

import pytest

from contracts.contract.document import Document
from contracts.engine.events import LawFinished
from contracts.engine.verdict import Verdict
from contracts.fuzzing.model.reference import Model
from contracts.http.exchange import Exchange
from contracts.selftest.miniature import Miniature
from contracts.selftest.world import KEY
from contracts.target import Effects
from tests.contracts.model import deployments

LAW = "MODEL-01"


def job(job_id: int, status: str) -> dict[str, object]:
    """Return as much of a job as the model looks at."""
    return {"jobId": job_id, "status": status, "createdAt": 1, "updatedAt": 2}


@pytest.mark.parametrize(
    ("before", "after", "legal"),
    [
        ("scheduled", "completed", True),
        ("running", "cancelled", True),
        ("running", "scheduled", False),
        ("completed", "failed", False),
        ("cancelled", "running", False),
    ],
)
def test_a_job_may_be_anywhere_the_lifecycle_leads(
    document: Document, before: str, after: str, *, legal: bool
) -> None:
    """Guards the tolerance towards jobs that move while they are looked at."""
    model = Model(document)
    assert model.observe(job(1, before)) is None

    assert (model.observe(job(1, after)) is None) is legal


def test_nobody_else_cancels_a_job_of_this_run(document: Document) -> None:
    """Guards that a cancel which hits a neighbour is seen, although others may cancel theirs."""
    model = Model(document, seen={1: job(1, "scheduled")}, own={1: "user"})

    mismatch = model.observe(job(1, "cancelled"))

    assert mismatch is not None
    assert mismatch.cause == "status"


@pytest.mark.parametrize(("status", "certain"), [("scheduled", False), ("running", True)])
def test_the_server_may_have_moved_a_job_just_before_its_cancel(
    document: Document, status: str, *, certain: bool
) -> None:
    """Guards a job that was started early, and then cancelled: its start is another one, too."""
    before = {**job(1, status), "startAt": 9}
    model = Model(document, seen={1: before}, own={1: "user"})
    shown = {**before, "status": "cancelled", "startAt": 5, "updatedAt": 6}
    exchange = Exchange(
        "DELETE",
        "http://127.0.0.1/public/p/jobs/1",
        {},
        200,
        body=json.dumps({"data": shown}).encode(),
        operation=document.cancel_id,
        arguments={"projectKey": "p", "jobId": "1"},
    )

    mismatch = model.check_cancel(1, exchange)

    assert mismatch is not None
    assert mismatch.certain is certain


@pytest.mark.parametrize(
    ("kind", "steps"),
    [
        (deployments.Ignores, 3),
        (deployments.CancelsEnded, 2),
        (deployments.CancelsTwice, 2),
        (deployments.CancelsNeighbour, 4),
        (deployments.DeletesCancelled, 3),
        (deployments.HidesNew, 3),
        (deployments.MovesMore, 2),
        (deployments.RefusalStamps, 4),
        (deployments.Duplicates, 3),
        (deployments.NeverAgain, 3),
        (deployments.Clamps, 1),
        (deployments.RefusesOutside, 1),
        (deployments.ListedIsGone, 2),
        (deployments.WrongJob, 2),
        (deployments.GoesBack, 2),
        (deployments.RepeatsOne, 1),
    ],
)
def test_a_fault_is_found_by_the_shortest_sequence(
    document: Document, kind: Callable[..., Miniature], steps: int
) -> None:
    """Guards that each fault is found, once, and shortened to as few calls as show it."""
    # Few sequences delete a user again after a cancel: not those of each seed.
    rng = 8 if kind is deployments.NeverAgain else 1
    world = deployments.made(document, kind)
    outcome = deployments.judged(world, document, [LAW], rng=rng)[LAW]

    assert outcome.verdict is Verdict.BROKEN, outcome.reason
    assert len(outcome.findings) == 1
    assert sum(one.times for one in outcome.findings[0].exchanges) == steps


def test_a_breach_comes_with_a_script_that_repeats_it(document: Document) -> None:
    """Guards that the script runs as it is, has no key in it, and shows the violation again."""
    world = deployments.made(document, deployments.CancelsTwice)
    # Only one job can be had: the one that the script makes.
    world.jobs.clear()
    with deployments.logged(world) as (url, log):
        events = list(deployments.judging(url, document, [LAW], Effects.OWN).stream_events())
        outcome = next(one for one in events if isinstance(one, LawFinished))
        script = outcome.findings[0].script
        log.clear()
        done = subprocess.run(
            ["sh", "-c", script],
            env={"CONTRACTS_API_KEY": KEY, "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=True,
        )

    assert KEY not in script
    assert [method for method, _ in log] == ["DELETE", "DELETE", "DELETE"], script
    assert log[1] == log[2]
    assert done.stdout.count('"status": "cancelled"') == 2
