"""Fixtures that are written while more is seen, and how the work grows with what is seen."""

import json
import threading
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mockserver.proxy import fixtures
from mockserver.proxy.exchange import Content, Exchange
from mockserver.proxy.forwarder import Times
from mockserver.proxy.serving import Proxy, ProxySettings, load_api
from mockserver.proxy.upstream import read_upstream
from mockserver.resources import files
from tests.proxy.running import PATIENCE

LIST = "http://127.0.0.1:1/public/7pQzLmN2vRtYxWc4BdKs/jobs"


def record_jobs(folder: Path, told: list[str]) -> Any:
    """Return a context that records into *folder*, without a proxy around it."""
    settings = ProxySettings(upstream=read_upstream("http://127.0.0.1:1"), record=folder)
    times = Times(lambda: 0.0, lambda: 0.0)
    return Proxy(settings, load_api(files.contract(), ()), times, told.append).open_recording()


def list_jobs(first: int, count: int, at: float) -> Exchange:
    """Return an exchange that shows jobs, the newest first."""
    jobs = [
        {
            "jobId": number,
            "description": f"Delete user sessions of userId = user{number}@example.com",
            "status": "completed",
            "projectId": 1,
            "action": "delete_user_data",
            "referenceId": f"user{number}@example.com",
            "createdAt": 1_600_000_000_000 + number,
            "updatedAt": 1_600_000_000_005 + number,
            "startAt": 1_600_000_000_000 + number,
            "errors": None,
        }
        for number in range(first + count - 1, first - 1, -1)
    ]
    body = msgspec.json.encode({"data": jobs})
    return Exchange(
        method="GET",
        url=f"{LIST}?limit=200",
        started=at,
        milliseconds=1.0,
        request_fields=(("Authorization", "Bearer a-secret-key"),),
        status=200,
        fields=(("Content-Type", "application/json"),),
        response=Content(body, len(body)),
    )


def test_more_is_seen_while_fixtures_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards that forwarding waits for no file, which has what is seen meanwhile at the end."""
    begun, released = threading.Event(), threading.Event()
    write = fixtures._replace
    written: list[int] = []

    def hold(path: Path, content: bytes) -> None:
        begun.set()
        assert released.wait(PATIENCE)
        write(path, content)
        written.append(len(json.loads(content).get("records", {}).get("jobs", ())))

    monkeypatch.setattr(fixtures, "_replace", hold)
    told: list[str] = []
    with record_jobs(tmp_path / "r", told) as recording:
        recording.take(list_jobs(1_000, 3, 1.7e12))
        assert begun.wait(PATIENCE)
        for number in range(10):
            recording.take(list_jobs(900 - 10 * number, 2, 1.7e12 + 60_000 * (number + 1)))
        released.set()

    assert (written, told) == ([3, 23], [])


def test_a_file_says_what_was_so_when_it_was_begun(tmp_path: Path) -> None:
    """Guards the copy that is written: a record that is seen again does not change it."""
    told: list[str] = []
    with record_jobs(tmp_path / "r", told) as recording:
        (sink,) = recording._sinks  # noqa: SLF001 -- what holds the world
        recording.take(list_jobs(1, 2, 1.7e12))
        before = sink._world.copy()  # noqa: SLF001 -- what is written
        recording.take(list_jobs(1, 3, 1.8e12))
        after = sink._world  # noqa: SLF001 -- what goes on

        assert (before.count, before.until, after.count, after.until) == (2, 1.7e12, 3, 1.8e12)
        ((old,), (new,)) = (list(one.lists.values()) for one in (before, after))
        assert [key for key, _ in old.sort()] == [2, 1]
        assert [key for key, _ in new.sort()] == [3, 2, 1]
        assert {record.at for _, record in old.sort()} == {1.7e12}
