"""When a request may leave: within the rate and the time of the run, and as the deployment asks."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock

import requests

from contracts.http.ledger import Ledger
from contracts.http.purpose import Purpose
from contracts.http.retries import LONGEST_WAIT, TRIES, WAITING, OutOfTime, read_retry_after
from contracts.target import Target


@dataclass
class Pacing:
    """The turns of all requests of a run, whichever thread sends them, and what was sent."""

    target: Target
    ledger: Ledger = field(default_factory=Ledger, kw_only=True)
    clock: Callable[[], float] = field(default=time.monotonic, kw_only=True)
    sleep: Callable[[float], object] | None = field(default=None, kw_only=True)
    """How to wait for some seconds; without one, a wait ends when the run is stopped."""
    started: float = field(init=False)
    _next: float = field(init=False, default=0.0)
    _extra: float = field(init=False, default=0.0)
    _changed: float = field(init=False, default=float("-inf"))
    _turns: Lock = field(init=False, default_factory=Lock)
    _stopped: Event = field(init=False, default_factory=Event)

    def __post_init__(self) -> None:
        self.started = self.clock()

    @property
    def out_of_time(self) -> bool:
        """Tell whether the time of the run is used up."""
        return self._seconds_left() <= 0

    @property
    def stopped(self) -> bool:
        """Tell whether the run was interrupted."""
        return self._stopped.is_set()

    def extend(self, seconds: float) -> None:
        """Let the run go on for *seconds* from now, or to its end if that is later."""
        self._stopped.clear()
        self._extra = max(0.0, seconds - self._seconds_left())

    def stop(self) -> None:
        """End the run's time, until it is extended."""
        self._stopped.set()

    def cut(self, purpose: Purpose) -> OutOfTime:
        """Note that no time is left for a request, and return what says so."""
        with self._turns:
            self.ledger.cut[purpose.law] += 1
        return OutOfTime()

    def pace(self, method: str, purpose: Purpose) -> float:
        """Wait for this request's turn, count it, and return the seconds that it may take."""
        with self._turns:
            now = self.clock()
            turn = max(self._next, now)
            late = turn - now >= self._seconds_left()
            if not late:
                self._next = turn + (1 / self.target.rate if self.target.rate else 0)
                self.ledger.count(method, purpose)
        if late:
            raise self.cut(purpose)
        if turn > now:
            self.pause(turn - now)
        if self._stopped.is_set():
            raise self.cut(purpose)
        return min(self.target.timeout, self._seconds_left())

    def wait(self, response: requests.Response, tries: int) -> bool:
        """Wait as the deployment asks, and let all others wait; tell whether to try again."""
        if response.status_code not in WAITING or tries >= TRIES:
            return False
        seconds = read_retry_after(response, tries)
        if seconds > LONGEST_WAIT or seconds >= self._seconds_left():
            return False
        with self._turns:
            self.ledger.waits += 1
            self._next = max(self._next, self.clock() + seconds)
        self.pause(seconds)
        return True

    def note_change(self) -> None:
        """Note that something may have changed just now."""
        with self._turns:
            self._changed = self.clock()

    def await_changes(self, purpose: Purpose) -> None:
        """Wait until what has changed can be read, however far the deployment lags behind.

        Raises:
            OutOfTime: the run ends before that.
        """
        while (left := self._changed + self.target.lag - self.clock()) > 0:
            if left >= self._seconds_left():
                raise self.cut(purpose)
            self.pause(left)

    def pause(self, seconds: float) -> None:
        """Let *seconds* pass, less if the run is stopped meanwhile."""
        (self.sleep or self._stopped.wait)(seconds)

    def _seconds_left(self) -> float:
        if self._stopped.is_set():
            return 0.0
        if self.target.max_time is None:
            return float("inf")
        return self.target.max_time + self._extra - (self.clock() - self.started)
