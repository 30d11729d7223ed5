"""Two complete mocks on one state: both give the same responses."""

import time
from collections.abc import Iterator

import pytest

from tests import harness
from tests.stores.places import Place

ADMIN = "/__admin/worlds"
WORLD = f"{ADMIN}/default"
PAGE = f"/public/{harness.BUSY}/jobs"
PATIENCE_SECONDS = 60
FAULT = {"name": "third", "nth": 3, "operation": "listJobs", "effect": {"kind": "drip"}}


@pytest.fixture
def mocks(lasting: Place) -> Iterator[tuple[harness.Running, harness.Running]]:
    """Run two mocks whose clocks stand still."""
    url = lasting.new()
    with harness.mock(store=url, speed=0.0) as first, harness.mock(store=url, speed=0.0) as second:
        yield first, second


def test_both_show_the_same_of_everything(
    mocks: tuple[harness.Running, harness.Running],
) -> None:
    """Guards that no server shows outdated state, including the counts of faults."""
    first, second = mocks
    assert first.call("POST", f"{WORLD}/faults", json=FAULT).status_code == 201
    for _ in range(2):
        assert first.call("GET", PAGE).status_code == 200
    assert second.cancel(3451).status_code == 200
    assert second.call("POST", f"{WORLD}/clock/advance", json={"by": "3h"}).status_code == 200
    assert first.call("POST", ADMIN, json={"name": "made", "from": "empty"}).status_code == 201
    second.call("PUT", f"{WORLD}/deviations", json={"names": ["stuck-in-scheduled"]})

    paths = ["", "/faults", "/faults/third", "/clock", "/snapshot", "/deviations", "/scenarios"]
    for path in [ADMIN, *[WORLD + path for path in paths], f"{WORLD}/journal"]:
        one, other = first.call("GET", path, key=None), second.call("GET", path, key=None)
        assert (path, one.status_code) == (path, 200)
        assert (path, one.json()) == (path, other.json())
    assert second.call("GET", f"{WORLD}/faults/third").json()["matched"] == 2


def test_what_a_client_reads_again_has_changed_when_the_other_changed_it(
    mocks: tuple[harness.Running, harness.Running],
) -> None:
    """Guards cached responses of a server against changes by the other one."""
    first, second = mocks
    for number, server in enumerate((first, second, first)):
        user = f"again-{number}"
        for reader in mocks:
            assert reader.page("?limit=1")[0]["referenceId"] != user
        made = server.delete_user(user).json()["data"]
        for reader in mocks:
            assert reader.page("?limit=1")[0] == made
        cancelled = server.cancel(made["jobId"]).json()["data"]
        for reader in mocks:
            assert reader.page("?limit=1")[0] == reader.job(made["jobId"]) == cancelled


def test_what_a_client_reads_again_has_moved_when_its_time_has_come(
    mocks: tuple[harness.Running, harness.Running],
) -> None:
    """Guards cached responses against the clock, which moves jobs although nothing is written."""
    first, second = mocks
    before = [server.job(3451)["status"] for server in mocks]
    second.call("POST", f"{WORLD}/clock/advance", json={"by": "1d"})
    after = [server.job(3451)["status"] for server in mocks]

    assert (["scheduled"] * 2, ["completed"] * 2) == (before, after)
    assert first.page() == second.page()


def test_a_timeline_tells_which_call_of_the_other_server_moved_a_record(
    mocks: tuple[harness.Running, harness.Running],
) -> None:
    """Guards who moved a record where no server has seen all changes: the journal tells."""
    first, second = mocks
    assert second.cancel(3451).status_code == 200
    until = time.monotonic() + PATIENCE_SECONDS
    # The journal is written after the response.
    while not first.call("GET", f"{WORLD}/journal").json()["entries"]:
        assert time.monotonic() < until
    path = f"{WORLD}/records/jobs"
    moved = first.call("GET", f"{path}/3451/timeline").json()["steps"][-1]
    unmoved = first.call("GET", f"{path}/3449/timeline").json()["steps"]

    assert (moved["to"], moved["by"], moved["entry"]) == ("cancelled", "cancelJob", 1)
    assert moved["event"] == "cancel"
    assert {step["entry"] for step in unmoved} <= {None}
