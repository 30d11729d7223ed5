"""Replicas of the program, each a process that a test can kill and restart."""

import json
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tests.nginx import before
from tests.program.process import PROGRAM, ROOT
from tests.programs import free_port

KEY = "deployment-test-key"
PROJECT = "Shop"
JOBS = f"/public/{PROJECT}/jobs"
USERS = f"/public/{PROJECT}/users"
#: The earliest moment of the seed in epoch milliseconds, 2021-06-17T07:00:00Z.
NOW = 1_623_913_200_000
_START_SECONDS = 60.0
_DAY = 86_400_000


class Replica:
    """One process. It listens on the same port whenever it runs.

    Args:
        arguments: of the program, without the port.
        log: the file for all that it logs, over all restarts.
    """

    def __init__(self, arguments: Sequence[str], log: Path) -> None:
        self.port = free_port()
        self._command = [*PROGRAM, "--port", str(self.port), *arguments]
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self.origin = f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """All that it has logged."""
        return self._log.read_text(errors="replace")

    def start(self) -> None:
        """Start; `wait` returns when it listens."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=log
            )

    def wait(self) -> None:
        """Return when it answers."""
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                requests.get(f"{self.origin}/__admin/health", timeout=60).raise_for_status()
            except requests.RequestException:
                assert self._process is not None
                assert self._process.poll() is None, self.log[-2000:]
                assert time.monotonic() < deadline, self.log[-2000:]
                time.sleep(0.02)
                continue
            return

    def kill(self) -> None:
        """Kill it, so that it cannot finish, close or write anything."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it as a user does."""
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(number)
        try:
            process.wait(60)
        finally:
            process.kill()
            process.wait()


@dataclass(frozen=True)
class Deployment:
    """Replicas that share a state, and the one address in front of them."""

    replicas: list[Replica]
    origin: str


@contextmanager
def replicas(store: str, seed: Path, count: int, folder: Path) -> Iterator[list[Replica]]:
    """Run *count* replicas of one state, started at the same time; they log into *folder*."""
    arguments = ["--store", store, "--seed", str(seed)]
    running = [Replica(arguments, folder / f"replica-{n}.log") for n in range(count)]
    try:
        for replica in running:
            replica.start()
        for replica in running:
            replica.wait()
        yield running
    finally:
        for replica in running:
            replica.stop()


@contextmanager
def deployment(store: str, seed: Path, count: int, folder: Path) -> Iterator[Deployment]:
    """Run *count* replicas of one state behind nginx."""
    with (
        replicas(store, seed, count, folder) as running,
        before([replica.origin for replica in running]) as origin,
    ):
        yield Deployment(running, origin)


def write_seed(folder: Path, jobs: int) -> Path:
    """Write the fixtures of a project whose *jobs* are all scheduled, and return their folder."""
    folder.mkdir()
    world = {
        "now": NOW,
        "organizations": [
            {
                "name": "Deployment",
                "apiKey": KEY,
                "projects": [{"projectKey": PROJECT, "projectId": 1}],
            }
        ],
        "rules": [{"referenceId": "*", "runs": "8h", "ends": "completed"}],
    }
    (folder / "world.json").write_text(json.dumps(world))
    rows = (
        {
            "jobId": number,
            "project": PROJECT,
            "referenceId": f"seeded-{number}@example.com",
            "status": "scheduled",
            "createdAt": NOW - _DAY,
            "startAt": NOW + _DAY,
        }
        for number in range(1, jobs + 1)
    )
    (folder / "jobs.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return folder


def get(origin: str, path: str, key: str = KEY) -> requests.Response:
    """Read something of the jobs API."""
    headers = {"Authorization": f"Bearer {key}"}
    return requests.get(f"{origin}{path}", headers=headers, timeout=60)


def listing(origin: str, key: str = KEY) -> list[dict[str, Any]]:
    """Return all jobs, over all pages."""
    jobs: list[dict[str, Any]] = []
    for page in range(1, 1000):
        answer = get(origin, f"{JOBS}?limit=200&page={page}", key)
        assert answer.status_code == 200, answer.text
        found = answer.json()["data"]
        jobs += found
        if not found:
            break
    return jobs


def steer(origin: str, method: str, path: str, body: Any = None) -> Any:
    """Call the control API, which must succeed, and return the response."""
    answer = requests.request(method, f"{origin}/__admin{path}", json=body, timeout=60)
    assert answer.ok, answer.text
    return answer.json() if answer.content else None
