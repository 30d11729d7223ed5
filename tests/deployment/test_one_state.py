"""Four replicas behind nginx are one mock, for clients and for the control API."""

import itertools
import random
from typing import Any

from tests.deployment.load import at_once, cancel, read
from tests.deployment.replicas import JOBS, NOW, PROJECT, Deployment, get, listing, steer

_CALLERS = 200


def _world(shared: Deployment, name: str, jobs: int = 0) -> str:
    """Create a world with scheduled jobs, through nginx, and return its key."""
    rows = [
        {
            "jobId": number,
            "project": PROJECT,
            "referenceId": f"{name}-{number}",
            "status": "scheduled",
            "createdAt": NOW,
            "startAt": NOW + 3_600_000,
        }
        for number in range(1, jobs + 1)
    ]
    body = {"name": name, "fixture": {"now": NOW, "jobs": rows}}
    made = steer(shared.origin, "POST", "/worlds", body)
    return str(made["organizations"][0]["apiKey"])


def _origins(shared: Deployment) -> list[str]:
    return [replica.origin for replica in shared.replicas]


def test_racing_cancels_of_many_jobs_give_each_job_one_200(shared: Deployment) -> None:
    """Guards that no two replicas cancel the same job, and that all show the same updatedAt."""
    jobs = range(1, 51)
    calls = [cancel(job_id) for job_id in jobs for _ in range(_CALLERS // len(jobs))]
    random.Random(7).shuffle(calls)

    outcomes = at_once([shared.origin], calls)

    won = [outcome.call for outcome in outcomes if outcome.status == 200]
    lost = [outcome for outcome in outcomes if outcome.status != 200]
    assert sorted(won) == sorted(cancel(job_id) for job_id in jobs)
    assert {400} == {outcome.status for outcome in lost}, lost
    seen = [[get(o, f"{JOBS}/{job_id}").json() for job_id in jobs] for o in _origins(shared)]
    assert all(jobs_of_one == seen[0] for jobs_of_one in seen)
    assert {"cancelled"} == {answer["data"]["status"] for answer in seen[0]}


def test_two_hundred_racing_cancels_of_one_job_give_one_200(shared: Deployment) -> None:
    """Guards the same for many cancels of one job."""
    job_id = 60
    outcomes = at_once([shared.origin], [cancel(job_id)] * _CALLERS)

    statuses = sorted(str(outcome.status) for outcome in outcomes)
    assert statuses == ["200"] + ["400"] * (_CALLERS - 1)
    told = next(outcome.body for outcome in outcomes if outcome.status == 200)
    assert all(get(o, f"{JOBS}/{job_id}").json() == told for o in _origins(shared))


def test_racing_makes_for_one_user_give_one_job(shared: Deployment) -> None:
    """Guards that a second deletion of a user conflicts on every replica."""
    call = cancel(1)._replace(path=f"/public/{PROJECT}/users/racing@example.com")
    outcomes = at_once(_origins(shared), [call] * 40)

    assert sorted(str(o.status) for o in outcomes) == ["200"] + ["409"] * 39
    found = [j for j in listing(shared.origin) if j["referenceId"] == "racing@example.com"]
    assert len(found) == 1


def test_a_clock_that_is_advanced_on_one_replica_is_advanced_on_all(shared: Deployment) -> None:
    """Guards that all replicas share the clock, and that jobs move by it on each of them."""
    key = _world(shared, "clock", jobs=1)
    path = "/worlds/clock/clock"
    steer(shared.origin, "POST", f"{path}/stop")
    for hour, (told, others) in enumerate(_turns(shared, 8), start=1):
        steer(told, "POST", f"{path}/advance", {"by": "1h"})
        now = {steer(other, "GET", path)["epochMilliseconds"] for other in others}
        assert len(now) == 1
        assert now.pop() >= NOW + hour * 3_600_000

    jobs = [get(origin, f"{JOBS}/1", key).json()["data"] for origin in _origins(shared)]
    assert all(job == jobs[0] for job in jobs)
    assert (jobs[0]["status"], jobs[0]["updatedAt"]) == ("running", NOW + 3_600_000)


def test_a_world_comes_and_goes_on_all_replicas_at_once(shared: Deployment) -> None:
    """Guards that a key works everywhere as soon as it is known, and nowhere after."""
    for number, (told, others) in enumerate(_turns(shared, 4)):
        made = steer(told, "POST", "/worlds", {"name": f"brief-{number}"})
        key = made["organizations"][0]["apiKey"]
        project = made["organizations"][0]["projects"][0]["projectKey"]
        path = f"/public/{project}/jobs"
        assert [200] * 3 == [get(other, path, key).status_code for other in others]

        steer(others[0], "DELETE", f"/worlds/brief-{number}")
        assert [401] * 4 == [get(o, path, key).status_code for o in _origins(shared)]


def test_a_fault_for_the_third_call_fires_once_over_all_replicas(shared: Deployment) -> None:
    """Guards that calls are counted together, one after the other and at the same time."""
    key = _world(shared, "fault", jobs=1)
    rule = {"operation": "getJob", "nth": 3, "effect": {"kind": "status", "status": 503}}
    steer(_origins(shared)[0], "POST", "/worlds/fault/faults", {"name": "in-turn", **rule})
    turns = itertools.islice(itertools.cycle(_origins(shared)), 12)
    assert [200, 200, 503] + [200] * 9 == [get(o, f"{JOBS}/1", key).status_code for o in turns]

    steer(_origins(shared)[1], "DELETE", "/worlds/fault/faults/in-turn")
    steer(_origins(shared)[2], "POST", "/worlds/fault/faults", {"name": "at-once", **rule})
    outcomes = at_once(_origins(shared), [read(1)] * 40, key)
    assert sorted(str(o.status) for o in outcomes) == ["200"] * 39 + ["503"]


def test_a_deviation_holds_on_all_replicas(shared: Deployment) -> None:
    """Guards that the replicas share deviations, too."""
    key = _world(shared, "deviation", jobs=1)
    origins = _origins(shared)
    assert [200] * 4 == [get(o, f"{JOBS}/1", key).status_code for o in origins]
    names = {"names": ["stuck-in-scheduled"]}
    steer(origins[3], "PUT", "/worlds/deviation/deviations", names)

    shown = [steer(origin, "GET", "/worlds/deviation") for origin in origins]
    assert all("stuck-in-scheduled" in str(world) for world in shown)


def test_every_replica_tells_the_same_journal(shared: Deployment) -> None:
    """Guards that each request is in the journal once, whichever replica is asked."""
    key = _world(shared, "journal", jobs=48)
    origins = _origins(shared)
    answers = [get(origins[n % 4], f"{JOBS}/{n}", key).status_code for n in range(1, 25)]
    outcomes = at_once([shared.origin], [read(n) for n in range(25, 49)], key)
    assert [200] * 48 == answers + [outcome.status for outcome in outcomes]

    journals: list[list[dict[str, Any]]] = [
        steer(o, "GET", "/worlds/journal/journal?operation=getJob&limit=1000")["entries"]
        for o in origins
    ]
    assert all(journal == journals[0] for journal in journals)
    assert list(range(1, 49)) == sorted(entry["jobId"] for entry in journals[0])
    assert list(range(1, 25)) == [entry["jobId"] for entry in journals[0]][:24]


def _turns(shared: Deployment, count: int) -> list[tuple[str, list[str]]]:
    """Return each replica in turn, with the others."""
    origins = _origins(shared)
    return [
        (origins[n % 4], [origin for m, origin in enumerate(origins) if m != n % 4])
        for n in range(count)
    ]
