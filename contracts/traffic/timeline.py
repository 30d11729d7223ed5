"""What a recording shows of each record, in the order of its times and within bounds.

A recording may have a page of records in each of 100,000 exchanges. So only what differs from the
sighting before is kept, and the exchange that shows it is kept compressed.
"""

from __future__ import annotations

import sys
import zlib
from bisect import bisect_right
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

from contracts.engine.history import History, Sighting
from contracts.http.exchange import Exchange, get_job_id

MOST_RECORDS = 20_000
MOST_SIGHTINGS = 50
"""How many records are followed, and how many changes of each."""


class PackedExchange(Exchange):
    """An exchange whose body takes little memory until a report shows it."""

    def __init__(self, exchange: Exchange) -> None:
        values = {one.name: getattr(exchange, one.name) for one in fields(exchange)}
        values["packed"] = zlib.compress(values.pop("body"), 1)
        vars(self).update(values)

    @property
    def body(self) -> bytes:
        """Return the body of the response."""
        return zlib.decompress(vars(self)["packed"])


@dataclass
class Timeline(History):
    """The sightings of a recording; exchanges may come in any order."""

    unfollowed: set[tuple[str, int]] = field(default_factory=set)
    """Records beyond the most that are followed."""

    def look(self, exchange: Exchange) -> None:
        """Remember what *exchange* shows of records, if it shows any."""
        if exchange.status != 200:
            return
        shown = _Shown(exchange)
        for job in [*exchange.jobs, *([exchange.job] if exchange.job else [])]:
            job_id = get_job_id(job)
            if job_id is not None:
                self._insert((exchange.arguments.get("projectKey", ""), job_id), job, shown)

    def _insert(self, place: tuple[str, int], job: dict[str, Any], shown: _Shown) -> None:
        sightings = self._sightings.get(place)
        if sightings is None:
            if len(self._sightings) >= MOST_RECORDS:
                if len(self.unfollowed) < MOST_RECORDS:
                    self.unfollowed.add(place)
                return
            sightings = self._sightings[place] = []
        at = len(sightings)
        if sightings and sightings[-1].exchange.sent > shown.exchange.sent:
            at = bisect_right(sightings, shown.exchange.sent, key=lambda one: one.exchange.sent)
        if (at and sightings[at - 1].job == job) or len(sightings) >= MOST_SIGHTINGS:
            return
        kept = {sys.intern(name): value for name, value in job.items()}
        sightings.insert(at, Sighting(kept, shown.packed))


@dataclass
class _Shown:
    """An exchange, packed once for all the records that it shows."""

    exchange: Exchange

    @cached_property
    def packed(self) -> Exchange:
        return PackedExchange(self.exchange)
