"""How many requests are under way at once: as many as were allowed, or as the deployment takes.

A deployment need not answer several requests of one client at once. It may ask to wait (429, 503),
drop a connection, fail, or leave a request without a response: while others were under way, none
of that says anything of the contract. So there are fewer from then on, down to one.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock

from contracts.http.purpose import Purpose


@dataclass(eq=False)
class Lane:
    """The way of one request."""

    alone: bool = False
    """It is for a request that waits until no other is under way."""
    purpose: Purpose = field(default_factory=Purpose)
    width: int = 0
    """How many lanes there were when the request took this one."""
    crowded: bool = False
    """Another request was under way at the same time."""
    free: Event = field(default_factory=Event)
    """Set once the request may leave."""


@dataclass
class Lanes:
    """The lanes of one run."""

    most: int = 1
    """How many requests may be under way at once."""
    width: int = field(init=False)
    """How many may be now."""
    reason: str = ""
    """Why there are fewer than *most*, if so."""
    serial: bool = False
    """The deployment leaves a request without a response as long as another connection is open."""
    _taken: list[Lane] = field(default_factory=list)
    _waiting: deque[Lane] = field(default_factory=deque)
    """In the order in which they came: each is woken when it is its turn, and no other."""
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self.width = self.most

    @contextmanager
    def take(self, purpose: Purpose, *, alone: bool = False) -> Iterator[Lane]:
        """Wait for a lane and take it: *alone* when no other is taken, at once if it races.

        What several laws wait for comes first, then the law that has the fewest lanes: one that
        sends a request after the other would end last if it waited for all that others send.
        """
        lane = Lane(alone, purpose)
        try:
            with self._lock:
                if purpose.races:
                    self._open(lane)
                else:
                    (self._waiting.appendleft if alone else self._waiting.append)(lane)
                    self._let_go()
            lane.free.wait()
            yield lane
        finally:
            with self._lock:
                (self._taken if lane in self._taken else self._waiting).remove(lane)
                self._let_go()

    def narrow(self, width: int, reason: str) -> None:
        """Let no more than *width* requests be under way from here on, and at least one."""
        with self._lock:
            if max(1, width) < self.width:
                self.width, self.reason = max(1, width), reason

    def describe(self) -> str:
        """Say to how many requests at once the run was slowed down, and why, if it was."""
        return f"{self.width} at once instead of {self.most}: {self.reason}" if self.reason else ""

    def _let_go(self) -> None:
        """Open the lanes of those that may leave now."""
        while self._waiting:
            lane = self._waiting[0]
            if len(self._taken) >= (1 if lane.alone else self.width):
                return
            if not lane.alone:
                held = Counter(one.purpose.account for one in self._taken)
                lane = min(self._waiting, key=lambda one: _rank(one.purpose, held))
            self._waiting.remove(lane)
            self._open(lane)

    def _open(self, lane: Lane) -> None:
        lane.width = 1 if lane.alone else self.width
        lane.crowded = bool(self._taken)
        for other in self._taken:
            other.crowded = True
        self._taken.append(lane)
        lane.free.set()


def _rank(purpose: Purpose, held: Mapping[str, int]) -> tuple[bool, int]:
    """Return what decides who goes first, the lowest first."""
    return purpose.account == purpose.law, held[purpose.account]
