"""Timestamps and durations: epoch milliseconds inside, text where people read and write them."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

MILLISECONDS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
TIMESTAMP_PATTERN = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
    # What follows the end keeps out a line break, which Python's $ lets through.
    r"(Z|[+-][0-9]{2}:[0-9]{2})$(?!\n)"
)
DURATION_PATTERN = r"^([0-9]{1,15}(ms|s|m|h|d)){1,5}$(?!\n)"

#: The end of the year 9999: years have four digits.
TOO_LATE = 253_402_300_800_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TIMESTAMP = re.compile(TIMESTAMP_PATTERN)
_DURATION = re.compile(DURATION_PATTERN)
_PART = re.compile(r"([0-9]+)(ms|s|m|h|d)")
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = r"[0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?"
_ZONE = r"(Z|[+-][0-9]{2}:?([0-9]{2})?)"
#: What is often written instead of a timestamp, and what is wrong with it.
_NEARLY_TIMESTAMPS = (
    (rf"{_DAY}", "is a day without a time"),
    (rf"{_DAY}[ T]{_TIME}", "has no time zone"),
    (rf"{_DAY} {_TIME} ?{_ZONE}", "has a space where T separates day and time"),
    (rf"{_DAY}T[0-9:]+[.,][0-9]+{_ZONE}", "has a fraction that is not a point and 1 to 6 digits"),
    (rf"(?i:{_DAY}T{_TIME}Z)", "has t or z in place of T and Z"),
    (
        rf"{_DAY}T{_TIME}[+-][0-9]{{2}}([0-9]{{2}})?",
        "has a time zone without its colon and minutes",
    ),
    (r"-?[0-9]+", "is text; write epoch milliseconds as a number, without quotes"),
)
_NEARLY_DURATIONS = (
    (r"-.*", "is negative"),
    (r"[0-9]+", "has no unit"),
    (
        r"([0-9]+[.,][0-9]+(ms|s|m|h|d))+",
        "has a fraction; take a smaller unit, such as 90m for 1.5h",
    ),
    (r"P.*", "is a duration of ISO 8601, which is not supported"),
    (r"([0-9]+ *(ms|s|m|h|d)[ ,]*)+", "has spaces"),
    (r"(?i:([0-9]+(ms|s|m|h|d))+)", "has a unit in capitals"),
    (r"([0-9]+ *[^0-9\s]+)+", "has an unknown unit"),
)


def parse_timestamp(text: str) -> int:
    """Return the epoch milliseconds of *text*, ISO 8601 with a zone: ``2021-06-17T07:00:00Z``.

    Raises:
        ValueError: *text* is not a timestamp, has no zone, or names a day that does not exist.
    """
    if not _TIMESTAMP.fullmatch(text):
        raise ValueError(explain_timestamp(text))
    return (datetime.fromisoformat(text) - _EPOCH) // timedelta(milliseconds=1)


def explain_timestamp(value: object) -> str:
    """Return why *value* is not a timestamp, and how one is written."""
    why = _explain(value, _NEARLY_TIMESTAMPS, "is not a timestamp")
    return f"{why}; write it like 2021-06-17T07:00:00Z or 2021-06-17T09:00:00+02:00"


def explain_duration(value: object) -> str:
    """Return why *value* is not a duration, and how one is written."""
    why = _explain(value, _NEARLY_DURATIONS, "is not a duration")
    return f"{why}; write it like 30s, 1h30m or 2d; there are {', '.join(MILLISECONDS)}"


def _explain(value: object, nearly: Iterable[tuple[str, str]], otherwise: str) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return otherwise
    reasons = (message for pattern, message in nearly if re.fullmatch(pattern, str(value)))
    return next(reasons, otherwise)


def format_timestamp(timestamp: int) -> str:
    """Return *timestamp*, in epoch milliseconds, as ISO 8601 in UTC, up to the year 9999."""
    if timestamp >= TOO_LATE:
        return f"{timestamp} ms after 1970"
    text = (_EPOCH + timedelta(milliseconds=timestamp)).isoformat(timespec="milliseconds")
    return text.replace(".000+00:00", "Z").replace("+00:00", "Z")


def parse_duration(text: str) -> int:
    """Return the milliseconds of *text*: ``500ms``, ``30s``, ``1h30m``, ``2d``.

    Raises:
        ValueError: *text* is not a duration.
    """
    if not _DURATION.fullmatch(text):
        raise ValueError(explain_duration(text))
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
