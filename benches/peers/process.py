"""A server's processes: started, waited for, asked for CPU time and memory, ended."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

PATIENCE = 90.0
PAUSE = 0.002
ROOT = Path(__file__).parent.parent.parent


class Tree(NamedTuple):
    """A process and all that it has started."""

    pid: int
    port: int

    def cpu_seconds(self) -> float:
        """Return the CPU time of all threads of all processes, in seconds."""
        # proc(5): schedstat has one thread only, and a JVM has many. The clock of a process has
        # them all, the ended ones too; its number is made as in clock_getcpuclockid(3).
        return sum(time.clock_gettime((~pid << 3) | 2) for pid in members(self.pid))

    def resident_mebibytes(self) -> float:
        """Return the memory that the processes occupy."""
        statuses = (Path(f"/proc/{pid}/status").read_text() for pid in members(self.pid))
        found = (re.search(r"VmRSS:\s+(\d+) kB", status) for status in statuses)
        return sum(int(match[1]) for match in found if match) / 1024


def members(pid: int) -> list[int]:
    """Return a process and all that descend from it."""
    children = [
        int(child)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]
    return [pid, *(deeper for child in children for deeper in members(child))]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(command: Sequence[str], port: int, folder: Path) -> Iterator[Tree]:
    """Start *command* in *folder* as a group of its own; end the whole group afterwards."""
    with subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        process_group=0,
    ) as process:
        try:
            yield Tree(process.pid, port)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)


def first_answer(port: int, request: bytes) -> Any:
    """Ask until the server answers 200; return the body.

    Raises:
        TimeoutError: it does not in time.
    """
    deadline = time.perf_counter() + PATIENCE
    last = "no connection"
    while time.perf_counter() < deadline:
        try:
            status, body = ask(port, request)
        except OSError as error:
            last = str(error)
        else:
            if status == 200:
                return json.loads(body) if body.startswith((b"{", b"[")) else body
            last = f"{status} {body[:300]!r}"
        time.sleep(PAUSE)
    raise TimeoutError(f"no 200 on port {port}: {last}")


def ask(port: int, request: bytes) -> tuple[int, bytes]:
    """Send one request over a connection of its own; return the status and the body."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(request)
        response = http.client.HTTPResponse(connection)
        try:
            response.begin()
            return response.status, response.read()
        except http.client.HTTPException as error:
            raise ConnectionError(str(error)) from error
