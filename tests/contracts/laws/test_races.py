"""Jobs that move, vanish or appear between two requests of a law do not break it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import pytest

from contracts.contract.document import Document
from contracts.contract.model import Operation
from contracts.engine.verdict import Verdict
from contracts.selftest.messages import Request, Response
from contracts.selftest.miniature import Job, Miniature
from contracts.selftest.world import PROJECT, create_miniature
from contracts.target import Effects
from tests.contracts.model.deployments import broken, judged


def test_a_job_of_this_run_may_be_in_the_survey(contract: Document) -> None:
    """A new job has an unused jobId, also if the list is read for the first time afterwards."""
    outcomes = judged(create_miniature(contract), contract, ["COMP-*"])

    assert broken(outcomes) == {}
    assert outcomes["COMP-18"].verdict is Verdict.KEPT


class CompletesAtOnce(Miniature):
    """Conforms: a new job is completed before the next request."""

    def settle(self) -> None:
        """Complete what is scheduled."""
        for job in self.jobs.values():
            if job["status"] == "scheduled":
                self.move(job, "running")
                self.move(job, "completed")


@pytest.mark.parametrize("law", ["COMP-07", "COMP-09", "COMP-15"])
def test_a_job_may_be_completed_before_the_next_request(contract: Document, law: str) -> None:
    """A second job for a user is a violation only if the first one is still active."""
    outcomes = judged(create_miniature(contract, CompletesAtOnce), contract, [law], Effects.OWN)

    assert broken(outcomes) == {}


class FailsAfterwards(Miniature):
    """Conforms: each second deletion that makes a job gets 503 once it is carried out."""

    made = 0

    def delete_user(self, project: str, user: str) -> Response:
        """Make the job, and say every second time that the server is not available."""
        response = super().delete_user(project, user)
        self.made += response.status == 200
        return Response(503) if response.status == 200 and not self.made % 2 else response


@pytest.mark.parametrize("law", ["AUTH-09", "TEN-07"])
def test_a_deletion_that_was_sent_twice_proves_nothing(contract: Document, law: str) -> None:
    """A conflict after a 503 may be with the job that the first try made."""
    outcomes = judged(create_miniature(contract, FailsAfterwards), contract, [law], Effects.OWN)

    assert outcomes[law].verdict is Verdict.INCONCLUSIVE


class StampsWholeSeconds(Miniature):
    """Conforms: timestamps are whole seconds, new jobs have one, and time passes after a cancel."""

    cancels = 0

    def confirm_cancel(self, job: Job) -> Response:
        """Let ten seconds pass, and another client make a job."""
        self.cancels += 1
        other = self.make(PROJECT, f"visitor-{self.cancels}@example.com")
        self.jobs[other["jobId"]] = other
        return super().confirm_cancel(job)

    def make(self, project: str, user: str) -> Job:
        """Return a new job, which has its updatedAt."""
        now = 1_700_000_000_000 + self.cancels * 10_000
        return {**super().make(project, user), "createdAt": now, "updatedAt": now}

    def move(self, job: Job, to: str) -> None:
        """Move *job* in the second in which it was made."""
        job["status"], job["updatedAt"] = to, job["createdAt"]


def test_a_cancel_may_be_in_the_second_of_the_move_before(contract: Document) -> None:
    """The updatedAt of a cancel is judged by timestamps that were seen before it, not after it."""
    world = create_miniature(contract, StampsWholeSeconds, 0)

    outcomes = judged(world, contract, ["CANC-10", "CANC-08", "COMP-18"], Effects.OWN)

    assert broken(outcomes) == {}
    assert outcomes["CANC-10"].verdict is Verdict.KEPT


class CancelsAnother(Miniature):
    """Breaks the contract: a cancel cancels another job, too."""

    times = 10**9

    def confirm_cancel(self, job: Job) -> Response:
        """Cancel the job, and another one that is active."""
        if self.times:
            self.times -= 1
            mine = self.select_jobs(job["_project"])
            active = [one for one in mine if one["status"] == "running"]
            self.move(active[0], "cancelled")
        return super().confirm_cancel(job)


class HasAnotherClient(CancelsAnother):
    """Conforms: another client happens to cancel a job at the same moment."""

    times = 1


@pytest.mark.parametrize(
    ("kind", "verdict"), [(HasAnotherClient, Verdict.KEPT), (CancelsAnother, Verdict.BROKEN)]
)
def test_another_client_may_cancel_a_job(
    contract: Document, kind: type[Miniature], verdict: Verdict
) -> None:
    """One cancel proves nothing, also where it is the only one that the run can make."""
    outcomes = judged(create_miniature(contract, kind), contract, ["CANC-12"], Effects.OWN)

    assert outcomes["CANC-12"].verdict is verdict


class HasHugeNumbers(Miniature):
    """Conforms: a job with a jobId of more than 32 bits is made meanwhile."""

    def carry_out(
        self, operation: Operation, arguments: Mapping[str, str], request: Request
    ) -> Response:
        """Make the job just before it is read."""
        number = self.read_integer(arguments.get("jobId"))
        if number == 2**31 and number not in self.jobs:
            self.jobs[number] = {**self.make(PROJECT, "late@example.com"), "jobId": number}
        return super().carry_out(operation, arguments, request)


@pytest.mark.parametrize("law", ["READ-06", "READ-09"])
def test_a_job_with_a_huge_number_may_be_new(contract: Document, law: str) -> None:
    """A jobId beyond 32 bits may be that of a job which the survey of the list does not hold."""
    outcomes = judged(create_miniature(contract, HasHugeNumbers), contract, [law])

    assert outcomes[law].verdict is Verdict.KEPT


class ForgetsOldCancelledJobs(Miniature):
    """Conforms: an old job is forgotten some requests after it was cancelled, new ones are kept."""

    since: int | None = None
    forgets = 1
    """How many jobs it forgets."""

    def settle(self) -> None:
        """Forget the old job, some requests after its cancel."""
        begun = self.__dict__.setdefault("begun", self.now())
        self.since = None if self.since is None else self.since + 1
        if self.since is not None and self.since > 6:
            for job in list(self.jobs.values()):
                old = job["status"] == "cancelled" and job["createdAt"] < begun
                if old and self.forgets and job["updatedAt"] >= begun:
                    self.forgets -= 1
                    del self.jobs[job["jobId"]]

    def confirm_cancel(self, job: Job) -> Response:
        """Remember that a job was cancelled."""
        self.since = self.since or 0
        return super().confirm_cancel(job)


class ForgetsAllCancelledJobs(ForgetsOldCancelledJobs):
    """Breaks the contract: each job that was cancelled disappears."""

    forgets = 10**9


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [(ForgetsOldCancelledJobs, Verdict.KEPT), (ForgetsAllCancelledJobs, Verdict.BROKEN)],
)
def test_an_old_job_may_be_forgotten_after_its_cancel(
    contract: Document, kind: type[Miniature], verdict: Verdict
) -> None:
    """A cancel is blamed for a job that is gone only if the job is new, or if all of them are."""
    outcomes = judged(create_miniature(contract, kind), contract, ["CANC-05", "CANC-06", "CANC-17"])

    assert outcomes["CANC-17"].verdict is verdict


class ForgetsAJobThatIsRead(Miniature):
    """Conforms: jobs vanish after they were read once."""

    forgets = 3

    def get_job(self, job: Job) -> Response:
        """Show the job, and forget it."""
        response = super().get_job(job)
        if self.forgets:
            self.forgets -= 1
            del self.jobs[job["jobId"]]
        return response


def test_a_job_that_vanished_does_not_hide_the_others(contract: Document) -> None:
    """A job that is gone when it is read again is passed over, and the next ones are judged."""
    outcomes = judged(create_miniature(contract, ForgetsAJobThatIsRead), contract, ["READ-08"])

    assert outcomes["READ-08"].verdict is Verdict.KEPT


LAWS = [f"{name}-*" for name in ("AUTH", "READ", "TEN", "COMP", "CANC", "LIFE", "EXCH")]


@pytest.mark.parametrize("kind", [CompletesAtOnce, FailsAfterwards, ForgetsOldCancelledJobs])
def test_no_law_accuses_a_deployment_whose_jobs_move(
    contract: Document, kind: type[Miniature]
) -> None:
    """What one law allows for, no other law may call broken."""
    assert broken(judged(create_miniature(contract, kind), contract, LAWS)) == {}


class GrowsByPages(Miniature):
    """Conforms: so many jobs are made that a short list grows by pages while it is read."""

    made = 0

    def settle(self) -> None:
        """Make twelve jobs."""
        for _ in range(12 if self.made < 1_500 else 0):
            self.made += 1
            job = self.make(PROJECT, f"visitor-{self.made}@example.com")
            self.jobs[job["jobId"]] = job


def test_a_list_that_grows_while_it_is_read_may_go_on(contract: Document) -> None:
    """A list has no end only if it goes on beyond all the jobs that it holds afterwards."""
    outcomes = judged(create_miniature(contract, GrowsByPages, 3), contract, ["WALK-*"])

    assert broken(outcomes) == {}


@pytest.mark.parametrize("jobs", [211, 233, 397])
def test_a_last_page_is_asked_for_within_the_range(contract: Document, jobs: int) -> None:
    """Where no limit up to the largest divides the total, none beyond it is taken instead."""
    outcomes = judged(create_miniature(contract, Miniature, jobs), contract, ["WALK-05"])

    assert broken(outcomes) == {}
    assert outcomes["WALK-05"].verdict is Verdict.KEPT


@dataclass
class StartsBeforeACancel(Miniature):
    """Starts a scheduled job just before its cancel, at once: at each cancel, or at the first."""

    every: bool = False
    cancelled: int = 0

    def cancel_job(self, job: Job) -> Response:
        """Cancel a job that may run by now."""
        self.cancelled += 1
        if job["status"] == "scheduled" and (self.every or self.cancelled == 1):
            self.move(job, "running")
            job["startAt"] = job["updatedAt"]
        return super().cancel_job(job)


@pytest.mark.parametrize(("every", "verdict"), [(False, Verdict.KEPT), (True, Verdict.BROKEN)])
def test_a_job_may_start_just_before_its_cancel(
    contract: Document,
    every: bool,  # noqa: FBT001 -- a row
    verdict: Verdict,
) -> None:
    """CANC-09 takes no start by the server for the cancel's, and finds what each cancel changes."""
    world = create_miniature(contract, partial(StartsBeforeACancel, every=every))

    assert judged(world, contract, ["CANC-09"])["CANC-09"].verdict is verdict
