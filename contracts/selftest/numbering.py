"""Ways to number jobs, and to write numbers, that keep the contract."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from contracts.contract.model import Operation
from contracts.selftest.messages import Request, Response
from contracts.selftest.miniature import Job, Miniature


class WideNumbers(Miniature):
    """Jobs have numbers of sixteen digits, far apart."""

    def make(self, project: str, user: str) -> Job:
        number = 10**15 + len(self.jobs) * 7_919_000
        return {**super().make(project, user), "jobId": number}


class WritesFractionsOfZero(Miniature):
    """Integers are written with a fraction of zero, as languages with one kind of number do."""

    def show(self, job: Job) -> Job:
        shown = super().show(job)
        return {name: float(v) if type(v) is int else v for name, v in shown.items()}


class NumbersEachProject(Miniature):
    """Each project numbers its jobs from 1 on, so that two projects share jobIds."""

    apart = 10**9
    """How far apart the jobs of two projects are kept."""

    def carry_out(
        self, operation: Operation, arguments: Mapping[str, str], request: Request
    ) -> Response:
        if all(number < self.apart for number in self.jobs):
            self.renumber()
        return super().carry_out(operation, arguments, request)

    def renumber(self) -> None:
        """Give each project the numbers from 1 on."""
        jobs, given = list(self.jobs.values()), Counter[str]()
        self.jobs.clear()
        for job in jobs:
            given[job["_project"]] += 1
            self.put(job, given[job["_project"]])

    def put(self, job: Job, number: int) -> None:
        """Keep *job* as its project's job *number*."""
        job["jobId"] = self.get_project_number(job["_project"]) * self.apart + number
        self.jobs[job["jobId"]] = job

    def show(self, job: Job) -> Job:
        return {**super().show(job), "jobId": job["jobId"] % self.apart}

    def find(self, project: str, number: int, operation: Operation) -> Job | None:
        inside = 0 < number < self.apart
        place = self.get_project_number(project) * self.apart + number
        return super().find(project, place, operation) if inside else None

    def make(self, project: str, user: str) -> Job:
        job = super().make(project, user)
        self.put(
            job, max((j["jobId"] for j in self.select_jobs(project)), default=0) % self.apart + 1
        )
        return job
