"""Moments of records: when they may be, and how they compare."""

from __future__ import annotations

from typing import Any

from contracts.contract.api import Api
from contracts.contract.moments import read_moment

EARLIEST, LATEST = 946_684_800.0, 4_102_444_800.0
"""The years 2000 and 2100: what lies outside is in another unit than the declared one."""

LEEWAY = 60.0
"""Seconds by which the clocks of two machines of one deployment may differ."""


def make_comparable(api: Api, place: str, value: Any) -> float | None:
    """Return *value* of the property at *place* as what sorts: a number or a moment; else None."""
    life = api.resource.lifecycle
    stamps = life.stamps if life else None
    if stamps is not None and place in stamps.places:
        return read_moment(value, stamps.unit)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
