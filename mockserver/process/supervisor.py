"""Several workers on one port: started, watched, replaced, and ended together.

The parent serves nothing and has neither an event loop nor a thread, so that a fork copies none.
The kernel shares new connections out among the workers' sockets (SO_REUSEPORT), and it cuts the
lifeline, a pipe that the parent alone holds, however the parent ends.
"""

import os
import selectors
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from mockserver.process.worker import ENDING, ExitStatus, Worker, fork

#: A worker answers what is under way for less than a second, see `serve`.
_LONGEST_STOP_SECONDS = 1.5
#: Programs such as timeout and npm pass one signal on twice; people are slower.
_SAME_SIGNAL_SECONDS = 0.25
#: How long to wait after each of several failed starts in a row, before the next.
_PAUSES_SECONDS = (0.5, 1.0, 2.0)


class Ties(NamedTuple):
    """What ties a worker to its parent.

    *ready* takes the announcement once the worker serves. *lifeline* is a file descriptor that
    becomes readable when the parent has ended. *is_first* is True for one worker only, the first;
    the others are started when it is ready, so what is to be done once is for it to do. *place*
    numbers the workers from 0; one that takes the place of another has its number.
    """

    ready: Callable[[str], None]
    lifeline: int
    is_first: bool
    place: int


Work = Callable[[Ties], ExitStatus]


class Console(NamedTuple):
    """Where a supervisor writes: *announce* to users, *warn* of what went wrong."""

    announce: Callable[[str], object]
    warn: Callable[[str], object]


def supervise(work: Work, count: int, console: Console) -> ExitStatus:
    """Run *work* in *count* processes until SIGINT or SIGTERM; replace those that end before.

    The first is started alone, the others when it is ready. Workers end as *work* makes them;
    those that take too long are killed, as are all by a second signal. A worker that cannot start
    ends all of them: at first at once, later when it has failed several times in a row.

    Only for the main thread of a process that has no other thread and no event loop.

    Args:
        work: what a worker does until SIGTERM or the end of its lifeline.
        count: how many workers.
        console: its *announce* is given the announcement once, when all workers serve.

    Returns:
        Exit code 0 if a signal ended it, else that of the worker that could not start.
    """
    lifeline, held = os.pipe()
    try:
        with _signals() as signals:
            return _Supervisor(work, count, console, lifeline, (held, signals)).run()
    finally:
        os.close(held)
        os.close(lifeline)


