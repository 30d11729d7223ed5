"""Faults in making jobs."""

from __future__ import annotations

import time

from contracts.selftest.messages import Response
from contracts.selftest.miniature import DAY, Job, Miniature


class MakesRunningJobs(Miniature):
    """A new job is running immediately."""

    def make(self, project: str, user: str) -> Job:
        return {**super().make(project, user), "status": "running", "updatedAt": self.now()}


class MakesJobsForAnotherUser(Miniature):
    """A new job's user is in small letters."""

    def make(self, project: str, user: str) -> Job:
        return super().make(project, user.replace("example", "EXAMPLE"))


class ForgetsTheNewJob(Miniature):
    """A new job is answered, and not kept."""

    def delete_user(self, project: str, user: str) -> Response:
        response = super().delete_user(project, user)
        if response.status == 200:
            del self.jobs[response.body["data"]["jobId"]]
        return response


class ListsNoNewJob(Miniature):
    """A new job is not listed."""

    def make(self, project: str, user: str) -> Job:
        return {**super().make(project, user), "_new": True}

    def order(self, jobs: list[Job]) -> list[Job]:
        return super().order([job for job in jobs if "_new" not in job])


class KeepsAnotherJob(Miniature):
    """A new job reads with another createdAt than it was answered with."""

    def delete_user(self, project: str, user: str) -> Response:
        response = super().delete_user(project, user)
        if response.status == 200:
            self.jobs[response.body["data"]["jobId"]]["createdAt"] += 3
        return response


class StartsAtOnce(Miniature):
    """A new job is due immediately."""

    def compute_start(self, now: int) -> int:
        return now


class StartsInADay(Miniature):
    """A new job is due a day after it was made."""

    def compute_start(self, now: int) -> int:
        return now + DAY


class StartsAtLocalMidnight(Miniature):
    """A new job is due at a midnight two hours east of Greenwich."""

    def compute_start(self, now: int) -> int:
        return super().compute_start(now) - 2 * 3_600_000


class StartsADayLate(Miniature):
    """A new job is due at the midnight after the next."""

    def compute_start(self, now: int) -> int:
        return super().compute_start(now) + DAY


class AllowsASecondDeletion(Miniature):
    """A user with a scheduled job can be deleted again."""

    def find_conflicting(self, project: str, user: str) -> list[Job]:
        return [
            job for job in super().find_conflicting(project, user) if job["status"] != "scheduled"
        ]


class AllowsADeletionWhileOneRuns(Miniature):
    """A user with a running job can be deleted again."""

    def find_conflicting(self, project: str, user: str) -> list[Job]:
        return [
            job for job in super().find_conflicting(project, user) if job["status"] != "running"
        ]


class ForbidsDeletionForEver(Miniature):
    """A user can be deleted once only."""

    def find_conflicting(self, project: str, user: str) -> list[Job]:
        return [job for job in self.select_jobs(project) if job["referenceId"] == user]


class RevivesTheCancelledJob(Miniature):
    """A second deletion schedules the cancelled job of the same user again."""

    def make(self, project: str, user: str) -> Job:
        for job in self.select_jobs(project):
            if job["referenceId"] == user and job["status"] == "cancelled":
                return {**super().make(project, user), "jobId": job["jobId"]}
        return super().make(project, user)


class ConflictsAcrossProjects(Miniature):
    """A job of another project prevents a new one."""

    def find_conflicting(self, project: str, user: str) -> list[Job]:
        every = {job["_project"] for job in self.jobs.values()} | {project}
        find = super().find_conflicting
        return [job for one in every for job in find(one, user)]


class ConflictsInAnyCase(Miniature):
    """Users that differ only in case conflict."""

    def find_conflicting(self, project: str, user: str) -> list[Job]:
        return [
            job
            for other in {job["referenceId"] for job in self.select_jobs(project)}
            if other.lower() == user.lower()
            for job in super(ConflictsInAnyCase, self).find_conflicting(project, other)
        ]


class ConflictsByPrefix(Miniature):
    """A user whose name begins like another's prevents a new job."""

    def find_conflicting(self, project: str, user: str) -> list[Job]:
        return [
            job
            for other in {job["referenceId"] for job in self.select_jobs(project)}
            if other.startswith(user)
            for job in super(ConflictsByPrefix, self).find_conflicting(project, other)
        ]


class CutsLongUsers(Miniature):
    """The name of a user is cut after 255 characters."""

    def make(self, project: str, user: str) -> Job:
        return super().make(project, user[:255])


class RefusesTheLongestUser(Miniature):
    """A name of as many characters as are allowed is refused."""

    def accepts_user(self, user: str) -> bool:
        return super().accepts_user(user + "x")


class AcceptsLongerUsers(Miniature):
    """A name of one character too many is accepted."""

    def accepts_user(self, user: str) -> bool:
        return super().accepts_user(user[1:] or user)


class CountsBytesOfUsers(Miniature):
    """A name may only have letters of ASCII."""

    def accepts_user(self, user: str) -> bool:
        return user.isascii() and super().accepts_user(user)


class AcceptsNoUser(Miniature):
    """An empty name is accepted."""

    def accepts_user(self, user: str) -> bool:
        return user == "" or super().accepts_user(user)


class ReadsPlusAsASpace(Miniature):
    """A plus in the name is read as a space."""

    def make(self, project: str, user: str) -> Job:
        return super().make(project, user.replace("+", " "))


class RacingDeletionsAllWin(Miniature):
    """Whether there is a job already is looked up some time before a new one is kept."""

    def find_conflicting(self, project: str, user: str) -> list[Job]:
        found = super().find_conflicting(project, user)
        if not found:
            self.lock.release()
            time.sleep(0.05)
            self.lock.acquire()
        return found


class RefusedDeletionsMakeAJob(Miniature):
    """A deletion that is refused makes a job nevertheless."""

    def delete_user(self, project: str, user: str) -> Response:
        response = super().delete_user(project, user)
        if response.status == self.document.conflict.status:
            job = self.make(project, user)
            self.jobs[job["jobId"]] = job
        return response


class ConflictIsABadRequest(Miniature):
    """A second deletion is answered 400."""

    def make_error(self, status: int, message: str) -> Response:
        return super().make_error(400 if message == "there is a job already" else status, message)


class ReusesNumbers(Miniature):
    """A new job takes the number of the oldest completed one."""

    def make(self, project: str, user: str) -> Job:
        old = [job["jobId"] for job in self.select_jobs(project) if job["status"] == "completed"]
        return {**super().make(project, user), **({"jobId": old[0]} if old else {})}
