"""When a request is sent again, and when an operation that does not answer is given up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from threading import Lock

import requests

from contracts.http.connection_errors import explain
from contracts.http.wire import TooLarge, TooSlow

WAITING = frozenset({429, 503})
"""The statuses with which a deployment asks to wait."""

TRIES = 6
LONGEST_WAIT = 30.0
"""Seconds: no Retry-After is followed for longer than this."""

MOST_FAILURES = 3
"""After this many calls in a row without a usable response, an operation is not called again."""


class OutOfTime(requests.exceptions.RequestException):
    """The time of the run (`--max-time`) is used up."""

    def __init__(self) -> None:
        super().__init__("the time of the run (--max-time) is used up")


class GivenUp(requests.exceptions.RequestException):
    """The operation failed too often to be called again in this run."""


@dataclass
class CircuitBreaker:
    """Counts, by operation, the calls in a row that failed, and refuses more after some."""

    _failures: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def check(self, operation: str) -> None:
        """Return if *operation* may be called, and raise GivenUp if it failed too often."""
        if self._failures[operation] >= MOST_FAILURES:
            raise GivenUp(f"{operation} was given up: {MOST_FAILURES} calls in a row failed")

    def count(self, operation: str, *, failed: bool) -> None:
        """Note how a call of *operation* went."""
        with self._lock:
            self._failures[operation] = self._failures[operation] + 1 if failed else 0


def read_retry_after(response: requests.Response, tries: int) -> float:
    """Read Retry-After (RFC 9110 §10.2.3); without one, wait a little longer each time."""
    given = response.headers.get("Retry-After", "")
    if given.isascii() and given.isdigit():
        return float(given)
    try:
        # Of a date without an offset nothing is known but that HTTP's dates are in GMT.
        moment, now = (
            parsedate_to_datetime(text).replace(tzinfo=UTC)
            for text in (given, response.headers["Date"])
        )
    except (KeyError, ValueError, TypeError, OverflowError):
        return 0.1 * 2.0**tries
    return max(0.0, (moment - now).total_seconds())


def explain_failure(error: requests.RequestException) -> str:
    """Say why there is no response to judge: a `timeout`, `no answer`, or what cannot be read."""
    if isinstance(error, TooLarge | GivenUp):
        return str(error)
    if isinstance(error, TooSlow):
        return f"timeout: {error}"
    kind = "timeout" if isinstance(error, requests.Timeout) else "no answer"
    return f"{kind}: {explain(error)}"
