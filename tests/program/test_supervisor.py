"""The supervisor with small workers, with real processes, sockets and signals."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mockserver.process import serve, supervisor
from mockserver.process.port import claim
from tests.program.process import ROOT
from tests.program.supervised import COUNT
from tests.program.watching import children, is_waiting, living, until
from tests.programs import free_port

COMMAND = (sys.executable, "-m", "tests.program.supervised")


@contextmanager
def supervised(
    way: str, folder: Path, *limits: str
) -> Iterator[tuple["subprocess.Popen[str]", int, set[int]]]:
    """Run the small program; the context is given the parent, the port and the workers."""
    with subprocess.Popen(
        [*COMMAND, way, folder, *limits],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A new process group, as in a terminal.
        start_new_session=True,
    ) as parent:
        try:
            assert parent.stdout is not None
            word = parent.stdout.readline().split()[-1]
            assert parent.stdout.readline() == f"  {COUNT} workers\n"
            yield parent, int(word) if word.isdecimal() else 0, children(parent.pid)
        finally:
            parent.kill()


def asked(port: int) -> int:
    """Return the process that answers a new connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        return int(connection.recv(100))


def successors(parent: int, before: set[int]) -> set[int]:
    """Return the workers that are new since *before*, once all are running again."""
    now = children(parent)
    return now - before if len(now) == COUNT else set()


def test_every_worker_answers_on_the_one_port(tmp_path: Path) -> None:
    """Guards that new connections are distributed among all workers and go nowhere else."""
    with supervised("well", tmp_path) as (parent, port, workers):
        answers: list[int] = []

        def all_have_answered() -> bool:
            answers.append(asked(port))
            return workers <= {*answers}

        until(all_have_answered)

    assert len(workers) == COUNT
    assert workers == {*answers}
    assert parent.pid not in workers


def test_one_worker_starts_before_the_others_and_is_told_so(tmp_path: Path) -> None:
    """Guards that only the first worker does what has to be done once, such as filling a store."""
    with supervised("note", tmp_path) as (parent, _, workers):
        os.kill(next(iter(workers)), signal.SIGKILL)
        until(lambda: len(list(tmp_path.iterdir())) == COUNT + 1)
        until(lambda: len(children(parent.pid)) == COUNT)
        first = [file.name for file in tmp_path.iterdir() if file.read_text() == "True"]

    assert len(first) == 1
    assert int(first[0]) in workers


def test_a_worker_that_dies_is_replaced_and_the_port_answers_meanwhile(tmp_path: Path) -> None:
    """Guards workers that are killed or exit: a new one starts, and one line says why."""
    with supervised("well", tmp_path) as (parent, port, workers):
        killed, ended, kept = workers
        os.kill(killed, signal.SIGKILL)
        os.kill(ended, signal.SIGTERM)
        until(lambda: not living({killed, ended}))
        assert asked(port) not in (killed, ended)
        new = until(lambda: successors(parent.pid, workers))
        until(lambda: asked(port) in new)
        parent.send_signal(signal.SIGTERM)
        _, told = parent.communicate(timeout=60)

    causes = (f"worker {killed} ended by signal 9", f"worker {ended} ended with code 0")
    expected = {f"mockserver: {cause}; {pid} takes its place" for cause in causes for pid in new}
    assert len(told.splitlines()) == 2
    assert set(told.splitlines()) <= expected
    assert (0, set()) == (parent.returncode, living({kept, *new}))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_parent_and_all_workers(number: signal.Signals, tmp_path: Path) -> None:
    """Guards Ctrl-C and SIGTERM: exit 0, nothing to say, no process left."""
    with supervised("well", tmp_path) as (parent, _, workers):
        parent.send_signal(number)
        # Ends when the last process that has the pipes has ended.
        out, err = parent.communicate(timeout=60)

    assert (0, "", "", set()) == (parent.returncode, out, err, living(workers))


def test_a_signal_to_the_whole_group_is_an_end_and_not_a_death(tmp_path: Path) -> None:
    """Guards Ctrl-C in a terminal, which the workers get as well: none is replaced."""
    with supervised("well", tmp_path) as (parent, _, workers):
        os.killpg(parent.pid, signal.SIGINT)
        _, err = parent.communicate(timeout=60)

    assert (0, "", set()) == (parent.returncode, err, living(workers))


def test_a_worker_that_does_not_end_is_killed(tmp_path: Path) -> None:
    """Guards that a stop comes to an end, with exit code 0."""
    with supervised("deaf", tmp_path) as (parent, _, workers):
        parent.send_signal(signal.SIGTERM)
        parent.communicate(timeout=60)

    assert (0, set()) == (parent.returncode, living(workers))


