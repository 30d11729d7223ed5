"""What a long list costs to judge, and what is still seen of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from contracts.contract.document import Document
from contracts.engine.events import LawFinished, RunFinished
from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.law import Registry
from contracts.engine.runner import Runner, Settings, create_runner
from contracts.engine.verdict import Untested, Verdict
from contracts.laws import catalogue
from contracts.laws.listing.jobs import get_survey
from contracts.laws.listing.lookup import find_job
from contracts.reports import json_report
from contracts.reports.summary import Summary
from contracts.selftest.conforming.open_choices import ByUser, OldestFirst
from contracts.selftest.conforming.vast_lists import Large, Vast
from contracts.selftest.miniature import Miniature
from contracts.selftest.world import create_target
from contracts.target import Effects, Extent

Serve = Callable[..., str]

MOST = 600
"""So many requests may a run send that only reads, whatever the size of the list."""


def run_of(contract: Document, url: str, laws: str = "*", rng: int = 0) -> Runner:
    """Put together a run that only reads, with every law that *laws* matches."""
    registry: Registry = catalogue.create_registry(contract).select([laws])
    return create_runner(create_target(url, Effects.NONE), contract, registry, Settings(rng=rng))


def probe_of(contract: Document, url: str, rng: int = 0) -> JobsProbe:
    """Return a way to the deployment at *url*."""
    return JobsProbe(run_of(contract, url, rng=rng).run, "TEST")


@pytest.mark.parametrize(
    ("kind", "jobs"),
    [(Miniature, 511), (Miniature, 2_500), (Miniature, 5_000), (Large, 0), (Vast, 0)],
    ids=["511", "2500", "5000", "60000", "1000000"],
)
def test_the_cost_does_not_depend_on_the_size(
    serve: Serve, contract: Document, kind: type[Miniature], jobs: int
) -> None:
    """A run that only reads sends 600 requests at most, and judges every law about pages."""
    events = list(run_of(contract, serve(kind, jobs=jobs)).stream_events())
    laws = {e.law.id: e.verdict for e in events if isinstance(e, LawFinished)}
    end = events[-1]
    assert isinstance(end, RunFinished)

    assert end.requests <= MOST
    assert end.exit_code == 0
    assert {v for i, v in laws.items() if i[:4] in ("WALK", "PAGE")} == {Verdict.KEPT}


def test_the_end_of_a_long_list_is_found(serve: Serve, contract: Document) -> None:
    """The number of jobs is exact, also where the last page is not full, and at a bound of two."""
    for count in (2_001, 2_200, 3_200, 25_600, 60_001):
        kind = type("Counted", (Vast,), {"count": count})

        assert get_survey(probe_of(contract, serve(kind))).total == count


def test_a_short_list_is_walked_whole(serve: Serve, contract: Document) -> None:
    """Up to ten pages of the largest limit nothing is left out, and the report says so."""
    probe = probe_of(contract, serve(jobs=2_000))
    survey = get_survey(probe)

    assert (survey.whole, survey.total, len(survey.met)) == (True, 2_000, 2_000)
    assert probe.run.surveyed == "all 2000 jobs of the list"


def test_a_long_list_is_walked_whole_if_that_is_asked(serve: Serve, contract: Document) -> None:
    """`--walk full` leaves nothing out of a long list either."""
    whole = replace(create_target(serve(jobs=3_000), Effects.NONE), extent=Extent.FULL)
    run = create_runner(whole, contract, Registry(()), Settings()).run

    assert len(get_survey(JobsProbe(run, "TEST")).met) == 3_000


def test_the_stretches_follow_from_the_seed(serve: Serve, contract: Document) -> None:
    """One seed reads the same part of a long list again, another seed another one."""
    url = serve(Vast)
    parts = [get_survey(probe_of(contract, url, rng)).describe() for rng in (1, 1, 2)]

    assert parts[0] == parts[1] != parts[2]
    assert "of the 1000000 in the list (--walk full reads all)" in parts[0]


@pytest.mark.parametrize("kind", [Large, type("OldestFirstLarge", (OldestFirst,), {})])
def test_a_job_of_a_long_list_is_found(
    serve: Serve, contract: Document, kind: type[Miniature]
) -> None:
    """Wherever a job stands in a list that is ordered by jobId, its entry is found by halving."""
    probe = probe_of(contract, serve(kind, jobs=3_000))
    numbers = (1, 2, 1_234, 2_999, max(get_survey(probe).met))
    found = [find_job(probe, number) for number in numbers]

    assert [job and job["jobId"] for job in found] == list(numbers)
    assert find_job(probe, max(numbers) + 1) is None


def test_a_job_is_not_looked_for_in_a_long_list_without_order(
    serve: Serve, contract: Document
) -> None:
    """Where only a whole walk could tell, the law says so and accuses no deployment."""
    probe = probe_of(contract, serve(ByUser, jobs=3_000))
    hidden = next(number for number in range(1, 3_000) if number not in get_survey(probe).met)

    with pytest.raises(Untested, match="--walk full"):
        find_job(probe, hidden)


def test_the_report_says_what_was_read(serve: Serve, contract: Document) -> None:
    """A reader of any report can tell a list that was read whole from one that was not."""
    for jobs, told in ((30, "all 30 jobs of the list"), (3_000, "jobs 1 to 400, ")):
        events = list(run_of(contract, serve(jobs=jobs), "WALK-*").stream_events())
        run = json_report.render(Summary.of(events))["run"]

        assert run["surveyed"].startswith(told)
        assert any(one.startswith(f"read: {told}") for one in Summary.of(events).also)
