"""Faults that show only if a run is compared with an earlier one."""

from __future__ import annotations

from contracts.selftest.miniature import Job
from contracts.selftest.nights import Overnight

HOUR = 3_600_000


class CompletedJobsRunAgainOvernight(Overnight):
    """A job that was completed in the evening is running in the morning."""

    def spend_night(self, job: Job) -> None:
        if job["status"] == "completed":
            self.move(job, "running")
        else:
            super().spend_night(job)


class CancelsAreLostOvernight(Overnight):
    """The runner completes at night what was cancelled before it."""

    def spend_night(self, job: Job) -> None:
        if job["status"] == "cancelled":
            self.move(job, "completed")
        else:
            super().spend_night(job)


class RunningJobsAreScheduledAgainOvernight(Overnight):
    """A restart of the deployment puts running jobs back into the queue."""

    def spend_night(self, job: Job) -> None:
        if job["status"] == "running":
            self.move(job, "scheduled")
            job["startAt"] = self.compute_start(self.now())
        else:
            super().spend_night(job)


class StampsGoBackOvernight(Overnight):
    """The updatedAt of an ended job is an hour earlier in the morning."""

    def spend_night(self, job: Job) -> None:
        if job["status"] == "completed":
            job["updatedAt"] = max(job["createdAt"], job["updatedAt"] - HOUR)
        else:
            super().spend_night(job)


class JobsChangeTheirUserOvernight(Overnight):
    """A job of the evening is for another user in the morning."""

    def spend_night(self, job: Job) -> None:
        super().spend_night(job)
        job["referenceId"] = f"other-{job['jobId']}@example.com"
        job["description"] = f"Delete user sessions of userId = {job['referenceId']}"


class JobsAreLeftBehind(Overnight):
    """No job ever starts, days after its startAt."""

    def pass_night(self) -> None:
        for _ in range(3):
            super().pass_night()

    def spend_night(self, job: Job) -> None:
        """Leave it as it is."""
