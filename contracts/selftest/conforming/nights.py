"""Nights that break no promise: jobs move as they may, and deployments are reset."""

from __future__ import annotations

from copy import deepcopy

from contracts.selftest.miniature import DAY, Job
from contracts.selftest.nights import Overnight


class MovesOvernight(Overnight):
    """Jobs start and end at night, and others are made."""


class ForgetsOvernight(Overnight):
    """Most jobs that have ended are gone in the morning."""

    def pass_night(self) -> None:
        super().pass_night()
        ended = [
            i for i, job in self.jobs.items() if job["status"] in self.document.lifecycle.terminal
        ]
        for number in ended[: 3 * len(ended) // 4]:
            del self.jobs[number]


class IsResetOvernight(Overnight):
    """In the morning the same jobIds belong to other jobs, fewer and younger ones."""

    def pass_night(self) -> None:
        projects = [one for keys in self.organizations.values() for one in keys]
        self.jobs.clear()
        super().pass_night()
        for number in range(40):
            job = self.make(projects[0], f"again-{number}@example.com")
            self.jobs[job["jobId"]] = job


class IsRestoredOvernight(Overnight):
    """A backup is restored: half of all moves are undone, and younger jobs are gone."""

    def pass_night(self) -> None:
        moves = sorted(job["updatedAt"] for job in self.jobs.values() if job["updatedAt"])
        taken = moves[len(moves) // 2]
        for number, job in list(self.jobs.items()):
            if job["createdAt"] > taken:
                del self.jobs[number]
            elif (job["updatedAt"] or 0) > taken:
                job.update(status="scheduled", updatedAt=None, errors=None)
                job["startAt"] = self.compute_start(self.now())
        clock = self.now
        self.now = lambda: clock() + DAY


class IsRestoredAndRunsOvernight(IsRestoredOvernight):
    """After the restored backup the runner ends otherwise what had ended before."""

    def pass_night(self) -> None:
        before = deepcopy(self.jobs)
        super().pass_night()
        for number, job in self.jobs.items():
            if job["status"] != before[number]["status"]:
                self.move(job, "failed" if before[number]["status"] == "completed" else "completed")


class ShowsWholeSecondsInTheMorning(Overnight):
    """From the morning on, all timestamps are whole seconds."""

    morning = False

    def pass_night(self) -> None:
        super().pass_night()
        self.morning = True

    def show(self, job: Job) -> Job:
        shown = super().show(job)
        if self.morning:
            for name in ("createdAt", "updatedAt", "startAt"):
                shown[name] = shown[name] and shown[name] // 1000 * 1000
        return shown
