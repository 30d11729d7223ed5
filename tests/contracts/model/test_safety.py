"""What generated calls and sequences may do to a deployment, as its own log has it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from contracts.contract.document import Document
from contracts.engine.events import RunFinished
from contracts.engine.verdict import Verdict
from contracts.fuzzing import settings
from contracts.selftest.messages import Request, Response
from contracts.selftest.miniature import Miniature
from contracts.selftest.server import Dropped, Transmission
from contracts.selftest.world import PROJECT
from contracts.target import Effects
from tests.contracts.model import deployments

LAWS = ["FUZZ-*", "MODEL-*"]


@pytest.mark.parametrize("kind", [Miniature, deployments.ListedIsGone])
def test_nothing_but_reads_leaves_without_effects(
    document: Document, kind: Callable[..., Miniature]
) -> None:
    """Guards real data: the server's log of a run under `--effects none` has only GET."""
    with deployments.logged(deployments.made(document, kind)) as (url, log):
        *_, end = deployments.judging(url, document, LAWS, Effects.NONE).stream_events()

    assert {method for method, _ in log} == {"GET"}
    assert isinstance(end, RunFinished)
    assert end.refused == 0, "nothing else is even tried"


def test_the_guard_stops_what_schemathesis_tries(
    document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against methods that no operation declares, which its coverage phase likes to send."""
    monkeypatch.setitem(settings.PHASES, "coverage", {"unexpected-methods": ["put", "delete"]})
    with deployments.logged(deployments.made(document, Miniature)) as (url, log):
        *_, end = deployments.judging(url, document, ["FUZZ-*"], Effects.NONE).stream_events()

    assert {method for method, _ in log} == {"GET"}
    assert isinstance(end, RunFinished)
    assert end.refused > 0
    assert end.exit_code == 0


@pytest.mark.parametrize("effects", [Effects.NONE, Effects.ANY])
def test_the_time_of_the_run_ends_generated_calls(document: Document, effects: Effects) -> None:
    """Guards `--max-time`: what was not reached is not accused, and nothing goes on for long."""
    slow = Transmission(before=lambda _: time.sleep(0.02))
    with deployments.logged(deployments.made(document, Miniature), slow) as (url, log):
        run = deployments.judging(url, document, LAWS, effects)
        transport = run.run.transport
        transport.target = replace(transport.target, max_time=0.5)
        *_, end = run.stream_events()

    assert isinstance(end, RunFinished)
    assert end.exit_code in (0, 3)
    assert len(log) < 30


def test_a_deployment_that_goes_down_is_not_accused_of_it(document: Document) -> None:
    """Guards against taking an outage for a violation by one call."""
    calls = 0

    def down(_: Request) -> Response | None:
        nonlocal calls
        calls += 1
        if calls > 20:
            raise Dropped
        return None

    with deployments.logged(deployments.made(document, Miniature), Transmission(before=down)) as (
        url,
        _,
    ):
        events = list(deployments.judging(url, document, ["FUZZ-*"], Effects.NONE).stream_events())

    end = events[-1]
    assert isinstance(end, RunFinished)
    assert Verdict.BROKEN not in end.verdicts
    assert calls < 60


def test_only_own_jobs_change_under_own(document: Document) -> None:
    """Guards foreign jobs: however the jobIds are generated, none of them is cancelled."""
    world = deployments.made(document, Miniature)
    before = {job_id: dict(job) for job_id, job in world.jobs.items()}
    with deployments.logged(world) as (url, log):
        list(deployments.judging(url, document, LAWS, Effects.OWN).stream_events())

    assert {job_id: world.jobs[job_id] for job_id in before} == before
    made = {str(job_id) for job_id in world.jobs if job_id not in before}
    cancelled = {path.rpartition("/")[2] for method, path in log if method == "DELETE"}
    assert made & cancelled
    assert all(
        job["referenceId"].startswith("contracts-")
        for job_id, job in world.jobs.items()
        if job_id not in before
    )


@pytest.mark.parametrize(("effects", "most"), [(Effects.NONE, 200), (Effects.ANY, 600)])
def test_the_calls_are_bounded_and_all_name_the_project(
    document: Document, effects: Effects, most: int
) -> None:
    """Guards the budget, which many jobs do not raise, and the pin: 401 to all would judge none."""
    world = deployments.made(document, Miniature, 1_000)
    with deployments.logged(world) as (url, log):
        *_, end = deployments.judging(url, document, LAWS, effects).stream_events()

    assert isinstance(end, RunFinished)
    assert end.requests == len(log) <= most
    assert all(path.startswith(f"/public/{PROJECT}/") for _, path in log)


@pytest.mark.parametrize("law", ["FUZZ-01", "MODEL-01"])
def test_the_same_rng_sends_the_same_calls(document: Document, law: str) -> None:
    """Guards that a run can be repeated: same seed, same deployment, same calls."""
    logs = []
    for rng in (5, 5, 6):
        with deployments.logged(deployments.made(document, Miniature)) as (url, log):
            list(deployments.judging(url, document, [law], Effects.ANY, rng).stream_events())
        logs.append([(method, re.sub(r"contracts-\d+", "", path)) for method, path in log])

    assert logs[0] == logs[1]
    assert logs[0] != logs[2]


@pytest.mark.parametrize(
    ("effects", "jobs"),
    [
        (Effects.NONE, 60),
        (Effects.OWN, 60),
        (Effects.ANY, 60),
        (Effects.ANY, 1),
        (Effects.OWN, 0),
    ],
)
def test_a_deployment_that_lives_is_not_accused(
    document: Document, effects: Effects, jobs: int
) -> None:
    """Guards against accusing a deployment whose jobs progress and whose clients make more."""
    world = deployments.made(document, deployments.Progresses, jobs or 1)
    if not jobs:
        world = deployments.made(document, Miniature, 0)

    outcomes = deployments.judged(world, document, LAWS, effects)

    verdicts = {law: one.verdict for law, one in outcomes.items()}
    assert set(verdicts.values()) <= {Verdict.KEPT, Verdict.UNTESTED}, verdicts


@pytest.mark.parametrize("status", [429, 503])
def test_a_deployment_that_asks_to_wait_is_not_accused(document: Document, status: int) -> None:
    """Guards that answers which say `come back later` are waited out and not judged."""
    calls = 0

    def busy(_: Request) -> Response | None:
        nonlocal calls
        calls += 1
        return Response(status, None, {"Retry-After": "0"}) if calls % 7 == 0 else None

    world = deployments.made(document, Miniature)
    with deployments.logged(world, Transmission(before=busy)) as (url, _):
        events = list(deployments.judging(url, document, LAWS, Effects.ANY).stream_events())

    end = events[-1]
    assert isinstance(end, RunFinished)
    assert end.exit_code == 0
    assert end.waits > 0
