"""Which processes there are, and which of them serves a connection: Linux tells under /proc."""

import errno
import re
import socket
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

PROC = Path("/proc")
T = TypeVar("T")
_PATIENCE_SECONDS = 60.0
_PAUSE_SECONDS = 0.02
#: ESTABLISHED, and CLOSE_WAIT: the other end has closed.
_OPEN = ("01", "08")


def until(found: Callable[[], T]) -> T:
    """Return what *found* returns as soon as that is true; wait long, but not endlessly."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while not (result := found()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(_PAUSE_SECONDS)
    return result


def refuses(address: tuple[str, int]) -> bool:
    """Return whether nothing listens at *address*."""
    with socket.socket() as probe:
        return probe.connect_ex(address) == errno.ECONNREFUSED


def children(pid: int) -> set[int]:
    """Return the processes whose parent is *pid*."""
    return {int(word) for word in (PROC / f"{pid}/task/{pid}/children").read_text().split()}


def living(pids: Collection[int]) -> set[int]:
    """Return those of *pids* that run, without ended ones that are still in the table."""
    return {pid for pid in pids if any(state not in ("Z", "X") for state in _states(pid))}


def _states(pid: int) -> Iterator[str]:
    """Yield the state of each thread: the first can end long before the last closes the files."""
    for stat in (PROC / str(pid)).glob("task/*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            yield stat.read_text().rpartition(") ")[2][:1]


def is_waiting(pid: int) -> bool:
    """Return whether *pid*, of one thread, has handled all of its signals and waits."""
    status = (PROC / f"{pid}/status").read_text()
    pending = re.findall(r"^(?:Sig|Shd)Pnd:\s*(\w+)$", status, re.MULTILINE)
    return "\nState:\tS" in status and not any(int(word, 16) for word in pending)


def connections_to(port: int) -> int:
    """Return how many IPv4 connections to *port* there are whose client has not closed them."""
    lines = (PROC / "net/tcp").read_text().splitlines()[1:]
    found = ((fields[2].rpartition(":")[2], fields[3]) for fields in map(str.split, lines))
    return sum(int(remote, 16) == port and state in _OPEN for remote, state in found)


def server_of(connection: socket.socket, pids: Collection[int]) -> int | None:
    """Return which of *pids* has the other end of *connection*, an IPv4 one; None if none has."""
    here, there = connection.getsockname()[1], connection.getpeername()[1]
    for line in (PROC / "net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        local, remote = (int(fields[column].rpartition(":")[2], 16) for column in (1, 2))
        if (local, remote) == (there, here):
            socket_file = f"socket:[{fields[9]}]"
            return next((pid for pid in pids if socket_file in _files(pid)), None)
    return None


def _files(pid: int) -> set[str]:
    """Return what the file descriptors of *pid* stand for."""
    files = set()
    for descriptor in (PROC / str(pid) / "fd").iterdir():
        with suppress(FileNotFoundError):
            files.add(str(descriptor.readlink()))
    return files
