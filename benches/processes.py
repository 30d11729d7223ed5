"""Servers that are measured: started, waited for, their CPU time and memory read, ended."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")
PATIENCE = 90.0
PAUSE = 0.002
ROOT = Path(__file__).parent.parent


class Tree(NamedTuple):
    """A process and all its descendants."""

    pid: int
    port: int

    def cpu_seconds(self) -> float:
        """Return the CPU time of all threads of all processes, in seconds."""
        # proc(5): schedstat has one thread only, and a JVM has many. The clock of a process has
        # them all, the ended ones too; its number is made as in clock_getcpuclockid(3).
        return sum(self._each(lambda pid: time.clock_gettime((~pid << 3) | 2)))

    def resident_mebibytes(self) -> float:
        """Return the memory that the processes occupy; shared memory counts once for each."""
        statuses = self._each(lambda pid: Path(f"/proc/{pid}/status").read_text())
        found = (re.search(r"VmRSS:\s+(\d+) kB", status) for status in statuses)
        return sum(int(match[1]) for match in found if match) / 1024

    def _each(self, read: Callable[[int], T]) -> Iterator[T]:
        yield read(self.pid)
        for pid in members(self.pid)[1:]:
            # A database starts processes that end meanwhile, such as those that clean up.
            with suppress(OSError):
                yield read(pid)

    def has_ended(self) -> bool:
        """Return whether the process itself has ended, even if its parent has not waited for it."""
        stat = Path(f"/proc/{self.pid}/stat").read_text()
        return stat.rpartition(")")[2].split()[0] == "Z"


def members(pid: int) -> list[int]:
    """Return a process and its descendants; one that ends meanwhile has none."""
    children: list[int] = []
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            children += map(int, (task / "children").read_text().split())
    return [pid, *(deeper for child in children for deeper in members(child))]


def free_port() -> int:
    """Return a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def raw(octets: int, port: int) -> list[str]:
    """Return the command of the reference, which answers *octets* octets."""
    return [sys.executable, str(ROOT / "benches" / "raw_aiohttp.py"), str(octets), str(port)]


def mock(port: int, *options: str) -> list[str]:
    """Return the command of this mock."""
    return [sys.executable, "-m", "mockserver", "--port", str(port), *options]


@contextmanager
def started(command: Sequence[str], port: int, folder: Path) -> Iterator[Tree]:
    """Start *command* in *folder* as a new process group; end the whole group afterwards."""
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


def first_answer(tree: Tree, request: bytes, patience: float = PATIENCE) -> Any:
    """Send requests until the server answers 200; return the body.

    Raises:
        TimeoutError: it does not answer in time.
        ChildProcessError: it has ended.
    """
    deadline = time.perf_counter() + patience
    last = "no connection"
    while time.perf_counter() < deadline:
        if tree.has_ended():
            raise ChildProcessError(f"the server has ended: {last}")
        try:
            status, body = ask(tree.port, request, patience)
        except OSError as error:
            last = str(error)
        else:
            if status == 200:
                return json.loads(body) if body.startswith((b"{", b"[")) else body
            last = f"{status} {body[:300]!r}"
        time.sleep(PAUSE)
    raise TimeoutError(f"no 200 on port {tree.port} in {patience:.0f} s: {last}")


def ask(port: int, request: bytes, patience: float = PATIENCE) -> tuple[int, bytes]:
    """Send one request over a new connection; return the status and the body."""
    with socket.create_connection(("127.0.0.1", port), timeout=patience) as connection:
        connection.sendall(request)
        response = http.client.HTTPResponse(connection)
        try:
            response.begin()
            return response.status, response.read()
        except http.client.HTTPException as error:
            raise ConnectionError(str(error)) from error
