"""Something is killed under load: what was answered stays true, and the others go on.

`make crash` runs each of these ten times.
"""

import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.deployment.load import CALLERS, Load, Outcome, changed, load, mixed
from tests.deployment.replicas import Deployment, Replica, get, listing, replicas
from tests.postgres import Mode, Postgres
from tests.program.watching import until

_LAST = 4_000
_ROUNDS = int(os.environ.get("CRASH_ROUNDS", "1"))


@pytest.fixture(params=range(_ROUNDS), autouse=True)
def crash_round(request: pytest.FixtureRequest) -> int:
    """Return the number of the repetition."""
    return int(request.param)


def _is_kept(outcomes: list[Outcome], jobs: list[dict[str, Any]]) -> None:
    """Assert that *jobs*, a full list, has all that callers were told, without duplicates."""
    cancelled, made = changed(outcomes)
    by_id = {job["jobId"]: job for job in jobs}
    assert len(by_id) == len(jobs)
    assert {job_id for job_id in cancelled if by_id[job_id]["status"] != "cancelled"} == set()
    made_for = [job for job in jobs if job["referenceId"].startswith("made-")]
    assert Counter(job["referenceId"] for job in made_for).most_common(1)[0][1] == 1
    assert made == {
        job["referenceId"]: job["jobId"] for job in made_for if job["referenceId"] in made
    }
    assert min(len(cancelled), len(made)) > 10


def _statuses(outcomes: list[Outcome]) -> set[int | None]:
    return {outcome.status for outcome in outcomes}


def _wait_until_answered(replica: Replica) -> None:
    until(lambda: get(replica.origin, "/public/Shop/jobs?limit=1").status_code == 200)


def test_a_killed_replica_loses_nothing_and_is_not_missed(deployed: Deployment) -> None:
    """Guards answered changes, and all requests that the killed replica was not answering."""
    victim, *others = deployed.replicas
    with load([deployed.origin], mixed(1, _LAST)) as running:
        running.wait_for_more_answers(100)
        victim.kill()
        running.wait_for_more_answers(200)
        killed = running.outcomes.copy()
        before = len(victim.log)
        victim.start()
        victim.wait()
        _wait_for_its_share(running, victim, before)

    failed = [o for o in running.outcomes if o.status != 200]
    assert len(failed) <= CALLERS, failed
    assert _statuses(failed) <= {502, 504}, failed
    assert len([o for o in killed if o.status != 200]) == len(failed)
    for replica in deployed.replicas:
        _is_kept(running.outcomes, listing(replica.origin))
    assert not [replica.log for replica in others if "Traceback" in replica.log]


def _wait_for_its_share(running: Load, replica: Replica, before: int) -> None:
    """Return once nginx sends requests to *replica* again, which has been restarted."""

    def has_its_share() -> bool:
        running.wait_for_more(1)
        return "/public/" in replica.log[before:]

    until(has_its_share)


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_database_that_restarts_is_waited_for(
    postgres: Postgres, seed: Path, tmp_path: Path, mode: Mode
) -> None:
    """Guards answered changes, and that clients get nothing but 503 meanwhile."""
    with replicas(postgres.new_database(), seed, 3, tmp_path) as running:
        with load([replica.origin for replica in running], mixed(1, _LAST)) as calls:
            calls.wait_for_more_answers(100)
            postgres.stop(mode)
            try:
                # Nobody waits for the database to be back, however long that takes.
                calls.wait_for_more(CALLERS)
                calls.wait_for(lambda outcomes: {503} == _statuses(outcomes[-CALLERS:]))
            finally:
                postgres.start()
            for replica in running:
                _wait_until_answered(replica)
            calls.wait_for_more_answers(100)

        unavailable = [o for o in calls.outcomes if o.status == 503]
        assert _statuses(calls.outcomes) == {200, 503}
        assert [o for o in unavailable if not (o.retry_after or "").isdecimal()] == []
        for replica in running:
            _is_kept(calls.outcomes, listing(replica.origin))
        assert not [replica.log for replica in running if "Traceback" in replica.log]


def test_a_database_that_restarts_twice_while_nobody_calls_is_not_noticed(
    postgres: Postgres, seed: Path, tmp_path: Path
) -> None:
    """Guards that no request gets a connection which was closed while it was idle."""
    with replicas(postgres.new_database(), seed, 1, tmp_path) as (replica,):
        for mode in ("fast", "immediate"):
            assert get(replica.origin, "/public/Shop/jobs?limit=1").status_code == 200
            postgres.restart(mode)
            _wait_until_answered(replica)
        assert "Traceback" not in replica.log


def test_a_killed_process_leaves_all_that_it_answered_in_its_file(
    seed: Path, tmp_path: Path
) -> None:
    """Guards that SQLite has committed a change before the client gets the response."""
    store = f"sqlite:///{tmp_path / 'state.db'}"
    with replicas(store, seed, 1, tmp_path) as (replica,):
        with load([replica.origin], mixed(1, _LAST)) as calls:
            calls.wait_for_more_answers(200)
            replica.kill()
            calls.wait_for_more(CALLERS)
        assert _statuses(calls.outcomes) == {200, None}
        replica.start()
        replica.wait()

        _is_kept(calls.outcomes, listing(replica.origin))
        assert "Traceback" not in replica.log