def test_a_second_signal_kills(tmp_path: Path) -> None:
    """Guards an impatient user, who does not wait for workers that take long."""
    limits = ("_LONGEST_STOP_SECONDS=600", "_SAME_SIGNAL_SECONDS=0")
    with supervised("deaf", tmp_path, *limits) as (parent, _, workers):
        parent.send_signal(signal.SIGINT)
        until(lambda: is_waiting(parent.pid))
        parent.send_signal(signal.SIGINT)
        parent.communicate(timeout=60)

    assert (0, set()) == (parent.returncode, living(workers))


def test_a_signal_that_is_repeated_at_once_kills_nobody(tmp_path: Path) -> None:
    """Guards requests under way where a tool passes a signal on that the group has got as well."""
    limits = ("_LONGEST_STOP_SECONDS=600", "_SAME_SIGNAL_SECONDS=600")
    with supervised("careful", tmp_path, *limits) as (parent, _, workers):
        for number in (signal.SIGINT, signal.SIGTERM):
            parent.send_signal(number)
            until(lambda: is_waiting(parent.pid))
        (tmp_path / "go").touch()
        parent.communicate(timeout=60)

    finished = {int(file.name) for file in tmp_path.iterdir() if file.name != "go"}
    assert (0, workers) == (parent.returncode, finished)


def test_a_worker_has_the_time_that_its_end_may_take() -> None:
    """Guards requests under way: a worker ends within a second, and is not killed before."""
    longest = 2 * serve._LONGEST_STOP_SECONDS  # noqa: SLF001 -- the law is about these two

    assert longest < 1 < supervisor._LONGEST_STOP_SECONDS  # noqa: SLF001 -- as above


def test_workers_end_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    """Guards kill -9 of the parent: the workers notice it by their lifeline, and end."""
    with supervised("well", tmp_path) as (parent, port, workers):
        parent.kill()
        until(lambda: not living(workers))
        with pytest.raises(ConnectionRefusedError):
            asked(port)


@pytest.mark.parametrize(
    ("way", "code", "told"),
    [
        ("refuse", 3, "mockserver: nothing to serve\n"),
        ("crash", 1, "LookupError: a mistake of ours\n"),
    ],
)
def test_workers_that_cannot_start_end_all_and_say_so_once(
    way: str, code: int, told: str, tmp_path: Path
) -> None:
    """Guards that a mistake is reported once, not by each worker, with the worker's exit code."""
    command = [*COMMAND, way, str(tmp_path)]
    ended = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )

    assert (code, "") == (ended.returncode, ended.stdout)
    assert ended.stderr.endswith(told)
    assert ended.stderr.count(told) == 1


def test_successors_that_cannot_start_are_tried_again_and_then_given_up(tmp_path: Path) -> None:
    """Guards against a server that gives up at once, and one that tries endlessly."""
    with supervised("no_successor", tmp_path, "_PAUSES_SECONDS=[0,0,0]") as (parent, _, workers):
        os.kill(next(iter(workers)), signal.SIGKILL)
        _, err = parent.communicate(timeout=60)

    assert (3, set()) == (parent.returncode, living(workers))
    assert err.count("takes its place") == 4
    assert err.count("mockserver: nothing to serve\n") == 4


def test_an_announcement_of_any_length_arrives(tmp_path: Path) -> None:
    """Guards against a pipe that is full before the parent reads."""
    with subprocess.Popen(
        [*COMMAND, "verbose", tmp_path], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        assert len(parent.stdout.readline()) == 200_001
        parent.send_signal(signal.SIGTERM)
        parent.communicate(timeout=60)

    assert parent.returncode == 0


def test_a_port_is_claimed_once_and_only_if_nobody_has_it() -> None:
    """Guards against two servers that silently share a port, even before one listens."""
    with claim("127.0.0.1", 0) as held:
        port = held.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            claim("127.0.0.1", port)
        with socket.socket() as worker:
            worker.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            worker.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            worker.bind(("127.0.0.1", port))
            worker.listen()
            with pytest.raises(OSError, match="in use"):
                claim("127.0.0.1", port)


def test_a_port_that_was_just_left_can_be_claimed() -> None:
    """Guards a restart while connections of the previous server are still closing."""
    port = free_port()
    with (
        socket.create_server(("127.0.0.1", port)) as before,
        socket.create_connection(("127.0.0.1", port)) as client,
    ):
        # The side that closes first keeps the port for a while (TIME-WAIT).
        before.accept()[0].close()
        assert client.recv(1) == b""
    with claim("127.0.0.1", port) as held:
        assert port == held.getsockname()[1]


def test_an_ipv6_port_is_claimed_beside_that_of_ipv4() -> None:
    """Guards ``--host ::``, whose workers do not bind IPv4."""
    port = free_port()
    with claim("::", port) as held, claim("0.0.0.0", port) as other:  # noqa: S104 -- nothing listens
        assert [port, port] == [each.getsockname()[1] for each in (held, other)]
