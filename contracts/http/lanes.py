"""How many requests are under way at once: as many as were allowed, or as the deployment takes.

A deployment need not answer several requests of one client at once. It may ask to wait (429, 503),
drop a connection, fail, or leave a request without a response: while others were under way, none
of that says anything of the contract. So there are fewer from then on, down to one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Condition


@dataclass(eq=False)
class Lane:
    """The way of one request."""

    width: int
    """How many lanes there were when the request took this one."""
    crowded: bool = False
    """Another request was under way at the same time."""


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
    _waiting_alone: int = 0
    _changed: Condition = field(default_factory=Condition)

    def __post_init__(self) -> None:
        self.width = self.most

    @contextmanager
    def take(self, *, alone: bool = False, races: bool = False) -> Iterator[Lane]:
        """Wait for a lane and take it: *alone* when no other is taken, at once if it *races*."""
        with self._changed:
            self._waiting_alone += alone
            if not races:
                self._changed.wait_for(lambda: self._is_free(alone=alone))
            self._waiting_alone -= alone
            lane = Lane(1 if alone else self.width, crowded=bool(self._taken))
            for other in self._taken:
                other.crowded = True
            self._taken.append(lane)
        try:
            yield lane
        finally:
            with self._changed:
                self._taken.remove(lane)
                self._changed.notify_all()

    def narrow(self, width: int, reason: str) -> None:
        """Let no more than *width* requests be under way from here on, and at least one."""
        with self._changed:
            if max(1, width) < self.width:
                self.width, self.reason = max(1, width), reason

    def describe(self) -> str:
        """Say to how many requests at once the run was slowed down, and why, if it was."""
        return f"{self.width} at once instead of {self.most}: {self.reason}" if self.reason else ""

    def _is_free(self, *, alone: bool) -> bool:
        if alone:
            return not self._taken
        return len(self._taken) < self.width and not self._waiting_alone
