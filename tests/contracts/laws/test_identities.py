"""Data that moves: laws compare which jobs they met, and not how many."""

from __future__ import annotations

import pytest

from contracts.contract.document import Document
from contracts.engine.verdict import Verdict
from contracts.selftest.messages import Request, Response
from contracts.selftest.miniature import Job, Miniature
from contracts.selftest.world import OTHER_PROJECT, PROJECT, create_miniature
from contracts.target import Effects
from tests.contracts.model.deployments import broken, judged


class Shrinks(Miniature):
    """Forgets most of its jobs when the list was walked, and one page is asked for."""

    single = 0

    def list_jobs(self, project: str, request: Request) -> Response:
        """Forget all but a few; walks name the page, and the first call of a run is not counted."""
        self.single += "page" not in request.query
        if self.single == 2:
            for job_id in sorted(self.jobs)[:-5]:
                del self.jobs[job_id]
        return super().list_jobs(project, request)


@pytest.mark.parametrize("law", ["PAGE-01", "PAGE-03", "PAGE-04"])
def test_a_list_that_became_shorter_is_no_breach(contract: Document, law: str) -> None:
    """A page that lacks only jobs which are gone by now is as full as it can be."""
    outcome = judged(create_miniature(contract, Shrinks), contract, [law, "WALK-*"])[law]

    assert outcome.verdict in (Verdict.INCONCLUSIVE, Verdict.KEPT, Verdict.UNTESTED)


class HidesNewJobsOnce(Miniature):
    """Moves its list under a walk, so that a new or cancelled job is not met the first time."""

    hidden = False

    def order(self, jobs: list[Job]) -> list[Job]:
        """Leave the youngest job out of one walk in two."""
        return super().order(jobs)[1:] if self.hidden else super().order(jobs)

    def list_jobs(self, project: str, request: Request) -> Response:
        """Turn with each first page."""
        if request.query.get("page") == "1":
            self.hidden = not self.hidden
        return super().list_jobs(project, request)


class HidesThemTheOtherTime(HidesNewJobsOnce):
    """Hides them from the other walks."""

    hidden = True


@pytest.mark.parametrize("law", ["COMP-04", "CANC-08"])
@pytest.mark.parametrize("kind", [HidesNewJobsOnce, HidesThemTheOtherTime])
def test_a_job_that_one_walk_misses_is_no_breach(
    contract: Document, law: str, kind: type[Miniature]
) -> None:
    """A job is missing from a list only if walk after walk does not meet it."""
    outcome = judged(create_miniature(contract, kind, 30), contract, [law], Effects.OWN)[law]

    assert outcome.verdict is Verdict.KEPT


class CountsInEachProject(Miniature):
    """Conforms: two projects number their jobs alike, and made jobs for one user at once."""

    def show(self, job: Job) -> Job:
        """Number the other project's jobs as the first one's."""
        shown = super().show(job)
        mine = sorted(self.select_jobs(PROJECT), key=lambda one: int(one["jobId"]))
        if job["_project"] == OTHER_PROJECT:
            rank = sorted(i for i, one in self.jobs.items() if one["_project"] == OTHER_PROJECT)
            place = rank.index(job["jobId"])
            shown["jobId"] = mine[place]["jobId"]
            twin = mine[place + 1]
            for name in ("createdAt", "referenceId"):
                shown[name] = twin[name]
        return shown


def test_jobs_are_the_same_only_if_all_of_them_is(contract: Document) -> None:
    """Equal numbers, or equal users and moments, of different jobs are nothing in common."""
    outcomes = judged(create_miniature(contract, CountsInEachProject), contract, ["TEN-01"])

    assert broken(outcomes) == {}


class Trades(Miniature):
    """Conforms: while small pages are read, the youngest job makes room for another one."""

    trades = 0

    def list_jobs(self, project: str, request: Request) -> Response:
        """Show another first job once, and take it back before anybody looks again."""
        response = super().list_jobs(project, request)
        if request.query.get("limit") == "3" and not self.trades:
            self.trades += 1
            response.body["data"][0] = {**response.body["data"][0], "jobId": 10_000}
        return response


def test_a_job_that_came_and_went_is_no_breach(contract: Document) -> None:
    """Pages that differ once from the window around them are read again before it counts."""
    outcome = judged(create_miniature(contract, Trades), contract, ["PAGE-15"])["PAGE-15"]

    assert outcome.verdict is Verdict.KEPT


class ForgetsRefusedJobs(Miniature):
    """Breaks the contract: a cancel that is refused deletes the job."""

    forgets = 10**9
    """How many jobs it forgets."""

    def refuse(self, job: Job, status: int) -> Response:
        """Refuse the cancel, and forget the job."""
        if self.forgets:
            self.forgets -= 1
            del self.jobs[job["jobId"]]
        return super().refuse(job, status)


class ForgetsAJob(ForgetsRefusedJobs):
    """Conforms: one finished job happens to vanish while its cancel is refused."""

    forgets = 1


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [(ForgetsAJob, Verdict.KEPT), (ForgetsRefusedJobs, Verdict.BROKEN)],
)
def test_a_finished_job_may_vanish_once(
    contract: Document, kind: type[Miniature], verdict: Verdict
) -> None:
    """A refused cancel is blamed for a job that is gone only if that happens each time."""
    outcome = judged(create_miniature(contract, kind), contract, ["CANC-11"])["CANC-11"]

    assert outcome.verdict is verdict
