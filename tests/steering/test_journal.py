"""The journal: what it records, what it hides, and what it verifies."""

from collections.abc import Callable

import pytest
import requests

from mockserver.client import Client, World
from mockserver.resources import files
from mockserver.settings import Settings
from mockserver.testing.server import RunningMock, run_mock
from tests.steering.calling import Caller

UNDECLARED = "the query parameter colour is not declared; declared are limit, page"


def test_an_entry_tells_request_and_answer(world: World, caller: Caller) -> None:
    """Guards the members of an entry."""
    caller.cancel(3451)
    entry = world.requests()[0]

    assert ("cancelJob", 3451, caller.project) == (entry.operation, entry.job_id, entry.project)
    assert ("DELETE", 200) == (entry.request.method, entry.answer.status)
    assert '"status":"cancelled"' in entry.answer.body
    assert ("2021-06-17T07:00:00Z", ()) == (entry.at, entry.complaints)


def test_no_key_is_told(world: World, caller: Caller) -> None:
    """Guards secrets, wherever a client puts them."""
    caller.call("GET", f"jobs?key={world.api_key}")
    text = str(world.requests()[0])
    entry = world.requests()[0]

    assert world.api_key not in text + str(entry.request) + str(entry.complaints)
    assert entry.request.headers["Authorization"] == "Bearer [API key]"


def test_no_key_is_told_in_whatever_way_it_was_sent(
    client: Client, world: World, caller: Caller
) -> None:
    """Guards keys that are percent-encoded, and those of other worlds."""
    other = client.create_world()
    escaped = world.api_key.replace("-", "%2D")
    caller.call("GET", f"jobs?key={escaped}&other={other.api_key}")
    other.delete()
    entry = world.requests()[0]
    text = str(entry) + str(entry.request) + str(entry.complaints)

    assert [key for key in (world.api_key, escaped, other.api_key) if key in text] == []
    assert entry.request.target.endswith("?key=[API key]&other=[API key]")


@pytest.mark.parametrize(
    ("method", "rest", "message"),
    [
        ("GET", "jobs?colour=red", UNDECLARED),
        ("GET", "jobs?limit=500", "limit is 500, outside 1 to 200, so 50 is used"),
        ("GET", "jobs?page=0", "page is 0, outside 1 or more, so 1 is used"),
        ("GET", "jobs?limit=x", "limit is not an integer: 'x'"),
        ("GET", "jobs?limit=1&limit=2", "limit is given more than once"),
        ("POST", "jobs", "the path does not have the method POST; it has GET, HEAD, OPTIONS"),
        ("GET", "jobs/x", "jobId is not an integer: 'x'"),
        ("DELETE", f"users/{'x' * 257}", "userId has 257 characters; it may have 256"),
    ],
)
def test_a_request_that_breaks_the_contract_is_complained_about(
    world: World, caller: Caller, method: str, rest: str, message: str
) -> None:
    """Guards each violation of the contract, even if the API answers 200."""
    caller.call(method, rest)

    assert [message] == [c.message for c in world.requests()[0].complaints]


def test_a_body_with_a_delete_is_complained_about(world: World) -> None:
    """Guards the violation of a request with content, which no operation uses."""
    url = f"{world.base_url}/public/{world.project_key}/jobs/3451"
    headers = {"Authorization": f"Bearer {world.api_key}"}
    requests.delete(url, headers=headers, json={"why": "because"}, timeout=60)

    assert ["DELETE takes no body here"] == [c.message for c in world.requests()[0].complaints]


def test_a_missing_key_is_in_the_default_worlds_journal(server: RunningMock) -> None:
    """Guards that a request without a key is recorded, with its violation."""
    world = server.client.world()
    caller = Caller(world)
    caller.key = None
    caller.call("GET", "jobs?limit=7")
    entry = world.requests()[-1]

    assert (401, "no Authorization: Bearer") == (entry.answer.status, entry.complaints[0].message)


def test_verifying_counts_what_fits(world: World, caller: Caller) -> None:
    """Guards "cancelJob of 3451 exactly once" and "no request broke the contract"."""
    caller.cancel(3451)

    assert world.verify(operation="cancelJob", job_id=3451, exactly=1).kept
    assert world.verify(broke_contract=True, exactly=0).kept
    assert not world.verify(operation="cancelJob", job_id=3451, exactly=2).kept
    assert world.verify(status=404, at_most=0).kept


def test_a_failed_verification_shows_the_nearest_misses(world: World, caller: Caller) -> None:
    """Guards that a failed verification shows what was called instead."""
    caller.get(3452)
    caller.cancel(3452)
    verdict = world.verify(operation="cancelJob", job_id=3451, exactly=1)

    assert (False, 0) == (verdict.kept, verdict.found)
    assert verdict.nearest[0].differences == ("jobId is 3452, not 3451",)
    assert "expected exactly 1" in str(verdict)


def test_entries_are_found_by_what_they_are(world: World, caller: Caller) -> None:
    """Guards the query."""
    caller.get(3451)
    caller.get(1)
    caller.call("GET", "jobs?limit=0")

    assert [3451, 1] == [entry.job_id for entry in world.requests(operation="getJob")]
    assert [1] == [entry.job_id for entry in world.requests(status=404)]
    assert ["listJobs"] == [entry.operation for entry in world.requests(broke_contract=True)]
    assert [3] == [entry.number for entry in world.requests(limit=1)]


def test_the_ring_drops_the_oldest_and_counts_them() -> None:
    """Guards the journal's bound."""
    chosen = Settings(files.fixtures(), files.contract(), port=0, journal=3, access_log=False)
    with run_mock(chosen) as server:
        world = server.client.create_world()
        for job_id in range(1, 6):
            Caller(world).get(job_id)
        journal = world.journal()

    assert ([3, 4, 5], 5, 2) == (
        [entry.job_id for entry in journal.entries],
        journal.recorded,
        journal.dropped,
    )


def test_a_cleared_journal_is_empty(
    world: World, caller: Caller, admin: Callable[..., requests.Response]
) -> None:
    """Guards clear."""
    caller.get(3451)
    assert admin("DELETE", f"/worlds/{world.name}/journal").status_code == 204

    assert (0, ()) == (world.journal().recorded, world.requests())
