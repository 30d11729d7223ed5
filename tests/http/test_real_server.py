"""With --deviation real-server, the mock answers as the real server was recorded to answer."""

import asyncio
import json
import socket
from collections.abc import Iterator
from http.client import HTTPResponse
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from multidict import CIMultiDict

from mockserver.app.build import build
from mockserver.app.mock import Outside
from mockserver.client import models
from mockserver.http.messages import Request
from mockserver.profiles.jobs.deviations import racing
from mockserver.resources import files
from mockserver.settings import Settings
from mockserver.testing.server import RunningMock, run_mock
from tests import harness
from tests.postgres import Postgres

RECORDED = json.loads((Path(__file__).parents[1] / "recorded" / "real_server.json").read_text())
EXCHANGES: list[dict[str, Any]] = RECORDED["exchanges"]


class Answered(NamedTuple):
    """A response."""

    status: int
    body: str
    headers: dict[str, str]


def world_of(folder: Path) -> Path:
    """Write the recorded jobs as fixtures."""
    projects = [{"projectKey": k, "projectId": i} for k, i in RECORDED["projects"].items()]
    organization = {"name": "Demo", "apiKey": RECORDED["apiKey"], "projects": projects}
    world = {"now": RECORDED["now"], "organizations": [organization], "jobs": RECORDED["jobs"]}
    (folder / "world.json").write_text(json.dumps(world))
    return folder


def send(port: int, exchange: dict[str, Any]) -> Answered:
    """Send a recorded request, byte for byte, on a new connection."""
    lines = [f"{exchange['method']} {exchange['target']} HTTP/1.1", "Host: 127.0.0.1"]
    lines += ["Connection: close", *(f"Authorization: {v}" for v in exchange["authorization"])]
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall("".join(f"{line}\r\n" for line in [*lines, ""]).encode("latin-1"))
        response = HTTPResponse(connection, method=exchange["method"])
        response.begin()
        body = response.read().decode("utf-8", "backslashreplace")
    return Answered(response.status, body, dict(response.headers))


def differences(mock: RunningMock) -> Iterator[str]:
    """Send all recorded requests, each at its time, and yield the responses that differ."""
    port, clock = int(mock.url.rpartition(":")[2]), mock.client.world("default").clock
    for number, exchange in enumerate(EXCHANGES):
        clock.set(exchange["at"])
        answer = send(port, exchange)
        expected = Answered(exchange["status"], exchange["body"], exchange["headers"])
        shown = {n: v for n, v in answer.headers.items() if n in expected.headers}
        if (answer.status, answer.body, shown) != expected:
            asked = f"{number}: {exchange['method']} {exchange['target'][:100]}"
            yield f"{asked} {exchange['authorization']}\n  {answer}\n  {expected}"


def real_server(seed: Path, store: str = "memory") -> Settings:
    """Return the settings of a mock of *seed* that is like the real server."""
    return Settings(
        seed=seed,
        spec=files.contract(),
        port=0,
        speed=0,
        access_log=False,
        store=store,
        deviations=("real-server",),
    )


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty store of each kind."""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        return server.new_database()
    return "memory" if request.param == "memory" else f"sqlite:///{tmp_path}/jobs.db"


def test_the_bundle_answers_as_the_real_server_did(tmp_path: Path, store: str) -> None:
    """Guards all that was recorded: status, body, and each recorded header field."""
    with run_mock(real_server(world_of(tmp_path), store)) as mock:
        assert [] == list(differences(mock))


@pytest.fixture
def nightly() -> Iterator[RunningMock]:
    """Run a mock that is like the real server, at 2021-06-17T07:00:00Z."""
    with run_mock(real_server(files.fixtures())) as mock:
        yield mock


@pytest.mark.parametrize("job", RECORDED["runner"]["jobs"], ids=lambda job: str(job["after"]))
def test_the_nightly_batch_does_to_a_job_what_the_real_one_did(
    nightly: RunningMock, job: dict[str, Any]
) -> None:
    """Guards what the recorded batch did to jobs in each status, cancelled ones included."""
    world = nightly.client.world("default")
    ends = models.Plan(runs="1h", ends="completed", errors=None)
    if job["deletionFails"]:
        ends = models.Plan(runs="1h", ends="failed", errors="out of disk")
    errors, plan = ("before", None) if job["before"] == "failed" else (None, ends)
    made = world.jobs.create("ann", status=job["before"], errors=errors, plan=plan).job_id
    batch = 1_623_975_300_000  # 2021-06-18T00:15:00Z

    def seen() -> tuple[str, int | None, str | None]:
        shown = world.jobs.get(made).job
        return shown.status, shown.updated_at, shown.errors

    before = seen()
    world.clock.set(batch - 1)
    assert before == seen()
    world.clock.set(batch + 1)
    if before[0] == "scheduled":
        assert RECORDED["runner"]["statusSeenWhileItWorked"] == seen()[0]
    if job["cancelledMeanwhile"]:
        target = f"/public/{world.project_key}/jobs/{made}"
        request = {
            "method": "DELETE",
            "target": target,
            "authorization": [f"Bearer {harness.DEMO}"],
        }
        answer = send(int(nightly.url.rpartition(":")[2]), request)
        assert RECORDED["runner"]["cancelMeanwhileAnswered"] == answer.status
        assert "cancelled" == seen()[0]
    world.clock.set(batch + 3_600_000)
    ending = (job["after"], batch + 3_600_000, ends.errors)
    assert (ending if before[0] == "scheduled" else before) == seen()


def test_of_racing_deletions_several_are_accepted_and_of_racing_cancels_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Guards the races, without a socket: each request checks before any has inserted."""
    monkeypatch.setattr(racing, "PAUSE_SECONDS", 1.0)
    outside = Outside(wall=lambda: 0.0, monotonic=lambda: 0.0, write=lambda _: None)
    mock = build(real_server(files.fixtures()), outside)

    async def race(rest: str) -> list[int]:
        path = f"/public/{harness.BUSY}/{rest}"
        headers = CIMultiDict({"Authorization": f"Bearer {harness.DEMO}"})
        requests = [Request("DELETE", path, headers, "-") for _ in range(5)]
        return sorted(
            [a.status for a in await asyncio.gather(*map(mock.listener.handle, requests))]
        )

    async def races() -> list[list[int]]:
        async with mock.open():
            return [await race("users/ann"), await race("users/ann"), await race("jobs/3451")]

    assert [[200] * 5, [409] * 5, [200] + [400] * 4] == asyncio.run(races())
