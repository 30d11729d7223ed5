"""Moments in the units that documents declare, as seconds since 1970."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

UNSET = (None, 0, "", "0001-01-01T00:00:00Z", -62135596800)
"""Values of a timestamp that was not set: some servers write zero, or the first day of year one."""

UNITS = {
    "date-time": "rfc3339",
    "date-time-rfc-2822": "rfc2822",
    "unixtime": "s",
    "unix-time": "s",
}
"""In which unit a property holds a moment, by its format."""

EARLIEST, LATEST = 946_684_800.0, 4_102_444_800.0
"""The years 2000 and 2100: what lies outside is in another unit than the declared one."""


def find_unit(schema: Mapping[str, Any]) -> str | None:
    """Return the unit in which *schema* declares a moment, or None if it declares none.

    A number with `format: date-time` is what Unix counts.
    """
    types = schema.get("type", "string")
    is_text = "string" in ([types] if isinstance(types, str) else types)
    form = schema.get("format")
    return "s" if form == "date-time" and not is_text else UNITS.get(str(form))


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


def is_plausible(value: Any, unit: str) -> bool:
    """Tell whether *value* is a moment in *unit* at which records are made and move."""
    moment = read_moment(value, unit)
    return moment is not None and EARLIEST < moment < LATEST
