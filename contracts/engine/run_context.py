"""What the laws of one run share."""

from __future__ import annotations

from dataclasses import dataclass, field
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
    law_id: str
    """The law for which it was taken."""
    requests: int
    """How many requests it took, those of readings that it is made of not counted."""
    by_chance: bool
    """It depends on what was drawn."""


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
    users: int = 0
    surveyed: str = ""
    """How much of the list was read, once it was."""

    def __post_init__(self) -> None:
        self.session = self.transport.create_session()
