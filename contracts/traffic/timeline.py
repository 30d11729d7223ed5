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

from contracts.contract.api import Api
from contracts.contract.json_values import get_value
from contracts.contract.roles import Key
from contracts.engine.history import History, Job, Sighting
from contracts.http.exchange import Exchange
from contracts.http.shown import get_single, is_success, list_page

MOST_SIGHTINGS = 50_000
"""How many sightings are kept, at some 3,000 octets of memory each."""


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

    document: Api
    unfollowed: set[tuple[str, Key]] = field(default_factory=set)
    """Records of which not all could be kept."""
    most: int = MOST_SIGHTINGS
    _kept: int = 0

    def see(self, exchange: Exchange, viewer: str) -> None:
        """Remember what *exchange* shows of records, if it shows any.

        What one *viewer* sees is not compared with what another does: keys may open worlds of their
        own, with the same scopes and keys. A key of which the record was made at another time is
        that of another record.
        """
        if not is_success(exchange, self.document):
            return
        shown, resource = _Shown(exchange), self.document.resource
        stamps = resource.lifecycle.stamps if resource.lifecycle else None
        made = stamps.made if stamps else None
        scope = resource.find_scope(exchange.arguments)
        page, single = list_page(exchange, self.document), get_single(exchange, self.document)
        for job in [*page, *([single] if single else [])]:
            key = resource.find_key(job)
            if key is not None:
                self._insert(
                    (f"{scope} {viewer} {get_value(job, made) if made else None}", key), job, shown
                )

    def _insert(self, place: tuple[str, Key], job: Job, shown: _Shown) -> None:
        sightings = self._sightings.get(place, [])
        at = len(sightings)
        if sightings and sightings[-1].exchange.sent > shown.exchange.sent:
            at = bisect_right(sightings, shown.exchange.sent, key=lambda one: one.exchange.sent)
        if at and sightings[at - 1].job == job:
            return
        if self._kept >= self.most:
            if len(self.unfollowed) < self.most:
                self.unfollowed.add((place[0].partition(" ")[0], place[1]))
            return
        self._kept += 1
        kept = {sys.intern(name): value for name, value in job.items()}
        sightings.insert(at, Sighting(kept, shown.packed))
        self._sightings[place] = sightings


@dataclass
class _Shown:
    """An exchange, packed once for all the records that it shows."""

    exchange: Exchange

    @cached_property
    def packed(self) -> Exchange:
        return PackedExchange(self.exchange)
