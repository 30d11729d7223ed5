"""Ways to keep the contract: what it leaves open, done differently."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Any

from contracts.contract.model import Operation
from contracts.selftest.messages import Request, Response
from contracts.selftest.miniature import Job, Miniature


class Moving(Miniature):
    """Something happens by itself, by the number of requests, whatever the speed of the machine."""

    requests = 0
    """How many there were; a deployment that begins at another number has another course."""

    def settle(self) -> None:
        self.requests += 1
        self.pass_time()

    def pass_time(self) -> None:
        """Let happen what happens at this request."""


class Progressing(Moving):
    """Jobs start and end while they are judged."""

    def pass_time(self) -> None:
        random = Random(self.requests)
        living = [job for job in self.jobs.values() if job["status"] in ("scheduled", "running")]
        if self.requests % 4 or not living:
            return
        job = random.choice(living)
        if job["status"] == "running":
            self.move(job, random.choice(("completed", "failed")))
        elif job["startAt"] <= self.now() or random.random() < 0.5:
            job["startAt"] = min(job["startAt"], self.now())
            self.move(job, "running")


class Growing(Moving):
    """A job is made at every hundredth request, whatever the speed of the machine."""

    every = 100

    def pass_time(self) -> None:
        if self.requests % self.every == 0:
            project = next(iter(self.organizations.values()))[0]
            job = self.make(project, f"visitor-{self.requests // self.every}@example.com")
            self.jobs[job["jobId"]] = job


class GrowingAndProgressing(Growing, Progressing):
    """Jobs are made, start and end while they are judged."""

    every = 40

    def pass_time(self) -> None:
        Growing.pass_time(self)
        Progressing.pass_time(self)


class GrowingFast(Growing):
    """A job is made at every sixth request, faster than a short list can be walked."""

    every = 6


class Forgetting(Moving):
    """Old jobs vanish while they are judged."""

    def pass_time(self) -> None:
        old = [i for i, job in self.jobs.items() if job["status"] == "completed"]
        if self.requests % 40 == 0 and old:
            del self.jobs[old[0]]


class GrowingAndForgetting(GrowingFast, Forgetting):
    """Jobs are made quickly, and old ones vanish."""

    def pass_time(self) -> None:
        GrowingFast.pass_time(self)
        Forgetting.pass_time(self)


class Replacing(Moving):
    """Whenever a job is made an old one vanishes: their number never changes."""

    def pass_time(self) -> None:
        old = [i for i, job in self.jobs.items() if job["status"] == "completed"]
        if self.requests % 5 or not old:
            return
        project = next(iter(self.organizations.values()))[0]
        job = self.make(project, f"visitor-{self.requests}@example.com")
        self.jobs[job["jobId"]] = job
        del self.jobs[Random(self.requests).choice(old)]


class KeepsSessions(Miniature):
    """A gateway gives each caller a session, whose cookie opens what the key opens."""

    def respond(self, request: Request) -> Response:
        if "session=" in request.headers.get("cookie", ""):
            key = f"Bearer {next(iter(self.organizations))}"
            request = replace(request, headers={**request.headers, "authorization": key})
        response = super().respond(request)
        cookie = {"Set-Cookie": "session=1; Path=/"} if response.status == 200 else {}
        return replace(response, headers={**response.headers, **cookie})


class OldestFirst(Miniature):
    """The list begins with the oldest job."""

    def order(self, jobs: list[Job]) -> list[Job]:
        return super().order(jobs)[::-1]


class ByUser(Miniature):
    """The list is in the order of the users' names."""

    def order(self, jobs: list[Job]) -> list[Job]:
        return sorted(jobs, key=lambda job: (job["referenceId"], job["jobId"]))


class Talkative(Miniature):
    """Jobs and envelopes have members that the contract does not name."""

    def show(self, job: Job) -> Job:
        return {**super().show(job), "priority": 3, "labels": ["gdpr"]}

    def wrap_data(self, data: Any) -> Any:
        return {"data": data, "meta": {"took": 3}}


class ForbidsForeigners(Miniature):
    """A project of another organization is answered 403."""

    def refuse_project(self) -> Response:
        return self.make_error(403, "not your project")


class HidesForeignProjects(Miniature):
    """A project of another organization is answered 404."""

    def refuse_project(self) -> Response:
        return self.make_error(404, "no such project")


class SpeaksText(Miniature):
    """Errors are plain text."""

    def encode(self, response: Response) -> tuple[bytes, str]:
        if response.status >= 400 and response.body is not None:
            return str(response.body["error"]).encode(), "text/plain"
        return super().encode(response)


class StampsNewJobs(Miniature):
    """A new job has its updatedAt set."""

    def make(self, project: str, user: str) -> Job:
        job = super().make(project, user)
        return {**job, "updatedAt": job["createdAt"]}


class KeepsWholeSeconds(Miniature):
    """Moments are whole seconds, in milliseconds."""

    def show(self, job: Job) -> Job:
        shown = super().show(job)
        for name in ("createdAt", "updatedAt", "startAt"):
            shown[name] = shown[name] and shown[name] // 1000 * 1000
        return shown


class WithoutCompanion(Miniature):
    """No operation makes jobs: its path does not exist."""

    def carry_out(
        self, operation: Operation, arguments: Mapping[str, str], request: Request
    ) -> Response:
        if operation.id == self.document.make_id:
            return self.make_error(404, "no such path")
        return super().carry_out(operation, arguments, request)


class CompanionNotImplemented(Miniature):
    """The operation that makes jobs is answered 501."""

    def delete_user(self, project: str, user: str) -> Response:
        return self.make_error(501, "not implemented")


class AnswersHead(Miniature):
    """HEAD is answered as GET is."""

    def read_as(self, method: str) -> str:
        return "GET" if method == "HEAD" else method


class KnowsNoMethods(Miniature):
    """A method that no operation declares is answered 404."""

    def refuse_operation(self, request: Request) -> Response:
        return self.make_error(404, "no such path")


class RefusesOddLimits(Miniature):
    """A limit or page that is not an integer is answered 400."""

    def list_jobs(self, project: str, request: Request) -> Response:
        if any(self.read_integer(text) is None for text in request.query.values()):
            return self.make_error(400, "no integer")
        return super().list_jobs(project, request)


class RefusesUnusualIntegers(Miniature):
    """A jobId with a plus or leading zeros is answered 400."""

    def read_job_id(self, text: str) -> int | None:
        plain = text == str(self.read_integer(text))
        return super().read_job_id(text) if plain else None
