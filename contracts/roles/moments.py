"""Moments of records: when they may be, and how they compare."""

from __future__ import annotations

import re
from typing import Any

from contracts.contract.api import Api
from contracts.contract.moments import find_unit, read_moment
from contracts.contract.pointer import unescape
from contracts.engine.bodies import follow

UNITS = {"Y": 31_536_000, "M": 2_592_000, "W": 604_800, "D": 86_400, "h": 3_600, "m": 60, "s": 1}
DURATION = re.compile(
    r"P(?:(?P<Y>\d+)Y)?(?:(?P<M>\d+)M)?(?:(?P<W>\d+)W)?(?:(?P<D>\d+)D)?"
    r"(?:T(?:(?P<h>\d+)H)?(?:(?P<m>\d+)M)?(?:(?P<s>\d+(?:\.\d+)?)S)?)?"
)

LEEWAY = 60.0
"""Seconds by which the clocks of two machines of one deployment may differ."""


def read_duration(text: str) -> float:
    """Return a duration of ISO 8601, such as `PT10M`, in seconds; a year has 365 days, a month 30.

    Raises:
        ValueError: it is not a duration.
    """
    found = DURATION.fullmatch(text)
    if not found or text[-1:] in "PT":
        raise ValueError(f"{text!r} is not a duration, such as PT10M")
    return sum(float(number) * UNITS[name] for name, number in found.groupdict("0").items())


def find_unit_at(api: Api, place: str) -> str | None:
    """Return the unit of the moments that a record has at *place*; None if it declares none."""
    schema = follow(api, api.resolve(api.resource.schema))
    for step in place.split("/")[1:]:
        name = unescape(step)
        schema = follow(api, schema.get("properties", {}).get(name, {}))
    return find_unit(schema)


def make_comparable(api: Api, place: str, value: Any) -> float | None:
    """Return *value* of the property at *place* as what sorts: a number or a moment; else None."""
    life = api.resource.lifecycle
    stamps = life.stamps if life else None
    if stamps is not None and place in stamps.places:
        return read_moment(value, stamps.unit)
    if unit := find_unit_at(api, place):
        return read_moment(value, unit)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
