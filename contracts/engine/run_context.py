"""What the laws of one run share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from threading import Lock, RLock
from typing import Any

import requests

from contracts.contract.api import Api
from contracts.driver import Driver
from contracts.engine.call_watch import CallWatch
from contracts.engine.history import History
from contracts.engine.past_runs.keeping import PastRuns
from contracts.http.transport import Transport
from contracts.target import Target


@dataclass(frozen=True, slots=True)
class SharedReading:
    """A reading that was taken once, and what that cost."""

    value: Any
    by_chance: bool
    """It depends on what was drawn."""
    crowded: bool
    """Other requests were under way while it was taken."""


@dataclass
class RunContext:
    """What the laws of one run share."""

    target: Target
    document: Api
    transport: Transport
    history: History
    rng: int
    driver: Driver | None = None
    past: PastRuns | None = None
    """What earlier runs saw, if the run was given their history."""
    calls: CallWatch | None = None
    """Which operations were called; nobody knows that of traffic that was recorded."""
    session: requests.Session = field(init=False)
    shared: dict[str, SharedReading] = field(default_factory=dict)
    """Readings that several laws judge, by the name of the function that takes them."""
    users: Iterator[int] = field(default_factory=lambda: count(1))
    """The numbers of this run's users."""
    surveyed: str = ""
    """How much of the list was read, once it was."""

    _readings: dict[str, RLock] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self.session = self.transport.create_session()

    def hold_reading(self, name: str) -> RLock:
        """Return what is held while the reading *name* is taken, so that it is taken once."""
        with self._lock:
            return self._readings.setdefault(name, RLock())
