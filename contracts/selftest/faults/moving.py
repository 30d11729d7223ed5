"""Faults in how jobs move without a request."""

from __future__ import annotations

from contracts.selftest.miniature import Job, Miniature


class _Moving(Miniature):
    """Changes one job after some requests."""

    status = "completed"
    after = 60
    requests = 0

    def settle(self) -> None:
        self.requests += 1
        if self.requests != self.after:
            return
        for job in self.jobs.values():
            if job["status"] == self.status and job["_project"] == next(iter(self.get_projects())):
                self.change(job)

    def get_projects(self) -> tuple[str, ...]:
        """Return the projects of the first organization."""
        return next(iter(self.organizations.values()))

    def change(self, job: Job) -> None:
        """Do what the fault does to a job."""


class CompletedJobsFail(_Moving):
    """A completed job becomes failed."""

    def change(self, job: Job) -> None:
        self.move(job, "failed")


class FailedJobsRunAgain(_Moving):
    """A failed job runs again."""

    status = "failed"

    def change(self, job: Job) -> None:
        self.move(job, "running")


class CancelledJobsStart(_Moving):
    """A cancelled job runs."""

    status = "cancelled"

    def change(self, job: Job) -> None:
        self.move(job, "running")


class CompletedJobsGetAnError(_Moving):
    """A completed job gets a text in errors."""

    after = 330

    def change(self, job: Job) -> None:
        job["errors"] = "late"


class RunningJobsGoBack(_Moving):
    """A running job becomes scheduled again."""

    status = "running"

    def change(self, job: Job) -> None:
        self.move(job, "scheduled")
        job["startAt"] = self.compute_start(self.now())


class StampsGoBack(_Moving):
    """The updatedAt of a running job goes back by a second."""

    status = "running"

    def change(self, job: Job) -> None:
        job["updatedAt"] -= 1000


class StampsVanish(_Moving):
    """A running job that goes on loses its updatedAt."""

    status = "running"

    def change(self, job: Job) -> None:
        job["updatedAt"] = None


class JobsChangeTheirUser(_Moving):
    """A running job gets another user."""

    status = "running"

    def change(self, job: Job) -> None:
        job["referenceId"] = "somebody@example.com"
        job["description"] = "Delete user sessions of userId = somebody@example.com"


class JobsAreMadeAgain(_Moving):
    """A scheduled job gets another createdAt."""

    status = "scheduled"

    def change(self, job: Job) -> None:
        job["createdAt"] += 1000


class JobsStartEarly(_Moving):
    """Running jobs started an hour before they were due."""

    status = "running"
    after = 1

    def change(self, job: Job) -> None:
        job["startAt"] = job["updatedAt"] + 3_600_000


class JobsAreLeftScheduled(Miniature):
    """A scheduled job is due days ago."""

    def show(self, job: Job) -> Job:
        shown = super().show(job)
        if shown["status"] == "scheduled" and shown["jobId"] % 7 == 0:
            shown["startAt"] -= 4 * 24 * 3_600_000
        return shown
