"""How long the judge waits: what a deployment asks for, and when it asks in vain too often."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime

import requests

IN_VAIN = 3
"""After this many answers in a row that did not end, an operation is not called again."""


class GivenUp(requests.exceptions.RequestException):
    """The operation was called in vain too often to be called again in this run."""


@dataclass
class Patience:
    """Counts, by operation, the calls in a row for which the judge waited in vain."""

    _in_vain: Counter[str] = field(default_factory=Counter)

    def check(self, operation: str) -> None:
        """Return if *operation* may be called, and raise GivenUp if that is useless."""
        if self._in_vain[operation] >= IN_VAIN:
            raise GivenUp(f"{operation} was given up: {IN_VAIN} calls in a row were in vain")

    def count(self, operation: str, *, in_vain: bool) -> None:
        """Note how a call of *operation* went."""
        self._in_vain[operation] = self._in_vain[operation] + 1 if in_vain else 0


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
