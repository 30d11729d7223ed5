"""Faults that show only some time after a cancel, and in stamps and numbers put side by side."""

from __future__ import annotations

from contracts.selftest.messages import Response
from contracts.selftest.miniature import Job, Miniature

HOUR = 3_600_000


class _Later(Miniature):
    """Changes each cancelled job once a number of requests has come since its cancel."""

    after = 45
    requests = 0

    def move(self, job: Job, to: str) -> None:
        super().move(job, to)
        if to == self.document.cancel.to:
            job["_since"] = self.requests

    def settle(self) -> None:
        self.requests += 1
        for job in list(self.jobs.values()):
            if self.requests - job.get("_since", self.requests) >= self.after:
                del job["_since"]
                self.change(job)

    def change(self, job: Job) -> None:
        """Do what the fault does to a job."""


class CancelledJobsVanishLater(_Later):
    """A cancelled job is gone some time after its cancel."""

    def change(self, job: Job) -> None:
        del self.jobs[job["jobId"]]


class CancelledJobsCompleteLater(_Later):
    """The runner still finishes a job some time after its cancel."""

    def change(self, job: Job) -> None:
        self.move(job, "completed")


class CancelledJobsAreStampedLater(_Later):
    """A cancelled job gets another updatedAt some time after its cancel."""

    def change(self, job: Job) -> None:
        job["updatedAt"] += 1


class CancelledJobsAreAwayAtFirst(_Later):
    """A job that was just cancelled is not found for a moment."""

    after = 3

    def get_job(self, job: Job) -> Response:
        return self.make_error(404, "job not found") if "_since" in job else super().get_job(job)


class CancelsAreStampedAhead(Miniature):
    """A cancel sets updatedAt in local time, five and a half hours ahead."""

    def move(self, job: Job, to: str) -> None:
        super().move(job, to)
        if to == self.document.cancel.to:
            job["updatedAt"] += 11 * HOUR // 2


class MakesJobsOfAnotherProject(Miniature):
    """A new job says that it belongs to another project than its project's jobs do."""

    def make(self, project: str, user: str) -> Job:
        return {**super().make(project, user), "projectId": 77}


class FailsOnTheSecondRefusal(Miniature):
    """The second deletion in a row that is refused to a user is a server error."""

    def delete_user(self, project: str, user: str) -> Response:
        refused: dict[str, int] = self.__dict__.setdefault("refused", {})
        response = super().delete_user(project, user)
        refused[user] = refused.get(user, 0) + (response.status == self.document.conflict.status)
        return self.make_error(500, "deadlock detected") if refused[user] > 1 else response
