"""Moments in the units that documents declare, as seconds since 1970."""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

UNSET = (None, 0, "", "0001-01-01T00:00:00Z", -62135596800)
"""Values of a timestamp that was not set: some servers write zero, or the first day of year one."""


def read_moment(value: Any, unit: str) -> float | None:
    """Return *value* in seconds since 1970, or None if it is not a moment in *unit*."""
    if unit in ("ms", "s"):
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return value / 1000 if unit == "ms" else float(value)
    if not isinstance(value, str):
        return None
    try:
        if unit == "rfc2822":
            return parsedate_to_datetime(value).timestamp()
        # A leap second (RFC 3339 §5.7) is one that Python does not have.
        found = datetime.fromisoformat(value.upper().replace(":60", ":59"))
    except (ValueError, TypeError, OverflowError):
        return None
    return found.timestamp() if found.tzinfo is not None else None
