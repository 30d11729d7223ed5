"""Compares pages of the list that have to be the same, although jobs may move in between."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.probe import Query
from contracts.engine.verdict import Inconclusive, Violation
from contracts.http.exchange import Exchange
from contracts.laws.listing.stretch import get_ids

TRIES = 3
"""How often pages are read again because the data moved between the reads."""


def expect_same_page(probe: JobsProbe, query: Query, reference: Query, meaning: str) -> Exchange:
    """Break the law unless *query* gets the same page as *reference*, read before and after.

    One difference proves nothing: a job that was made and another that was deleted between the
    reads may cause it, and leave no trace. A violation is found again at once.
    """
    limit = probe.document.paging.limit
    given_limit = reference.get(limit.parameter)
    most = limit.interpret(None if given_limit is None else int(given_limit))
    suspected = False
    for _ in range(TRIES):
        before, given, after = map(probe.list_jobs, (reference, query, reference))
        frame, got = [get_ids(before.jobs), get_ids(after.jobs)], get_ids(given.jobs)
        evidence = [before, given, after]
        if given.status != 200:
            actual = f"{_format_query(query)} got {given.status}"
            raise Violation(f"the page that {meaning}", actual, evidence)
        settled = frame[0] == frame[1]
        if (settled and got != frame[0]) or len(got) > most:
            if suspected:
                raise Violation(
                    f"the {len(frame[0])} jobs that {meaning}",
                    f"{_format_query(query)} got {len(got)} jobs{_format_start(got)}",
                    evidence,
                )
            suspected = True
        elif settled or set(got) <= {*frame[0], *frame[1]}:
            return given
    raise Inconclusive("the list changed each time it was read")


def _format_query(query: Query) -> str:
    return "&".join(f"{name}={value}" for name, value in query.items()) or "no query"


def _format_start(got: Sequence[int]) -> str:
    return f", {', '.join(map(str, got[:3]))}..." if got else ""
