"""Compares what the calls of one plain `st run` showed of each record, of any API.

A record that seems to have moved against the lifecycle is read again before it counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from contracts.contract.api import Api
from contracts.contract.roles import Key
from contracts.engine.history import History, Sighting
from contracts.engine.law import Law
from contracts.engine.verdict import Unkept, Violation
from contracts.http.exchange import Exchange
from contracts.http.shown import get_single, is_success, list_page
from contracts.roles.catalogue import create_registry
from contracts.schemathesis_hooks.failing import name_record
from contracts.schemathesis_hooks.windows import Ask
from contracts.traffic.watching import BY_TIMELINE_OF_ANY_API

MOST_RECORDS = 50_000
"""How many records are followed; one more takes the place of that which was met first."""

Place = tuple[str, Key]


@dataclass
class _Look:
    """What a law on the history of records asks; it sends nothing."""

    api: Api
    history: History

    @property
    def run(self) -> _Look:
        """Return what has the history."""
        return self

    def exercise(self, what: str, times: int = 1) -> None:
        """Count nothing: only what is broken is told."""


@dataclass
class RecordMoves:
    """Each record as the calls of one run showed it last."""

    api: Api
    laws: tuple[Law, ...] = field(init=False)
    _seen: dict[Place, Sighting] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ids = {law.id for law in BY_TIMELINE_OF_ANY_API}
        self.laws = tuple(law for law in create_registry(self.api) if law.id in ids)

    def check(self, exchange: Exchange, ask: Ask) -> Iterator[tuple[str, Violation]]:
        """Say by which laws a record cannot have become what *exchange* shows, and remember it.

        The times of *exchange* have to be those of one clock for the whole run.
        """
        if not is_success(exchange, self.api):
            return
        resource, light = self.api.resource, replace(exchange, body=b"")
        single = get_single(exchange, self.api)
        scope = resource.find_scope(exchange.arguments)
        for record in [*list_page(exchange, self.api), *([single] if single else [])]:
            key = resource.find_key(record)
            if key is None:
                continue
            place, now = (scope, key), Sighting(record, light)
            before = self._seen.pop(place, now)
            found = list(self._judge(place, before, now))
            if found and resource.read is not None:
                again = ask(name_record(self.api, exchange, key))
                shown = get_single(again, self.api)
                if resource.find_key(shown) != key:
                    found = []
                else:
                    now = Sighting(shown, replace(again, sent=exchange.received))
                    found = list(self._judge(place, before, now))
            self._seen[place] = now
            yield from found
        while len(self._seen) > MOST_RECORDS:
            del self._seen[next(iter(self._seen))]

    def _judge(
        self, place: Place, before: Sighting, now: Sighting
    ) -> Iterator[tuple[str, Violation]]:
        """Judge one change of a record by the laws on how records move."""
        if before.job == now.job:
            return
        look = _Look(self.api, History(self.api, {place: [before, now]}))
        for law in self.laws:
            try:
                if law.by_probe is not None:
                    law.by_probe(look)
            except Violation as violation:
                yield law.id, violation
            except Unkept:  # the document does not declare it
                continue