@contextmanager
def _signals() -> Iterator[int]:
    """Catch the signals that end a server; the context is given where they can be read."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    woken = signal.set_wakeup_fd(writing)
    handlers = {number: signal.signal(number, lambda *_: None) for number in ENDING}
    try:
        yield reading
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(woken)
        os.close(writing)
        os.close(reading)


class _Start(NamedTuple):
    """A start that is due at *at*; *cause* says why another worker is replaced, if it is."""

    at: float
    place: int
    cause: str = ""
    is_first: bool = False


class _Supervisor:
    """The parent, while it has workers."""

    def __init__(
        self, work: Work, count: int, console: Console, lifeline: int, own: tuple[int, int]
    ) -> None:
        self._work = work
        self._count = count
        self._console = console
        self._lifeline = lifeline
        self._held, self._signals = own
        self._starts = [_Start(0.0, 0, is_first=True)]
        self._workers: dict[int, Worker] = {}
        self._is_alone = True
        self._announced = False
        self._announcement = ""
        self._failures = 0
        self._end: ExitStatus | None = None
        self._ending_since = 0.0
        self._kill_at: float | None = None

    def run(self) -> ExitStatus:
        """Start the workers; return when all have been ended."""
        while self._end is None or self._workers:
            self._start()
            readable = self._readable()
            # First, and whatever woke this up: Ctrl-C goes to the workers too, and may have come
            # with their end. Those workers have then ended as they should.
            self._take_signals()
            for pipe in readable:
                if pipe in self._workers:
                    self._handle_message(self._workers[pipe])
            if self._kill_at is not None and time.monotonic() >= self._kill_at:
                self._kill()
        return self._end

    def _start(self) -> None:
        """Start the workers that are due."""
        now = time.monotonic()
        due = [start for start in self._starts if start.at <= now]
        self._starts = [start for start in self._starts if start.at > now]
        for start in due:
            if self._end is not None:
                return
            try:
                worker = self._fork(start)
            except OSError as error:
                reason = f"mockserver: a worker cannot be started: {error.strerror}\n"
                self._fail(ExitStatus(1, reason), "could not be started", start.place)
                continue
            self._workers[worker.pipe] = worker
            if start.cause:
                self._warn(f"mockserver: {start.cause}; {worker.pid} takes its place\n")

    def _fork(self, start: _Start) -> Worker:
        """Return a new worker.

        Raises:
            OSError: the system has no room for another process.
        """

        def task(ready: Callable[[str], None]) -> ExitStatus:
            return self._work(Ties(ready, self._lifeline, start.is_first, start.place))

        return fork(task, start.place, [self._held, self._signals, *self._workers])

    def _readable(self) -> list[int]:
        """Wait for a signal, a message or the end of a worker, or the time of the next action."""
        moments = [start.at for start in self._starts] if self._end is None else []
        if self._kill_at is not None:
            moments.append(self._kill_at)
        patience = max(0.0, min(moments) - time.monotonic()) if moments else None
        with selectors.DefaultSelector() as selector:
            for descriptor in (self._signals, *self._workers):
                selector.register(descriptor, selectors.EVENT_READ)
            return [key.fd for key, _ in selector.select(patience)]

    def _take_signals(self) -> None:
        try:
            os.read(self._signals, 4096)
        except BlockingIOError:
            return
        if self._end is None:
            self._finish(ExitStatus(0))
        elif time.monotonic() - self._ending_since > _SAME_SIGNAL_SECONDS:
            self._kill()

    def _handle_message(self, worker: Worker) -> None:
        if worker.receive():
            self._handle_ready(worker)
            return
        del self._workers[worker.pipe]
        ended, how = worker.wait()
        if self._end is not None:
            return
        cause = f"worker {worker.pid} {how}"
        if worker.announcement is None:
            self._fail(ended, f"{cause} before it served", worker.place)
            return
        self._warn(ended.reason)
        self._starts.append(_Start(0.0, worker.place, cause))

    def _handle_ready(self, worker: Worker) -> None:
        """Start the others when the first is ready; announce them all, once, when they are."""
        if worker.announcement is None:
            return
        self._failures = 0
        if self._is_alone:
            # What the others say of the store is what they find after the first has filled it.
            self._announcement = worker.announcement
            self._starts += [_Start(0.0, place) for place in range(1, self._count)]
            self._is_alone = False
        ready = [one for one in self._workers.values() if one.announcement is not None]
        if not self._announced and len(ready) == self._count:
            self._announced = True
            self._console.announce(f"{self._announcement}  {self._count} workers\n")

    def _fail(self, ended: ExitStatus, cause: str, place: int) -> None:
        """Try again after a pause, or give up: at first at once, then after several failures."""
        if not self._announced or self._failures == len(_PAUSES_SECONDS):
            reason = ended.reason or f"mockserver: {cause}\n"
            self._finish(ExitStatus(ended.code or 1, reason))
            return
        pause = _PAUSES_SECONDS[self._failures]
        self._failures += 1
        self._warn(ended.reason)
        self._starts.append(_Start(time.monotonic() + pause, place, cause))

    def _finish(self, ended: ExitStatus) -> None:
        """Tell the workers to end; the first reason for it counts."""
        self._end = ended
        self._ending_since = time.monotonic()
        self._kill_at = self._ending_since + _LONGEST_STOP_SECONDS
        self._send(signal.SIGTERM)

    def _kill(self) -> None:
        self._kill_at = None
        self._send(signal.SIGKILL)

    def _send(self, number: signal.Signals) -> None:
        for worker in self._workers.values():
            with suppress(ProcessLookupError):
                os.kill(worker.pid, number)

    def _warn(self, lines: str) -> None:
        if lines:
            self._console.warn(lines)
