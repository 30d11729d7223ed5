"""A small conforming deployment: what a fault changes is one method of it.

It keeps its jobs in memory and reads its limits, statuses and moves from a Document, so that a
document with one promise changed makes a deployment that breaks that promise.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import RLock
from typing import Any

from contracts.contract.document import Document
from contracts.contract.model import Bounded, Operation
from contracts.selftest.messages import Request, Response

Job = dict[str, Any]
DAY = 24 * 3_600_000


@dataclass
class Miniature:
    """One deployment: projects of organizations, and their jobs."""

    document: Document
    now: Callable[[], int]
    """Epoch milliseconds."""
    organizations: Mapping[str, tuple[str, ...]]
    """API key to the project keys that it opens."""
    jobs: dict[int, Job]
    """The records; what is not shown of them begins with an underscore."""
    lock: RLock = field(default_factory=RLock)

    def respond(self, request: Request) -> Response:
        """Answer *request*."""
        operation = self.document.match(self.read_as(request.method), request.path)
        if operation is None:
            return self.refuse_operation(request)
        arguments = operation.parse_arguments(request.path) or {}
        key = self.read_key(request.headers.get("authorization", ""))
        if not self.knows_key(key, operation):
            return self.refuse_key()
        if not self.opens(key, arguments["projectKey"], operation):
            return self.refuse_project()
        with self.lock:
            self.settle()
            return self.carry_out(operation, arguments, request)

    def read_as(self, method: str) -> str:
        """Return the method whose operation answers *method*."""
        return method

    def refuse_operation(self, request: Request) -> Response:
        """Answer a request for no operation."""
        allowed = [o.method for o in self.document.operations.values() if o.matches(request.path)]
        if not allowed:
            return self.make_error(404, "no such path")
        return Response(405, {"error": "method not allowed"}, {"Allow": ", ".join(allowed)})

    # Who may call

    def read_key(self, authorization: str) -> str:
        """Return the key that a header carries, or an empty text."""
        scheme, _, key = authorization.partition(" ")
        return key if scheme.lower() == "bearer" else ""

    def knows_key(self, key: str, operation: Operation) -> bool:
        """Tell whether *key* is any organization's."""
        return key in self.organizations

    def opens(self, key: str, project: str, operation: Operation) -> bool:
        """Tell whether *project* is the key's organization's."""
        return project in self.organizations.get(key, ())

    def refuse_key(self) -> Response:
        """Answer a call with an unknown key."""
        return Response(401, None, {"WWW-Authenticate": "Bearer"})

    def refuse_project(self) -> Response:
        """Answer a call for a project that the key does not open."""
        return self.refuse_key()

    def make_error(self, status: int, message: str) -> Response:
        """Answer with an error."""
        return Response(status, {"error": message})

    # The operations

    def carry_out(
        self, operation: Operation, arguments: Mapping[str, str], request: Request
    ) -> Response:
        """Carry out *operation*."""
        document, project = self.document, arguments["projectKey"]
        if operation.id == document.list_id:
            return self.list_jobs(project, request)
        if operation.id == document.make_id:
            return self.delete_user(project, arguments[document.conflict.parameter])
        number = self.read_job_id(arguments["jobId"])
        if number is None:
            return self.make_error(400, "jobId is not an integer")
        job = self.find(project, number, operation)
        if job is None:
            return self.make_error(404, "job not found")
        if operation.id == document.read_id:
            return self.get_job(job)
        return self.cancel_job(job)

    def list_jobs(self, project: str, request: Request) -> Response:
        """Answer with a page of jobs."""
        paging = self.document.paging
        limit = self.read_limit(request.query.get(paging.limit.parameter), paging.limit)
        page = self.read_page(request.query.get(paging.page.parameter), paging.page)
        jobs = self.cut_page(self.order(self.select_jobs(project)), limit, page)
        return Response(200, self.wrap_data([self.show(job) for job in jobs]))

    def read_limit(self, text: str | None, bounds: Bounded) -> int:
        """Return what a limit means."""
        return bounds.interpret(self.read_integer(text))

    def read_page(self, text: str | None, bounds: Bounded) -> int:
        """Return what a page means."""
        return bounds.interpret(self.read_integer(text))

    @staticmethod
    def read_integer(text: str | None) -> int | None:
        """Read a number of the query; anything else counts as missing."""
        return int(text) if text and re.fullmatch(r"[+-]?[0-9]+", text) else None

    def select_jobs(self, project: str) -> list[Job]:
        """Return the jobs of a project."""
        return [job for job in self.jobs.values() if job["_project"] == project]

    def order(self, jobs: list[Job]) -> list[Job]:
        """Return *jobs* in the order of the list."""
        return sorted(jobs, key=lambda job: -int(job["jobId"]))

    def cut_page(self, jobs: list[Job], limit: int, page: int) -> list[Job]:
        """Return the part of *jobs* that a page is."""
        return jobs[(page - 1) * limit : page * limit]

    def read_job_id(self, text: str) -> int | None:
        """Read a jobId of 64 bits."""
        number = self.read_integer(text)
        return number if number is not None and abs(number) < 2**63 else None

    def find(self, project: str, number: int, operation: Operation) -> Job | None:
        """Return a job of *project*."""
        job = self.jobs.get(number)
        return job if job is not None and job["_project"] == project else None

    def get_job(self, job: Job) -> Response:
        """Answer with a job."""
        return Response(200, self.wrap_data(self.show(job)))

    def cancel_job(self, job: Job) -> Response:
        """Cancel a job, if it can be."""
        move = self.document.cancel
        if not self.is_cancellable(job):
            return self.refuse(job, move.otherwise or 400)
        self.move(job, move.to)
        return self.confirm_cancel(job)

    def refuse(self, job: Job, status: int) -> Response:
        """Answer a cancel that is not possible."""
        return self.make_error(status, f"the job is {job['status']}")

    def confirm_cancel(self, job: Job) -> Response:
        """Answer a cancel that was carried out."""
        return Response(200, self.wrap_data(self.show(job)))

    def is_cancellable(self, job: Job) -> bool:
        """Tell whether *job* can be cancelled."""
        return job["status"] in self.document.cancel.sources

    def move(self, job: Job, to: str) -> None:
        """Move *job* now."""
        job["status"] = to
        job[self.document.lifecycle.moved] = self.now()

    def delete_user(self, project: str, user: str) -> Response:
        """Make a job that deletes the data of *user*."""
        if not self.accepts_user(user):
            return self.make_error(400, "userId is empty or too long")
        if self.find_conflicting(project, user):
            return self.make_error(self.document.conflict.status, "there is a job already")
        job = self.make(project, user)
        self.jobs[job["jobId"]] = job
        return Response(200, self.wrap_data(self.show(job)))

    def accepts_user(self, user: str) -> bool:
        """Tell whether *user* is neither empty nor too long."""
        schema = self.document.operations[self.document.make_id].parameters["userId"]["schema"]
        longest: int = schema["maxLength"]
        return 0 < len(user) <= longest

    def find_conflicting(self, project: str, user: str) -> list[Job]:
        """Return the jobs that prevent another one for *user*."""
        return [
            job
            for job in self.select_jobs(project)
            if job["referenceId"] == user and job["status"] in self.document.conflict.states
        ]

    def make(self, project: str, user: str) -> Job:
        """Return a new job."""
        now = self.now()
        return {
            "jobId": max(self.jobs, default=0) + 1,
            "description": f"Delete user sessions of userId = {user}",
            "status": self.document.lifecycle.initial,
            "projectId": self.get_project_number(project),
            "action": "delete_user_data",
            "referenceId": user,
            "createdAt": now,
            "updatedAt": None,
            "startAt": self.compute_start(now),
            "errors": None,
            "_project": project,
        }

    def compute_start(self, now: int) -> int:
        """Return when a job that is made now is due: the next midnight, UTC."""
        return (now // DAY + 1) * DAY

    def get_project_number(self, project: str) -> int:
        """Return a project's number."""
        every = [one for projects in self.organizations.values() for one in projects]
        return every.index(project) + 1

    def settle(self) -> None:
        """Make the moves of the server that are due; this deployment has none."""

    # What is shown

    def show(self, job: Job) -> Job:
        """Return what is shown of a job."""
        return {name: value for name, value in job.items() if not name.startswith("_")}

    def wrap_data(self, data: Any) -> Any:
        """Return the body that holds *data*."""
        return {"data": data}

    def encode(self, response: Response) -> tuple[bytes, str]:
        """Return the body as it is sent, and its media type."""
        if response.body is None:
            return b"", ""
        return json.dumps(response.body).encode(), "application/json"
