"""Worlds: created, isolated, reset, saved as snapshots."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mockserver.client import Client, ControlError, World
from tests.jobs import read_ids
from tests.steering.calling import Caller

FIXTURE: dict[str, Any] = {
    "now": "2030-01-01T00:00:00Z",
    "organizations": [
        {
            "name": "Mine",
            "apiKey": "some-key-of-mine",
            "projects": [{"projectKey": "mine", "projectId": 9}],
        }
    ],
    "jobs": [
        {
            "jobId": 7,
            "project": "mine",
            "referenceId": "ann",
            "status": "failed",
            "createdAt": "2029-12-30T00:00:00Z",
            "startAt": "2029-12-31T00:00:00Z",
            "updatedAt": "2029-12-31T01:00:00Z",
            "errors": "out of disk",
        }
    ],
}


def test_a_new_world_has_keys_of_its_own_and_the_seeds_projects(client: Client) -> None:
    """Guards isolation by key: no two worlds share an API key, though they share project keys."""
    first, second = client.create_world(), client.create_world()
    try:
        assert first.project_key == second.project_key == "3sWXSsqHgSKnE87YkNJK"
        assert len({first.api_key, second.api_key, client.world().api_key}) == 3
        assert Caller(first).status(3451) == "scheduled"
    finally:
        first.delete()
        second.delete()


def test_an_empty_world_has_projects_but_no_jobs(client: Client) -> None:
    """Guards ``from: empty``."""
    world = client.create_world(source="empty")

    assert Caller(world).call("GET", "jobs").json() == {"data": []}
    assert world.jobs.create("ann").job_id == 1
    world.delete()


def test_a_world_is_made_of_a_fixture_in_json_or_yaml(client: Client, tmp_path: Path) -> None:
    """Guards uploads: both formats, and that the fixture's own key opens nothing."""
    file = tmp_path / "mine.yaml"
    file.write_text(json.dumps(FIXTURE))
    for fixture in (FIXTURE, file):
        world = client.create_world(fixture=fixture)
        caller = Caller(world)

        assert (world.project_key, caller.status(7)) == ("mine", "failed")
        assert world.clock.read().now == "2030-01-01T00:00:00Z"
        caller.key = "some-key-of-mine"
        assert caller.get(7).status_code == 401
        world.delete()


def test_what_a_fixture_leaves_out_is_the_seeds(client: Client) -> None:
    """Guards fixtures of jobs alone, which tests write most."""
    job = {
        "jobId": 5,
        "project": "3sWXSsqHgSKnE87YkNJK",
        "referenceId": "fail+ann",
        "status": "scheduled",
        "createdAt": "2021-06-17T06:00:00Z",
        "startAt": "2021-06-18T00:00:00Z",
    }
    world = client.create_world(fixture={"jobs": [job]})
    world.clock.advance("2d")

    assert Caller(world).status(5) == "failed"
    world.delete()


def test_a_wrong_fixture_is_refused_with_the_place_of_each_fault(client: Client) -> None:
    """Guards that an upload has to keep all rules of fixtures, and otherwise changes nothing."""
    broken = {"jobs": [{**FIXTURE["jobs"][0], "project": "nowhere"}]}
    with pytest.raises(ControlError, match="unknown project") as refused:
        client.create_world("broken", fixture=broken)

    assert (refused.value.status, refused.value.where) == (409, "/fixture/jobs/0/project")
    with pytest.raises(ControlError) as unknown:
        client.world("broken")
    assert unknown.value.status == 404


def test_reset_undoes_all_that_was_done(world: World, caller: Caller) -> None:
    """Guards reset: jobs, clock, faults, deviations and journal are as at first."""
    before = world.snapshot()
    caller.cancel(3451)
    world.clock.advance("3d")
    world.faults.add({"kind": "reset"})
    world.deviations.set("stuck-in-scheduled")
    world.reset()

    assert before == world.snapshot()
    assert ((), ()) == (world.state.faults, world.state.deviations)
    assert world.journal().recorded == 0


def test_a_snapshot_restored_is_the_world_again(world: World, caller: Caller) -> None:
    """Guards that a restored world equals the snapshot, and goes on in the same way."""
    caller.cancel(3451)
    caller.call("DELETE", "users/new")
    world.clock.advance("20h")
    taken = world.snapshot()
    world.clock.advance("9d")
    later = world.snapshot()
    world.restore(taken)

    assert taken == world.snapshot()
    world.clock.advance("9d")
    assert later == world.snapshot()


def test_a_snapshot_is_a_valid_fixture(world: World, tmp_path: Path) -> None:
    """Guards that a snapshot can be written to a folder and served with ``--seed``."""
    (tmp_path / "world.json").write_bytes(msgspec.json.encode(world.snapshot()))

    assert len(read_ids(tmp_path)) == len(world.snapshot()["jobs"])


def test_a_deleted_world_is_gone_with_its_keys(client: Client) -> None:
    """Guards that a key of a deleted world opens nothing, though it has been used before."""
    world = client.create_world("short-lived")
    caller = Caller(world)
    before = caller.get(3451).status_code
    world.delete()

    assert (200, 401) == (before, caller.get(3451).status_code)
    assert "short-lived" not in [other.name for other in client.worlds()]


def test_the_default_world_stays(client: Client) -> None:
    """Guards that the default world, which requests without a key use, cannot be deleted."""
    with pytest.raises(ControlError) as refused:
        client.world("default").delete()

    assert refused.value.status == 409


def test_fifty_worlds_hammered_at_once_leak_nothing(client: Client) -> None:
    """Guards isolation under load: jobs, clocks, faults and journals of 50 worlds at once."""
    worlds = [client.create_world() for _ in range(50)]

    def hammer(number: int) -> tuple[int, list[int], set[str]]:
        world = worlds[number]
        caller = Caller(world)
        if number % 2:
            world.faults.add({"kind": "status", "status": 503}, operation="listJobs")
        for user in range(number % 5):
            assert caller.call("DELETE", f"users/u{user}").status_code == 200
        world.clock.advance(f"{number}m")
        statuses = [caller.call("GET", "jobs").status_code for _ in range(3)]
        made = [job["referenceId"] for job in world.snapshot()["jobs"] if job["jobId"] > 3454]
        return world.journal().recorded, statuses, set(made)

    with ThreadPoolExecutor(16) as pool:
        for number, (recorded, statuses, made) in enumerate(pool.map(hammer, range(50))):
            assert {f"u{user}" for user in range(number % 5)} == made
            assert [503 if number % 2 else 200] * 3 == statuses
            assert number % 5 + 3 == recorded
    for number, world in enumerate(worlds):
        assert 1_623_913_200_000 + number * 60_000 == world.clock.read().epoch_milliseconds
        world.delete()
