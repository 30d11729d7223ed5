"""Readings that several laws judge: taken once in a run, so that a law costs few requests."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.engine.history import Job
from contracts.engine.probe import Probe, Query
from contracts.engine.verdict import Broken, Inconclusive, Untested
from contracts.http.exchange import Exchange
from contracts.laws.listing.stretch import ids
from contracts.laws.listing.survey import Survey, survey

TRIES = 3
"""How often a reading is taken again because the data moved under it."""


def surveyed(probe: Probe) -> Survey:
    """Return the survey of the list."""
    taken: Survey = probe.shared(survey)
    return taken


def known_jobs(probe: Probe) -> list[Job]:
    """Return the jobs that the survey of the list met, each once: all of them, if it is short."""
    return surveyed(probe).jobs


def same_page(probe: Probe, query: Query, reference: Query, meaning: str) -> Exchange:
    """Break the law unless *query* gets the same page as *reference*, read before and after.

    Once proves nothing: a job made and another gone between the reads may look like a breach, and
    leave no trace. A breach is there again at once.
    """
    limit = probe.document.paging.limit
    given_limit = reference.get(limit.parameter)
    most = limit.meaning(None if given_limit is None else int(given_limit))
    suspected = False
    for _ in range(TRIES):
        before, given, after = map(probe.list_jobs, (reference, query, reference))
        frame, got = [ids(before.jobs), ids(after.jobs)], ids(given.jobs)
        evidence = [before, given, after]
        if given.status != 200:
            actual = f"{_asked(query)} got {given.status}"
            raise Broken(f"the page that {meaning}", actual, evidence)
        settled = frame[0] == frame[1]
        if (settled and got != frame[0]) or len(got) > most:
            if suspected:
                raise Broken(
                    f"the {len(frame[0])} jobs that {meaning}",
                    f"{_asked(query)} got {len(got)} jobs{_start(got)}",
                    evidence,
                )
            suspected = True
        elif settled or set(got) <= {*frame[0], *frame[1]}:
            return given
    raise Inconclusive("the list moved each time that it was read")


def _asked(query: Query) -> str:
    return "&".join(f"{name}={value}" for name, value in query.items()) or "no query"


def _start(got: Sequence[int]) -> str:
    return f", {', '.join(map(str, got[:3]))}..." if got else ""


def at_least(probe: Probe, count: int, why: str) -> int:
    """Return how many jobs the project has; the law is untested if there are fewer than *count*."""
    total = surveyed(probe).total
    if total < count:
        raise Untested(f"the project has {total} jobs, and it takes {count} {why}")
    return total


def of_each_status(probe: Probe, most: int) -> list[Job]:
    """Return up to *most* jobs of each status."""
    field = probe.document.lifecycle.field
    chosen: list[Job] = []
    for status in probe.document.lifecycle.states:
        those = [job for job in known_jobs(probe) if job.get(field) == status]
        chosen += probe.random.sample(those, min(most, len(those)))
    return chosen
