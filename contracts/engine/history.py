"""What the run saw of each job, in order: the laws on how jobs move read it at the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from contracts.contract.document import Document
from contracts.engine.extreme import explain_extreme
from contracts.http.exchange import Exchange, get_job_id

Job = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sighting:
    """A job as one exchange showed it."""

    job: Job
    exchange: Exchange


def _repeats(last: Sighting, job: Job, exchange: Exchange) -> bool:
    """Tell whether *exchange* shows the same *job* as before, and certainly later."""
    return last.job == job and last.exchange.received <= exchange.sent


@dataclass
class History:
    """The sightings of each job that differ from the one before; a witness of the transport."""

    document: Document
    _sightings: dict[tuple[str, int], list[Sighting]] = field(default_factory=dict)
    _last: dict[tuple[str, int], Sighting] = field(default_factory=dict)
    _listed: set[tuple[str, int, str]] = field(default_factory=set)
    _alone: dict[tuple[str, int, str], Sighting] = field(default_factory=dict)
    """Project, jobId and status of what pages showed, and of what was shown as one job."""

    def look(self, exchange: Exchange) -> None:
        """Remember what *exchange* shows of jobs, if it was asked for what is promised."""
        if exchange.status != 200 or explain_extreme(exchange, self.document):
            return
        project = exchange.arguments.get("projectKey", "")
        for job in [*exchange.jobs, *([exchange.job] if exchange.job else [])]:
            job_id = get_job_id(job)
            if job_id is None:
                continue
            state = (project, job_id, str(job.get(self.document.lifecycle.field)))
            if exchange.jobs:
                self._listed.add(state)
            else:
                self._alone[state] = Sighting(job, exchange)
            key = project, job_id
            known = self._last.get(key)
            if known is None or known.exchange.received <= exchange.received:
                self._last[key] = Sighting(job, exchange)
            sightings = self._sightings.setdefault(key, [])
            if not sightings or not _repeats(sightings[-1], job, exchange):
                sightings.append(Sighting(job, exchange))

    def list_jobs(self) -> Iterator[Sighting]:
        """Go through each job as it was seen last.

        A job that two exchanges under way at once showed last, and differently, is left out: which
        of them is the later one is unknown.
        """
        for key, last in sorted(self._last.items(), key=lambda one: one[0]):
            sightings = self._sightings[key]
            others = (one.exchange for one in sightings if one.job != last.job)
            if all(other.received <= last.exchange.sent for other in others):
                yield last

    def find_unlisted(self, project: str) -> dict[str, Sighting]:
        """Return, by status, a job of *project* that no page has shown in that status."""
        return {
            state[2]: sighting
            for state, sighting in sorted(self._alone.items(), key=lambda one: one[0])
            if state[0] == project and state not in self._listed
        }

    def list_changes(self) -> Iterator[tuple[Sighting, Sighting]]:
        """Go through each change that was seen: a sighting, and the last one that ended before.

        Of exchanges that were under way at once, the order is unknown.
        """
        for sightings in self._list_in_order():
            for after in sightings:
                earlier = [
                    one
                    for one in sightings
                    if one.exchange.received <= after.exchange.sent and one is not after
                ]
                before = max(earlier, key=lambda one: one.exchange.received, default=after)
                if before.job != after.job:
                    yield before, after

    def list_sightings(self) -> Iterator[Sighting]:
        """Go through everything that was seen."""
        for sightings in self._list_in_order():
            yield from sightings

    def _list_in_order(self) -> Iterator[list[Sighting]]:
        """Go through the sightings of each job: by project and jobId, whichever was seen first."""
        for _, sightings in sorted(self._sightings.items()):
            yield sightings
