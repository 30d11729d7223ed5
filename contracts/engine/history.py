"""What the run saw of each job, in order: the laws on how jobs move read it at the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
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


@dataclass
class History:
    """The sightings of each job that differ from the one before; a witness of the transport."""

    document: Document
    _sightings: dict[tuple[str, int], list[Sighting]] = field(default_factory=dict)
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
            sightings = self._sightings.setdefault((project, job_id), [])
            if not sightings or sightings[-1].job != job:
                sightings.append(Sighting(job, exchange))

    def list_jobs(self) -> Iterator[Sighting]:
        """Go through each job as it was seen last."""
        for sightings in self._sightings.values():
            yield sightings[-1]

    def find_unlisted(self, project: str) -> dict[str, Sighting]:
        """Return, by status, a job of *project* that no page has shown in that status."""
        return {
            state[2]: sighting
            for state, sighting in self._alone.items()
            if state[0] == project and state not in self._listed
        }

    def list_changes(self) -> Iterator[tuple[Sighting, Sighting]]:
        """Go through each change that was seen; of overlapping exchanges the order is unknown."""
        for sightings in self._sightings.values():
            for before, after in pairwise(sightings):
                if before.exchange.received <= after.exchange.sent:
                    yield before, after

    def list_triples(self) -> Iterator[tuple[Sighting, Sighting, Sighting]]:
        """Go through what was seen of a job in three exchanges, one after the other."""
        for sightings in self._sightings.values():
            for one, two, three in zip(sightings, sightings[1:], sightings[2:], strict=False):
                apart = one.exchange.received <= two.exchange.sent
                if apart and two.exchange.received <= three.exchange.sent:
                    yield one, two, three

    def list_sightings(self) -> Iterator[Sighting]:
        """Go through everything that was seen."""
        for sightings in self._sightings.values():
            yield from sightings
