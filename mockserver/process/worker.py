"""One of several processes that serve a port: its fork, its messages, and its end.

A pipe ties it to its parent: a worker says that it serves, or why it cannot. The kernel closes its
end however the worker ends, so the parent notices every end.
"""

import os
import signal
import sys
import traceback
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import NamedTuple, NoReturn

#: The signals that end a server.
ENDING = (signal.SIGINT, signal.SIGTERM)
_READ_BYTES = 65536
_END_OF_ANNOUNCEMENT = "\0"


class ExitStatus(NamedTuple):
    """How a process ended: its exit code and, where something went wrong, the lines that say so."""

    code: int
    reason: str = ""


#: What a worker does: it is given how to announce that it serves, and returns when it has ended.
Task = Callable[[Callable[[str], None]], ExitStatus]


class Worker:
    """A worker, as its parent knows it.

    Args:
        pid: its process.
        pipe: the file descriptor from which its messages are read.
        place: its number among the workers.
    """

    def __init__(self, pid: int, pipe: int, place: int) -> None:
        self.pid = pid
        self.pipe = pipe
        self.place = place
        self._received = b""

    @property
    def announcement(self) -> str | None:
        """What it has announced; None before it serves."""
        text, end, _ = self._received.decode(errors="replace").partition(_END_OF_ANNOUNCEMENT)
        return text if end else None

    def receive(self) -> bool:
        """Read what it has written, once its pipe is readable; return False if it has ended."""
        octets = os.read(self.pipe, _READ_BYTES)
        self._received += octets
        return bool(octets)

    def wait(self) -> tuple[ExitStatus, str]:
        """Wait for its end; return its exit status, and how it ended, in words.

        The exit code of a process that a signal ended is 128 and the signal's number.
        """
        os.close(self.pipe)
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        reason = self._received.decode(errors="replace").rpartition(_END_OF_ANNOUNCEMENT)[2]
        if code < 0:
            return ExitStatus(128 - code, reason), f"ended by signal {-code}"
        return ExitStatus(code, reason), f"ended with code {code}"


def fork(task: Task, place: int, foreign: Collection[int]) -> Worker:
    """Return a worker that does *task* in a process of its own.

    Args:
        task: what it does; the worker ends with it.
        place: its number among the workers.
        foreign: file descriptors that this process must not share with a worker.

    Raises:
        OSError: the system has no room for another process.
    """
    reading, writing = os.pipe()
    # What is still buffered would be written by both processes.
    sys.stdout.flush()
    sys.stderr.flush()
    # A signal that comes before the worker has its own handlers waits for them.
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        pid = os.fork()
        if pid == 0:
            _run_and_exit(task, writing, [*foreign, reading], mask)
    except OSError:
        os.close(reading)
        raise
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        os.close(writing)
    return Worker(pid, reading, place)


def _run_and_exit(
    task: Task, pipe: int, foreign: Collection[int], mask: Collection[int]
) -> NoReturn:
    """Do *task* and end the process; never return into the parent's code."""
    ended = ExitStatus(1)
    try:
        signal.set_wakeup_fd(-1)
        for number in ENDING:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for descriptor in foreign:
            os.close(descriptor)
        ended = task(lambda text: _say(pipe, text + _END_OF_ANNOUNCEMENT))
    except BaseException:  # noqa: BLE001 -- the process ends here, and the parent reports it
        ended = ExitStatus(1, traceback.format_exc())
    finally:
        _say(pipe, ended.reason)
        with suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(ended.code)


def _say(pipe: int, text: str) -> None:
    """Write *text* to the parent, unless it has ended."""
    rest = text.encode()
    with suppress(BrokenPipeError):
        while rest:
            rest = rest[os.write(pipe, rest) :]
