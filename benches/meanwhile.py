"""How long other requests take while a mock reads, writes or makes something large.

Usage: ``python -m benches.meanwhile [JOBS]`` (default: 80000). One client reads a job two hundred
times a second; another uploads, resets or takes a snapshot meanwhile. Milliseconds, as the first
client sees them.
"""

import http.client
import json
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import urlsplit

import yaml

KEY = "demo-organization-key"
PROJECT = "3sWXSsqHgSKnE87YkNJK"
PAUSE_SECONDS = 0.005
QUIET_SECONDS = 3.0


class Upload(NamedTuple):
    """A request that takes long: its name in the table, and what is sent."""

    name: str
    method: str
    path: str
    media_type: str = "application/json"
    content: bytes = b""


def uploads(count: int) -> Iterator[Upload]:
    """Yield what is done to the server, in this order."""
    jobs = [
        {
            "jobId": number,
            "project": PROJECT,
            "referenceId": f"u{number}@example.com",
            "status": "scheduled",
            "createdAt": 1623912955277,
            "startAt": 1623954600000,
        }
        for number in range(1, count + 1)
    ]
    made = "/__admin/worlds"
    kind = "application/yaml"
    written = yaml.dump({"jobs": jobs}, Dumper=yaml.CSafeDumper, sort_keys=False).encode()
    good = json.dumps({"name": "large", "fixture": {"jobs": jobs}}).encode()
    empty = json.dumps({"fixture": {"jobs": [{}] * 100_000}}).encode()
    most = json.dumps({"fixture": {"jobs": [{}] * 5_000_000}}, separators=(",", ":")).encode()
    lines = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 99)]
    bomb = "\n".join(["a0: &a0 [x, x]", *lines]).encode()
    yield Upload("100,000 empty jobs", "POST", made, content=empty)
    yield Upload("5,000,000 empty jobs, 15 MB", "POST", made, content=most)
    yield Upload(f"{count:,} jobs in JSON", "POST", made, content=good)
    yield Upload("reset of that world", "POST", f"{made}/large/reset")
    yield Upload("its snapshot in JSON", "GET", f"{made}/large/snapshot")
    yield Upload("its snapshot in YAML", "GET", f"{made}/large/snapshot?format=yaml")
    yield Upload("to forget it", "DELETE", f"{made}/large")
    yield Upload(f"{count:,} jobs in YAML", "POST", made, kind, written)
    yield Upload("a bomb of aliases", "POST", made, kind, bomb)
    yield Upload("100,000 deep, in JSON", "POST", made, content=b'{"fixture": ' + b"[" * 100_000)
    yield Upload("100,000 deep, in YAML", "POST", made, kind, b"[" * 100_000)
    yield Upload("the default world's journal", "GET", f"{made}/default/journal?limit=1000")


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 80_000
    print(
        f"{'meanwhile':32}{'status':>8}{'seconds':>9}{'reads':>7}{'median':>9}{'p99':>9}{'most':>9}"
    )
    with served() as (host, port):
        told("nothing", 0, *reading(host, port, lambda: time.sleep(QUIET_SECONDS)))
        for upload in uploads(count):
            statuses: list[int] = []

            def act(upload: Upload = upload, statuses: list[int] = statuses) -> None:
                connection = http.client.HTTPConnection(host, port, timeout=600)
                fields = {"Content-Type": upload.media_type}
                connection.request(upload.method, upload.path, upload.content, fields)
                answer = connection.getresponse()
                statuses.append(answer.status)
                while answer.read(65536):
                    pass
                connection.close()

            seconds, taken = reading(host, port, act)
            told(upload.name, statuses[0], seconds, taken)


@contextmanager
def served() -> Iterator[tuple[str, int]]:
    """Run a mock in another process."""
    command = [sys.executable, "-m", "mockserver", "--port", "0", "--no-access-log", "--speed", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None  # noqa: S101 -- for mypy
    url = urlsplit(process.stdout.readline().split()[-1])
    try:
        yield str(url.hostname), int(url.port or 0)
    finally:
        process.terminate()
        process.wait()


def reading(host: str, port: int, act: Callable[[], None]) -> tuple[float, list[float]]:
    """Read a job over and over while *act* runs; return its seconds, and those of each read."""
    connection = http.client.HTTPConnection(host, port, timeout=600)
    thread = threading.Thread(target=act)
    taken: list[float] = []
    began = time.perf_counter()
    thread.start()
    while thread.is_alive() or not taken:
        at = time.perf_counter()
        connection.request(
            "GET", f"/public/{PROJECT}/jobs/3451", headers={"Authorization": f"Bearer {KEY}"}
        )
        connection.getresponse().read()
        taken.append(time.perf_counter() - at)
        time.sleep(PAUSE_SECONDS)
    seconds = time.perf_counter() - began
    connection.close()
    return seconds, taken


def told(name: str, status: int, seconds: float, taken: list[float]) -> None:
    """Print a row."""
    ordered = sorted(taken)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    figures = [statistics.median(ordered), p99, ordered[-1]]
    row = "".join(f"{value * 1000:9.1f}" for value in figures)
    print(f"{name:32}{status or '':>8}{seconds:9.2f}{len(taken):7}{row}", flush=True)


if __name__ == "__main__":
    main()
