"""Moments and durations: epoch milliseconds inside, text where people read and write them."""

import re
from datetime import UTC, datetime, timedelta

MILLISECONDS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
MOMENT_PATTERN = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})$"
)
DURATION_PATTERN = r"^([0-9]{1,15}(ms|s|m|h|d)){1,5}$"

#: The end of the year 9999: years have four digits.
TOO_LATE = 253_402_300_800_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENT = re.compile(MOMENT_PATTERN)
_DURATION = re.compile(DURATION_PATTERN)
_PART = re.compile(r"([0-9]+)(ms|s|m|h|d)")


def parse_moment(text: str) -> int:
    """Return the epoch milliseconds of *text*, ISO 8601 with a zone: ``2021-06-17T07:00:00Z``.

    Raises:
        ValueError: *text* is no such moment, has no zone, or names a day that does not exist.
    """
    if not _MOMENT.fullmatch(text):
        raise ValueError(f"{text!r} is no moment; write it like 2021-06-17T07:00:00Z")
    return (datetime.fromisoformat(text) - _EPOCH) // timedelta(milliseconds=1)


def format_moment(moment: int) -> str:
    """Return *moment*, in epoch milliseconds, as ISO 8601 in UTC, up to the year 9999."""
    if moment >= TOO_LATE:
        return f"{moment} ms after 1970"
    text = (_EPOCH + timedelta(milliseconds=moment)).isoformat(timespec="milliseconds")
    return text.replace(".000+00:00", "Z").replace("+00:00", "Z")


def parse_duration(text: str) -> int:
    """Return the milliseconds of *text*: ``500ms``, ``30s``, ``1h30m``, ``2d``.

    Raises:
        ValueError: *text* is no such duration.
    """
    if not _DURATION.fullmatch(text):
        raise ValueError(f"{text!r} is no duration; write it like 30s, 1h30m or 2d")
    return sum(int(amount) * MILLISECONDS[unit] for amount, unit in _PART.findall(text))


def format_duration(milliseconds: int) -> str:
    """Return the text of which `parse_duration` makes *milliseconds*, in the largest unit."""
    for unit in ("d", "h", "m", "s"):
        if milliseconds and milliseconds % MILLISECONDS[unit] == 0:
            return f"{milliseconds // MILLISECONDS[unit]}{unit}"
    return f"{milliseconds}ms"


def next_midnight(now: int) -> int:
    """Return the first UTC midnight after *now*, both in epoch milliseconds."""
    day = MILLISECONDS["d"]
    return (now // day + 1) * day
