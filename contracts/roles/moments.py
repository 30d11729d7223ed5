"""Moments in the units that documents declare, as seconds since 1970."""

from __future__ import annotations

import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from contracts.contract.api import Api

EARLIEST, LATEST = 946_684_800.0, 4_102_444_800.0
"""The years 2000 and 2100: what lies outside is in another unit than the declared one."""

UNSET = (None, 0, "", "0001-01-01T00:00:00Z", -62135596800)
"""Values of a timestamp that was not set: some servers write zero, or the first day of year one."""

FORMATS = {"date-time": "rfc3339", "unixtime": "s"}
"""In which unit the moments of a property are, by its format."""

UNITS = {"Y": 31_536_000, "M": 2_592_000, "W": 604_800, "D": 86_400, "h": 3_600, "m": 60, "s": 1}
DURATION = re.compile(
    r"P(?:(?P<Y>\d+)Y)?(?:(?P<M>\d+)M)?(?:(?P<W>\d+)W)?(?:(?P<D>\d+)D)?"
    r"(?:T(?:(?P<h>\d+)H)?(?:(?P<m>\d+)M)?(?:(?P<s>\d+(?:\.\d+)?)S)?)?"
)

LEEWAY = 60.0
"""Seconds by which the clocks of two machines of one deployment may differ."""


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


def read_duration(text: str) -> float:
    """Return a duration of ISO 8601, such as `PT10M`, in seconds; a year has 365 days, a month 30.

    Raises:
        ValueError: it is not a duration.
    """
    found = DURATION.fullmatch(text)
    if not found or text[-1:] in "PT":
        raise ValueError(f"{text!r} is not a duration, such as PT10M")
    return sum(float(number) * UNITS[name] for name, number in found.groupdict("0").items())


def find_format(api: Api, place: str) -> str:
    """Return the format that the schema of a record declares for its property at *place*."""
    schema = api.resolve(api.resource.schema)
    for step in place.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        schema = schema.get("properties", {}).get(name, {})
        if "$ref" in schema:
            schema = api.resolve(schema["$ref"])
    parts = [schema, *schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())]
    return str(next((one["format"] for one in parts if "format" in one), ""))


def make_comparable(api: Api, place: str, value: Any) -> float | None:
    """Return *value* of the property at *place* as what sorts: a number or a moment; else None."""
    life = api.resource.lifecycle
    stamps = life.stamps if life else None
    if stamps is not None and place in stamps.places:
        return read_moment(value, stamps.unit)
    if unit := FORMATS.get(find_format(api, place)):
        return read_moment(value, unit)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
