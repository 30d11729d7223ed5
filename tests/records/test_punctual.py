"""Servers that make a move as soon as its moment lets them, in worlds without a pace."""

from mockserver.records.progress import Pace, Progress
from tests.jobs import basis
from tests.records.kinds import kind

MADE = 1_768_478_400_000


def test_a_job_starts_at_its_moment_also_if_that_has_passed() -> None:
    """Guards the profile of the jobs API: its server is punctual, one of the contract alone not."""
    due = []
    for jobs in (*basis().kinds, kind("jobs")):
        assert jobs.lifecycle is not None
        record = jobs.begin({"jobId": 7, "startAt": MADE - 5_000}, (), MADE)
        due.append(Progress(jobs.lifecycle, Pace(None)).next_due(record))

    assert [MADE, None] == [found and found.at for found in due]
