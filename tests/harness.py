"""A mock on a real port, in a thread of this process, with a clock that tests move."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from mockserver.app.build import build
from mockserver.app.mock import Mock, Outside
from mockserver.process import serve
from mockserver.resources import files
from mockserver.settings import Settings
from mockserver.validation.violation import Violation

DEMO = "demo-organization-key"
OTHER = "other-organization-key"
BUSY = "3sWXSsqHgSKnE87YkNJK"
SECOND = "7pQzLmN2vRtYxWc4BdKs"
EMPTY = "EmptyProject00000000"
SINGLE = "SingleJobProject0000"
FOREIGN = "9kHjGfDsAqWeRtYuIoPz"

HOUR = 3600.0
WALL = 1_700_000_000.0


@dataclass
class Running:
    """A mock that runs, and what it has logged and reported so far."""

    port: int = 0
    elapsed: float = 0.0
    logged: list[str] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    deviates: bool = False
    session: requests.Session = field(default_factory=requests.Session)

    def call(
        self, method: str, path: str, *, key: str | None = DEMO, **options: Any
    ) -> requests.Response:
        """Send a request and return the answer."""
        headers = dict(options.pop("headers", {}))
        if key is not None:
            headers["Authorization"] = f"Bearer {key}"
        url = f"http://127.0.0.1:{self.port}{path}"
        return self.session.request(method, url, headers=headers, timeout=60, **options)

    def job(self, job_id: int, project: str = BUSY, key: str = DEMO) -> dict[str, Any]:
        """Return a job that must be there."""
        answer = self.call("GET", f"/public/{project}/jobs/{job_id}", key=key)
        assert answer.status_code == 200, answer.text
        data: dict[str, Any] = answer.json()["data"]
        return data

    def page(self, query: str = "", project: str = BUSY, key: str = DEMO) -> list[dict[str, Any]]:
        """Return a page of jobs."""
        answer = self.call("GET", f"/public/{project}/jobs{query}", key=key)
        assert answer.status_code == 200, answer.text
        data: list[dict[str, Any]] = answer.json()["data"]
        return data

    def cancel(self, job_id: int, project: str = BUSY, key: str = DEMO) -> requests.Response:
        """Cancel a job."""
        return self.call("DELETE", f"/public/{project}/jobs/{job_id}", key=key)

    def delete_user(self, user_id: str, project: str = BUSY) -> requests.Response:
        """Delete a user; *user_id* is percent-encoded already."""
        return self.call("DELETE", f"/public/{project}/users/{user_id}")

    def advance(self, seconds: float) -> None:
        """Let real time pass as the server sees it."""
        self.elapsed += seconds

    def connect(self) -> socket.socket:
        """Open a new connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=60)

    def converse(self, octets: bytes) -> bytes:
        """Send *octets* on a new connection and return all that comes back."""
        with self.connect() as connection:
            connection.sendall(octets)
            answer = bytearray()
            while chunk := connection.recv(65536):
                answer += chunk
        return bytes(answer)


@contextmanager
def mock(seed: Path | None = None, spec: Path | None = None, **settings: Any) -> Iterator[Running]:
    """Run a mock that validates every exchange; leaving fails if a response broke the contract."""
    running = Running()
    chosen = Settings(
        seed=seed or files.fixtures(),
        spec=spec or files.contract(),
        **{"port": 0, "validate": True, **settings},
    )
    outside = Outside(
        wall=lambda: WALL + running.elapsed,
        monotonic=lambda: running.elapsed,
        write=running.logged.append,
        report=running.violations.append,
    )
    with _in_thread(build(chosen, outside), running):
        yield running
    running.session.close()
    assert [] == [v for v in running.violations if v.side == "answer"]


@contextmanager
def _in_thread(built: Mock, running: Running) -> Iterator[None]:
    ready = threading.Event()
    ending: list[Callable[[], object]] = []

    async def listen() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        ending.append(lambda: loop.call_soon_threadsafe(stop.set))
        async with serve.listen(built) as port:
            running.port = port
            ready.set()
            await stop.wait()

    # asyncio.run also ends what a request under way has left behind.
    thread = threading.Thread(target=lambda: asyncio.run(listen()))
    thread.start()
    try:
        assert ready.wait(60), "the mock did not start"
        yield
    finally:
        for end in ending:
            end()
        thread.join(60)
