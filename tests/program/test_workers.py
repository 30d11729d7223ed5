"""``--workers``: several processes of the program on one port, with a store that they share."""

import os
import re
import signal
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
import requests

from mockserver.process.port import claim
from tests.harness import BUSY, DEMO
from tests.program.process import PATIENT_PROGRAM, PROGRAM, begin_request, run, started
from tests.program.watching import PROC, children, living, refuses, server_of, until
from tests.programs import free_port

COUNT = 3
JOB = f"/public/{BUSY}/jobs/3451"
HEADERS = {"Authorization": f"Bearer {DEMO}"}
REQUEST = f"GET {JOB} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {DEMO}\r\n\r\n".encode()


class Served(NamedTuple):
    """A program that serves with workers: its parent, its announcement, and its origin."""

    parent: int
    announced: list[str]
    origin: str
    workers: set[int]
    ended: Callable[[], tuple[int, str, str]]


@contextmanager
def served(folder: Path, *arguments: str, program: Sequence[str] = PROGRAM) -> Iterator[Served]:
    """Run the program with workers until the end of the context."""
    store = f"sqlite:///{folder / 'jobs.db'}"
    options = ("--port", "0", "--store", store, "--workers", str(COUNT), *arguments)
    with started(*options, program=program) as (process, origin):
        assert process.stdout is not None
        lines = [f"Listening on {origin}\n"]
        while lines[-1] != f"  {COUNT} workers\n":
            lines.append(process.stdout.readline())
            assert lines[-1], "it ended before it announced its workers"

        def ended() -> tuple[int, str, str]:
            out, err = process.communicate(timeout=60)
            return process.returncode, out, err

        yield Served(process.pid, lines, origin, children(process.pid), ended)


def server(origin: str, pids: set[int]) -> int | None:
    """Return which process answers a request on a new connection."""
    host, port = origin.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(REQUEST)
        assert connection.recv(100).startswith(b"HTTP/1.1 200 OK\r\n")
        return server_of(connection, pids)


def test_workers_announce_themselves_once_and_share_the_port(tmp_path: Path) -> None:
    """Guards that N workers are one server: one announcement, one port, and all answer."""
    with served(tmp_path, "--admin-port", "0") as mock:
        answered: set[int | None] = set()

        def all_have_answered() -> bool:
            answered.add(server(mock.origin, mock.workers))
            return len(answered) == COUNT

        until(all_have_answered)
        (admin,) = re.findall(r"Steer it at (\S+)", "".join(mock.announced))
        # A fork copies no thread but its own; a lock of another one would stay locked.
        threads = len(list((PROC / f"{mock.parent}/task").iterdir()))
        health = [requests.get(f"{admin}/health", timeout=60).status_code for _ in range(10)]
        os.kill(mock.parent, signal.SIGTERM)
        code, out, _ = mock.ended()

    assert (COUNT, mock.workers) == (len(mock.workers), answered)
    assert threads == 1
    # What the first worker found before the others opened the store.
    assert "910 jobs of the fixtures\n" in "".join(mock.announced)
    assert ["Listening", "Steer"] == [
        line.split()[0] for line in mock.announced if line.split()[0] in ("Listening", "Steer")
    ]
    assert health == [200] * 10
    assert (0, "") == (code, out)


def test_what_one_worker_changes_all_of_them_show(tmp_path: Path) -> None:
    """Guards the shared state: a cancelled job is cancelled on every worker."""
    with served(tmp_path) as mock:
        with requests.delete(mock.origin + JOB, headers=HEADERS, timeout=60) as answer:
            assert answer.json()["data"]["status"] == "cancelled"
        # Without a session each call is a new connection, and so goes to any worker.
        again = [requests.get(mock.origin + JOB, headers=HEADERS, timeout=60) for _ in range(30)]

    assert {"cancelled"} == {answer.json()["data"]["status"] for answer in again}


