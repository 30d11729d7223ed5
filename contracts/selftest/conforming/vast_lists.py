"""Deployments with more jobs than memory would hold: each is derived from its number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from contracts.contract.model import Operation
from contracts.selftest.conforming.open_choices import Moving
from contracts.selftest.messages import Request, Response
from contracts.selftest.miniature import Job, Miniature

STATUSES = ("completed", "failed", "cancelled", "completed", "completed")
LIVING = 40
"""So many of the newest jobs have not ended."""


class Vast(Miniature):
    """A list of a million jobs."""

    count: ClassVar[int] = 1_000_000
    made = 0

    def carry_out(
        self, operation: Operation, arguments: Mapping[str, str], request: Request
    ) -> Response:
        if not self.made:
            self.jobs.clear()
            self.made = self.count
        return super().carry_out(operation, arguments, request)

    def list_jobs(self, project: str, request: Request) -> Response:
        if project != self.first_project:
            return super().list_jobs(project, request)
        paging = self.document.paging
        limit = self.read_limit(request.query.get(paging.limit.parameter), paging.limit)
        page = self.read_page(request.query.get(paging.page.parameter), paging.page)
        jobs = (self.derive(number) for number in self.list_numbers(limit, page))
        return Response(200, self.wrap_data([self.show(job) for job in jobs]))

    def list_numbers(self, limit: int, page: int) -> Sequence[int]:
        """Return the jobIds of a page, the newest first."""
        start = min((page - 1) * limit, self.made)
        return range(self.made - start, self.made - min(start + limit, self.made), -1)

    def find(self, project: str, number: int, operation: Operation) -> Job | None:
        if project == self.first_project and 1 <= number <= self.made:
            return self.derive(number)
        return super().find(project, number, operation)

    def make(self, project: str, user: str) -> Job:
        job = super().make(project, user)
        if project == self.first_project:
            self.made += 1
            job["jobId"] = self.made
        else:
            job["jobId"] = self.count + 1_000_000 + len(self.jobs)
        return job

    @property
    def first_project(self) -> str:
        """Return the project that has the jobs."""
        return next(iter(self.organizations.values()))[0]

    def derive(self, number: int) -> Job:
        """Return the job of *number*: the one that was made or moved, or what a rule says."""
        if number in self.jobs:
            return self.jobs[number]
        begun: int = self.__dict__.setdefault("begun", self.now())
        made = min(begun - (self.count - number + 1) * 60_000, self.now())
        due = self.compute_start(made)
        status = STATUSES[number % len(STATUSES)]
        if number > self.count - LIVING:
            status, due = self.document.lifecycle.initial, self.compute_start(begun)
        moved = {"cancelled": made + 5_000, self.document.lifecycle.initial: None}
        user = f"user-{number}@example.com"
        self.jobs[number] = {
            "jobId": number,
            "description": f"Delete user sessions of userId = {user}",
            "status": status,
            "projectId": self.get_project_number(self.first_project),
            "action": "delete_user_data",
            "referenceId": user,
            "createdAt": made,
            "updatedAt": moved.get(status, due + 3_600_000),
            "startAt": due,
            "errors": "the storage could not be reached" if status == "failed" else None,
            "_project": self.first_project,
        }
        return self.jobs[number]


class VastAndGrowing(Vast, Moving):
    """A list of a million jobs, with another one at every fortieth request."""

    def pass_time(self) -> None:
        if self.made and self.requests % 40 == 0:
            self.made += 1


class Large(Vast):
    """A list of sixty thousand jobs."""

    count = 60_000
