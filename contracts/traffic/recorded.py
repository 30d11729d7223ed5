"""One exchange as a recording has it, whatever its format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

ROUNDING = 0.001
"""Seconds: recordings have times in milliseconds."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A request and what came back, by the clock of who recorded it."""

    method: str
    url: str
    headers: Mapping[str, str]
    """Names in lower case; pseudo headers of HTTP/2 are left out."""
    status: int
    """0 if there was no response."""
    response_headers: Mapping[str, str] | None
    """None if they were not recorded."""
    body: bytes | None
    """None if it was not recorded, or not to its end."""
    sent: float
    received: float
    """Seconds since 1970; `received` is infinite if the recording does not say."""
    cached: bool = False
    """It came from a cache, at an unknown time before."""


def compute_end(sent: float, milliseconds: float | None) -> float:
    """Return when a response had come that took *milliseconds*, which may not be known."""
    if milliseconds is None or not 0 <= milliseconds < float("inf"):
        return float("inf")
    return sent + milliseconds / 1000 + ROUNDING


def read_time(text: str) -> float:
    """Read an ISO 8601 time as seconds since 1970; without a zone it is UTC.

    Raises ValueError.
    """
    time = datetime.fromisoformat(text)
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