def test_a_killed_worker_is_replaced_while_the_port_answers(tmp_path: Path) -> None:
    """Guards kill -9 of a worker: the others answer, a new one starts, the store is kept."""
    with served(tmp_path, "--reseed") as mock:
        assert requests.delete(mock.origin + JOB, headers=HEADERS, timeout=60).status_code == 200
        victim = min(mock.workers)
        os.kill(victim, signal.SIGKILL)
        until(lambda: not living({victim}))
        kept = mock.workers - {victim}
        statuses: list[int] = []

        def replaced() -> bool:
            statuses.append(
                requests.get(mock.origin + JOB, headers=HEADERS, timeout=60).status_code
            )
            now = children(mock.parent)
            return len(now) == COUNT and server(mock.origin, now) in now - kept

        until(replaced)
        (new,) = children(mock.parent) - kept
        job = requests.get(mock.origin + JOB, headers=HEADERS, timeout=60).json()["data"]
        os.kill(mock.parent, signal.SIGTERM)
        code, _, err = mock.ended()

    told = [line for line in err.splitlines() if line.startswith("mockserver: ")]
    assert told == [f"mockserver: worker {victim} ended by signal 9; {new} takes its place"]
    assert {200} == {*statuses}
    assert (job["status"], code) == ("cancelled", 0)
    assert living({*kept, new}) == set()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_all_and_loses_no_request(number: signal.Signals, tmp_path: Path) -> None:
    """Guards a graceful end: exit 0, the request under way answered, no process left."""
    with served(tmp_path, program=PATIENT_PROGRAM) as mock:
        host, port = mock.origin.removeprefix("http://").split(":")
        address = (host, int(port))
        with socket.create_connection(address, timeout=60) as connection:
            begin_request(connection, JOB, DEMO)
            os.kill(mock.parent, number)
            until(lambda: refuses(address))
            connection.sendall(b"{}")
            answer = connection.recv(100_000)
        code, _, err = mock.ended()

    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"Connection: close\r\n" in answer
    assert (0, set()) == (code, living(mock.workers))
    assert "Traceback" not in err


def test_workers_end_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    """Guards kill -9 of the parent: no worker is left, and the port is free again."""
    with served(tmp_path, "--port", str(free_port())) as mock:
        os.kill(mock.parent, signal.SIGKILL)
        until(lambda: not living(mock.workers))
        with claim("127.0.0.1", int(mock.origin.rpartition(":")[2])):
            code, _, err = mock.ended()

    assert code == -signal.SIGKILL
    assert "Traceback" not in err


def test_a_port_in_use_is_one_line_whoever_has_it(tmp_path: Path) -> None:
    """Guards against one line per worker, and against sharing the port of another server."""
    with served(tmp_path) as mock:
        port = mock.origin.rpartition(":")[2]
        store = f"sqlite:///{tmp_path / 'other.db'}"
        ends = [
            (option, run("--port", "0", option, port, "--store", store, "--workers", count))
            for option, count in (("--port", "1"), ("--port", "2"), ("--admin-port", "2"))
        ]

    for option, end in ends:
        told = f"port {port} is in use; name another with {option}, or 0 for a free one"
        line = f"mockserver: {told}\n"
        assert (2, "", line) == (end.returncode, end.stdout, end.stderr)


def test_fixtures_that_cannot_be_used_are_told_once(tmp_path: Path) -> None:
    """Guards against an error from each worker: the first one is started alone."""
    store = f"sqlite:///{tmp_path / 'jobs.db'}"
    ended = run("--port", "0", "--seed", "docs", "--store", store, "--workers", "3")

    assert (2, "", 1) == (ended.returncode, ended.stdout, ended.stderr.count("\n"))
    assert ended.stderr.startswith("mockserver: docs:1:1: /: has no file that ends in .yaml")


def test_lines_of_the_log_are_never_torn(tmp_path: Path) -> None:
    """Guards the log, which all workers write to one pipe, against mixed lines."""
    callers, requested = 6, 100
    target = f"{JOB}?{'x' * 1500}"

    def call(url: str) -> None:
        with requests.Session() as session:
            for _ in range(requested):
                session.get(url, headers=HEADERS, timeout=60)

    with served(tmp_path) as mock, ThreadPoolExecutor(callers + 1) as pool:
        calls = [pool.submit(call, mock.origin + target) for _ in range(callers)]
        # A pipe that fills up is where writes are torn.
        time.sleep(1)
        end = pool.submit(mock.ended)
        for one in calls:
            one.result()
        os.kill(mock.parent, signal.SIGTERM)
        log = end.result()[2].splitlines()

    whole = re.compile(rf"\S+Z 127\.0\.0\.1 GET {re.escape(target)} 200 \d+ \d+\.\d+ms getJob")
    assert len(log) == callers * requested
    assert [line for line in log if not whole.fullmatch(line)] == []
