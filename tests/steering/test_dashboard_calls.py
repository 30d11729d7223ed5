"""What the control API tells the dashboard: the contract, pages of records, timelines."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

from mockserver.client import World
from tests.apis.served import serve
from tests.steering.calling import Caller

Admin = Callable[..., requests.Response]


def read(admin: Admin, world: World, rest: str) -> Any:
    """Return what answers a GET below *world*."""
    answer = admin("GET", f"/worlds/{world.name}/{rest}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_contract_is_told_in_its_own_words(admin: Admin) -> None:
    """Guards states, moves, columns and operations as the contract has them."""
    told = admin("GET", "/contract").json()
    (jobs,) = told["resources"]
    columns = {column["name"]: column for column in jobs["columns"]}
    moves = {(move["event"], move["by"]): move for move in jobs["lifecycle"]["moves"]}

    assert (jobs["name"], jobs["key"], jobs["scope"]) == ("jobs", "/jobId", ["projectKey"])
    assert (columns["createdAt"]["unit"], columns["jobId"]["unit"]) == ("ms", None)
    assert columns["status"]["values"] == jobs["lifecycle"]["states"]
    assert jobs["lifecycle"]["terminal"] == ["completed", "failed", "cancelled"]
    assert moves["cancel", "cancelJob"]["from"] == ["scheduled", "running"]
    assert "getJob" in {operation["name"] for operation in told["operations"]}


@pytest.mark.parametrize("name", ["github-runs", "circleci-workflows"])
def test_the_contract_of_any_api_is_told(name: str) -> None:
    """Guards that a contract whose state has several places, or none declared, is told."""
    with serve(name) as mock:
        told = requests.get(f"{mock.url}/__admin/contract", timeout=60).json()
    lifecycle = told["resources"][0]["lifecycle"]

    assert lifecycle["places"]
    assert {state for move in lifecycle["moves"] for state in move["from"]} <= set(
        lifecycle["states"]
    )


def test_records_are_listed_by_pages_states_and_texts(admin: Admin, world: World) -> None:
    """Guards limit, offset, order, state and search, and that counts are of all records."""
    every = read(admin, world, "records/jobs")
    newest = read(admin, world, "records/jobs?order=newest&limit=2&offset=1")
    failed = read(admin, world, "records/jobs?state=failed&limit=0")
    lucia = read(admin, world, "records/jobs?search=LUCIA%40&state=failed")
    keys = [one["key"] for one in every["records"]]

    assert [one["key"] for one in newest["records"]] == keys[-3:-1][::-1]
    assert newest["found"] == every["found"] == len(keys)
    assert (failed["records"], failed["found"]) == ([], every["counts"]["failed"])
    assert [one["key"] for one in lucia["records"]] == [3447]
    assert sum(every["counts"].values()) == len(keys)
    assert read(admin, world, "records/jobs?search=createdAt")["found"] == 0


@pytest.mark.parametrize(
    ("query", "status", "where"),
    [
        ("state=nothing", 409, "state"),
        ("limit=-1", 400, "limit"),
        ("offset=x", 400, "offset"),
        ("order=best", 400, "order"),
    ],
)
def test_a_page_that_cannot_be_is_refused(
    admin: Admin, world: World, query: str, status: int, where: str
) -> None:
    """Guards that a query of records is read strictly."""
    answer = admin("GET", f"/worlds/{world.name}/records/jobs?{query}")

    assert (status, where) == (answer.status_code, answer.json()["where"])


def test_a_timeline_tells_who_made_each_move(admin: Admin, world: World, caller: Caller) -> None:
    """Guards moves of a client, of a test and of the server, and those that are still to come."""
    world.clock.advance("17h")
    caller.cancel(3451)
    world.records("jobs").move(3449, "failed")
    told = {
        key: [
            (step["event"], step["by"], step["to"], step["due"])
            for step in read(admin, world, f"records/jobs/{key}/timeline")["steps"]
        ]
        for key in (3451, 3449, 3453)
    }

    assert told[3451][-2:] == [
        ("start", "server", "running", False),
        ("cancel", "cancelJob", "cancelled", False),
    ]
    assert told[3449][-1] == ("", "test", "failed", False)
    assert told[3453][-1] == ("fail", "server", "failed", True)
    assert all(steps[0][0] == "made" for steps in told.values())


def test_a_record_that_a_client_makes_tells_so(admin: Admin, world: World, caller: Caller) -> None:
    """Guards that the first step of a timeline names the call that made the record."""
    made = caller.call("DELETE", "users/ann").json()["data"]["jobId"]
    first = read(admin, world, f"records/jobs/{made}/timeline")["steps"][0]

    assert (first["event"], first["by"], first["from"], first["entry"]) == (
        "made",
        "deleteUser",
        None,
        1,
    )


def test_a_world_that_begins_again_has_no_past(admin: Admin, world: World) -> None:
    """Guards that a reset forgets what became of the records before it."""
    world.records("jobs").move(3449, "failed")
    world.reset()
    steps = read(admin, world, "records/jobs/3449/timeline")["steps"]

    assert "failed" not in {step["to"] for step in steps}


def test_the_clock_skips_to_the_next_move(admin: Admin, world: World) -> None:
    """Guards that the clock stops at the first moment at which a record moves by itself."""
    due = [
        one["next"]["at"] for one in read(admin, world, "records/jobs")["records"] if one["next"]
    ]
    skipped = admin("POST", f"/worlds/{world.name}/clock/next").json()

    assert skipped["now"] == min(due)


def test_without_a_move_to_come_the_clock_stays(admin: Admin, client: Any) -> None:
    """Guards the refusal where no record will move by itself."""
    world = client.create_world(source="empty")
    answer = admin("POST", f"/worlds/{world.name}/clock/next")
    world.delete()

    assert (409, "no record will move by itself") == (answer.status_code, answer.json()["error"])


def test_the_journal_is_read_after_a_number(admin: Admin, world: World, caller: Caller) -> None:
    """Guards that a reader who knows some entries gets only those that came later."""
    for _ in range(3):
        caller.get(3451)
    told = read(admin, world, "journal?after=2")

    assert [entry["number"] for entry in told["entries"]] == [3]
    assert (told["found"], told["recorded"]) == (1, 3)
