"""What the run saw of each record, in order: the laws on how records move read it at the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.contract.api import Api
from contracts.contract.json_values import get_value
from contracts.contract.roles import Key
from contracts.engine.extreme import explain_extreme
from contracts.http.exchange import Exchange
from contracts.http.shown import get_single, is_success, list_page

Job = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sighting:
    """A record as one exchange showed it."""

    job: Job
    exchange: Exchange


def _repeats(last: Sighting, job: Job, exchange: Exchange) -> bool:
    """Tell whether *exchange* shows the same *job* as before, and certainly later."""
    return last.job == job and last.exchange.received <= exchange.sent


@dataclass
class History:
    """The sightings of each record that differ from the one before; a witness of the transport."""

    document: Api
    _sightings: dict[tuple[str, Key], list[Sighting]] = field(default_factory=dict)
    _last: dict[tuple[str, Key], Sighting] = field(default_factory=dict)
    _listed: set[tuple[str, Key, str]] = field(default_factory=set)
    _alone: dict[tuple[str, Key, str], Sighting] = field(default_factory=dict)
    """Scope, key and state of what pages showed, and of what was shown as one record."""
    _ended: list[str] = field(default_factory=list)

    def look(self, exchange: Exchange) -> None:
        """Remember what *exchange* shows of records, if it was asked for what is promised."""
        if not is_success(exchange, self.document) or explain_extreme(exchange, self.document):
            return
        resource = self.document.resource
        scope = resource.find_scope(exchange.arguments)
        ended = self._note_end(exchange, scope)
        page, single = list_page(exchange, self.document), get_single(exchange, self.document)
        for job in [*page, *([single] if single else [])]:
            key = resource.find_key(job)
            if key is None:
                continue
            state = (scope, key, resource.name_state(job))
            if page:
                self._listed.add(state)
            elif not ended:
                self._alone[state] = Sighting(job, exchange)
            known = self._last.get((scope, key))
            if known is None or known.exchange.received <= exchange.received:
                self._last[scope, key] = Sighting(job, exchange)
            sightings = self._sightings.setdefault((scope, key), [])
            if not sightings or not _repeats(sightings[-1], job, exchange):
                sightings.append(Sighting(job, exchange))

    def _note_end(self, exchange: Exchange, scope: str) -> bool:
        """Remember the state in which a record was that a call has deleted, if it deletes any."""
        operation = self.document.operations[exchange.operation or ""]
        rows = list(self.document.resource.list_moves(operation))
        text = exchange.arguments.get(self.document.resource.find_key_parameter(operation) or "")
        if not rows or any(row.targets for row in rows):
            return False
        for (place, key), sightings in self._sightings.items():
            if place == scope and str(key) == text and sightings:
                self._ended.append(self.document.resource.name_state(sightings[-1].job))
                self._alone = {
                    state: one for state, one in self._alone.items() if state[:2] != (place, key)
                }
        return True

    def list_ended_states(self) -> Sequence[str]:
        """Return the state of each record that a call has deleted, as it was seen last."""
        return tuple(self._ended)

    def list_jobs(self) -> Iterator[Sighting]:
        """Go through each record as it was seen last.

        A record that two exchanges under way at once showed last, and differently, is left out:
        which of them is the later one is unknown.
        """
        for key, last in sorted(self._last.items(), key=_rank):
            sightings = self._sightings[key]
            others = (one.exchange for one in sightings if one.job != last.job)
            if all(other.received <= last.exchange.since for other in others):
                yield last

    def find_unlisted(self, project: str) -> dict[str, Sighting]:
        """Return, by state, a record of *project* that no page has shown in that state."""
        return {
            state[2]: sighting
            for state, sighting in sorted(self._alone.items(), key=_rank)
            if state[0] == project and state not in self._listed
        }

    def list_changes(self) -> Iterator[tuple[Sighting, Sighting]]:
        """Go through each change that was seen: a sighting, and the last one that ended before.

        Of exchanges that were under way at once, the order is unknown.
        """
        for sightings in self._list_in_order():
            by_end = sorted(sightings, key=lambda one: one.exchange.received)
            for place, after in enumerate(by_end):
                earlier = (by_end[one] for one in range(place - 1, -1, -1))
                ended = (one for one in earlier if one.exchange.received <= after.exchange.since)
                before = next(ended, after)
                if before.job != after.job:
                    yield before, after

    def list_lasting_changes(self) -> Iterator[tuple[Sighting, Sighting]]:
        """Go through the changes of records that were not deleted and made again meanwhile.

        Where clients choose the keys, only the timestamp of its making tells one from the other.
        """
        resource = self.document.resource
        chosen_keys = any(
            one.conflict is not None and one.conflict.key == resource.key
            for one in resource.creations
        )
        life = resource.lifecycle
        made = life.stamps.made if life is not None and life.stamps is not None else None
        for before, after in self.list_changes():
            same = made and get_value(before.job, made) == get_value(after.job, made)
            if not chosen_keys or same:
                yield before, after

    def list_triples(self) -> Iterator[tuple[Sighting, Sighting, Sighting]]:
        """Go through what was seen of a job in three exchanges, one after the other."""
        for sightings in self._list_in_order():
            for one, two, three in zip(sightings, sightings[1:], sightings[2:], strict=False):
                apart = one.exchange.received <= two.exchange.since
                if apart and two.exchange.received <= three.exchange.since:
                    yield one, two, three

    def list_sightings(self) -> Iterator[Sighting]:
        """Go through everything that was seen."""
        for sightings in self._list_in_order():
            yield from sightings

    def _list_in_order(self) -> Iterator[list[Sighting]]:
        """Go through the sightings of each record: by scope and key, whichever was seen first."""
        for _, sightings in sorted(self._sightings.items(), key=_rank):
            yield sightings


def _rank(one: tuple[tuple[Any, ...], object]) -> list[tuple[bool, Any]]:
    """Return by what the key of *one* is sorted: a deployment may mix numbers and texts."""
    return [(isinstance(part, str), part) for part in one[0]]
