"""What woodpecker-go sends, sent by `requests`, since registries of Python have no client of it.

The requests are those that its source (woodpecker-go/woodpecker/repo.go, commit a4cb541b) was seen
to send: without a body but for a creation, lists without a total, `event` with commas, times in
RFC 3339.
"""

from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.apis.served import Served

PIPELINES = 14
OWN, OTHER, STRANGE = "wp-token", "wp-other", "nobody"


@pytest.fixture(scope="module")
def mock(start: Callable[..., Served]) -> Served:
    """Return the mock of the pipelines."""
    return start("woodpecker-pipelines")


@pytest.fixture
def call(mock: Served) -> Callable[..., Any]:
    """Return what sends a request about a repository and gives status and JSON, or None."""
    mock.reset()

    def send(method: str, path: str = "", token: str = OWN, repo: int = 1, **options: Any) -> Any:
        url = f"{mock.url}/api/repos/{repo}/pipelines{path}"
        headers = {"Authorization": f"Bearer {token}"}
        answer = requests.request(method, url, headers=headers, timeout=60, **options)
        is_json = "json" in answer.headers.get("Content-Type", "") and answer.content
        return answer.status_code, answer.json() if is_json else None

    return send


def test_pages_are_arrays_that_end_with_an_empty_one(call: Callable[..., Any]) -> None:
    """Pages name each pipeline once, the highest number first."""
    numbers = []
    for page in range(1, 5):
        status, body = call("GET", params={"page": page, "perPage": 5})
        assert status == 200
        numbers += [pipeline["number"] for pipeline in body]
    assert numbers == list(range(PIPELINES, 0, -1))


@pytest.mark.parametrize("given", [{"perPage": 51}, {"perPage": 0}, {"page": 0}, {"page": "x"}])
def test_bounds_fall_back_to_the_default(call: Callable[..., Any], given: dict[str, Any]) -> None:
    """What is outside of its range is as if it were not there."""
    assert call("GET", params=given) == call("GET")


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ({"branch": "dev"}, 6),
        ({"status": "blocked"}, 2),
        ({"event": "pull_request,tag"}, 5),
        ({"ref": "heads/ma"}, 8),
        ({"before": "2026-01-15T11:30:00Z"}, 1),
        ({"after": "2026-01-15T11:45:00Z"}, 3),
    ],
)
def test_list_is_filtered(call: Callable[..., Any], given: dict[str, str], number: int) -> None:
    """Filters narrow the list; events are separated by commas, times are in RFC 3339."""
    assert len(call("GET", params=given)[1]) == number


@pytest.mark.parametrize(("pipeline", "state"), [(10, "killed"), (12, "canceled"), (8, "killed")])
def test_cancel_ends_what_has_not_ended(
    call: Callable[..., Any], pipeline: int, state: str
) -> None:
    """204 without a body; what it becomes depends on what it was."""
    assert call("POST", f"/{pipeline}/cancel") == (204, None)
    _, after = call("GET", f"/{pipeline}")
    assert after["status"] == state
    assert after["finished"] >= after["created"]


@pytest.mark.parametrize("pipeline", [1, 2, 3, 4, 5, 6, 7, 14])
def test_ended_pipeline_is_not_cancelled(call: Callable[..., Any], pipeline: int) -> None:
    """400, and nothing changes."""
    before = call("GET", f"/{pipeline}")
    assert call("POST", f"/{pipeline}/cancel")[0] == 400
    assert call("GET", f"/{pipeline}") == before


def test_blocked_pipeline_is_approved_or_declined(call: Callable[..., Any]) -> None:
    """Both answer the pipeline; one that is not blocked cannot be approved."""
    assert call("POST", "/8/approve")[1]["status"] == "pending"
    assert call("POST", "/9/decline")[1]["status"] == "declined"
    assert call("POST", "/8/approve")[0] == 400


def test_new_and_restarted_pipelines_count_on(call: Callable[..., Any]) -> None:
    """A pipeline is numbered within its repository; a restart names its parent."""
    status, made = call("POST", json={"branch": "main", "variables": {"a": "b"}})
    assert (status, made["number"], made["branch"], made["event"]) == (200, 15, "main", "manual")
    status, again = call("POST", "/1")
    assert (status, again["number"], again["parent"], again["branch"]) == (200, 16, 1, "main")
    assert (made["status"], again["status"]) == ("pending", "pending")
    assert call("GET", "/15") == (200, made)
    assert call("GET")[1][0] == again


def test_pipeline_ends_by_the_clock(call: Callable[..., Any], mock: Served) -> None:
    """A pipeline starts and ends, and says when in seconds."""
    _, made = call("POST", json={"branch": "main"})
    mock.advance("1d")
    _, ended = call("GET", f"/{made['number']}")
    assert ended["status"] == "success"
    assert made["created"] <= ended["started"] <= ended["finished"] <= made["created"] + 86400


@pytest.mark.parametrize(("pipeline", "status"), [(1, 204), (10, 422), (12, 422), (8, 422)])
def test_ended_pipeline_is_deleted(call: Callable[..., Any], pipeline: int, status: int) -> None:
    """204 and gone, or 422 and still there."""
    assert call("DELETE", f"/{pipeline}")[0] == status
    assert call("GET", f"/{pipeline}")[0] == (404 if status == 204 else 200)


def test_repository_of_others_is_not_found(call: Callable[..., Any]) -> None:
    """404 for a stranger's repository, 401 without a known token."""
    assert call("GET", "/1", repo=2)[0] == 404
    assert call("GET", "/1", repo=2, token=OTHER)[0] == 200
    assert call("GET", token=STRANGE)[0] == 401
