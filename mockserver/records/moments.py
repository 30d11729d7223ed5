"""Moments as records hold them: in one of four units, and epoch milliseconds inside."""

import re
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache
from typing import Any

from mockserver.contract.checks import seconds
from mockserver.parsing.timestamp import format_timestamp, parse_timestamp

_BARE_ZONE = re.compile(r"([+-]\d{2})(\d{2})$")
_FURTHER_DIGITS = re.compile(r"(\.\d{6})\d+")


def stamp_of(moment: int, unit: str) -> int | str:
    """Return *moment* (epoch milliseconds) as a property of that unit holds it.

    *unit* is ``ms``, ``s``, ``rfc3339`` or ``rfc2822``; ``s`` and ``rfc2822`` leave out what is
    less than a second.
    """
    if unit == "ms":
        return moment
    if unit == "s":
        return moment // 1000
    if unit == "rfc3339":
        return format_timestamp(moment)
    return format_datetime(datetime.fromtimestamp(moment // 1000, UTC))


def moment_of(stamp: Any, unit: str) -> int | None:
    """Return the epoch milliseconds that *stamp* states in *unit*; None if it states none."""
    if isinstance(stamp, bool) or not isinstance(stamp, int | float | str):
        return None
    try:
        if unit == "ms":
            return int(stamp)
        if unit == "s":
            return int(float(stamp) * 1000)
        if unit == "rfc3339":
            # RFC 3339, section 5.6: any number of digits, and t and z in either case. Clients also
            # send zones without a colon, as ISO 8601 allows.
            text = _BARE_ZONE.sub(r"\1:\2", str(stamp).upper())
            return parse_timestamp(_FURTHER_DIGITS.sub(r"\1", text) if "." in text else text)
        parsed = parsedate_to_datetime(str(stamp))
    except (ValueError, OverflowError):
        return None
    return int((parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()) * 1000


@lru_cache(256)
def milliseconds(duration: str) -> int:
    """Return the length of an ISO 8601 *duration* that the reader has checked."""
    return round(seconds(duration) * 1000)
