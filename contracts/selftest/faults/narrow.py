"""Faults so narrow that one law alone can see each: they show what that law is for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from contracts.contract.model import Operation
from contracts.selftest.messages import Request, Response
from contracts.selftest.miniature import Job, Miniature


class _ReadsWith(Miniature):
    """Lets somebody read who has no key."""

    def passes(self, authorization: str) -> bool:
        """Tell whether this header is taken for the first organization's."""
        raise NotImplementedError

    def respond(self, request: Request) -> Response:
        if request.method == "GET" and self.passes(request.headers.get("authorization", "")):
            key = next(iter(self.organizations))
            request = replace(request, headers={"authorization": f"Bearer {key}"})
        return super().respond(request)


class ReadsWithoutAHeader(_ReadsWith):
    """A call without an Authorization header may read."""

    def passes(self, authorization: str) -> bool:
        return authorization == ""


class ReadsWithAnUnknownKey(_ReadsWith):
    """An unknown key may read."""

    def passes(self, authorization: str) -> bool:
        return authorization.startswith("Bearer no-key")


class ReadsWithAnEmptyKey(_ReadsWith):
    """A Bearer header without a key may read."""

    def passes(self, authorization: str) -> bool:
        return authorization.strip() == "Bearer"


class OddParametersAreServerErrors(Miniature):
    """A query parameter that is not known is a server error."""

    def list_jobs(self, project: str, request: Request) -> Response:
        if "noSuchParameter" in request.query:
            return self.make_error(500, "no such column")
        return super().list_jobs(project, request)


class _Numbers(Miniature):
    """Answers some jobIds of one operation with a wrong status."""

    method = "GET"
    pattern = ""
    status = 404

    def carry_out(
        self, operation: Operation, arguments: Mapping[str, str], request: Request
    ) -> Response:
        text = arguments.get("jobId", "-")
        if operation.method == self.method and re.fullmatch(self.pattern, text):
            return self.make_error(self.status, "no")
        return super().carry_out(operation, arguments, request)


class ReadingNoIntegerIsNotFound(_Numbers):
    """Reading a jobId that is a word is answered 404."""

    pattern = "[a-z]+"


class TheLargestNumberIsGone(_Numbers):
    """Reading the largest jobId of 32 bits, which no job has, is answered 410."""

    pattern = "2147483647"
    status = 410


class HugeNumbersAreUnprocessable(_Numbers):
    """Reading a jobId that does not fit in 64 bits is answered 422."""

    pattern = "[0-9]{20,}"
    status = 422


class CancellingAWordIsNotFound(_Numbers):
    """The cancel of a jobId that is a word is answered 404."""

    method = "DELETE"
    pattern = "[a-z]+"


class CancellingAMillionIsRefused(_Numbers):
    """The cancel of a job that does not exist yet is answered 400."""

    method = "DELETE"
    pattern = "1[0-9]{6}"
    status = 400


class CancelsWhatATextBeginsWith(Miniature):
    """A cancel takes the jobId from the beginning of the text, if there is such a job."""

    def carry_out(
        self, operation: Operation, arguments: Mapping[str, str], request: Request
    ) -> Response:
        digits = re.match(r"[0-9]+", arguments.get("jobId", ""))
        known = digits is not None and int(digits[0]) in self.jobs
        if digits and known and operation.id == self.document.cancel_id:
            arguments = {**arguments, "jobId": digits[0]}
        return super().carry_out(operation, arguments, request)


class ForbidsReadingOtherProjectsJobs(Miniature):
    """Reading a job of another project is answered 403, which says that it exists."""

    def carry_out(
        self, operation: Operation, arguments: Mapping[str, str], request: Request
    ) -> Response:
        job = self.jobs.get(self.read_job_id(arguments.get("jobId", "")) or 0)
        foreign = job is not None and job["_project"] != arguments["projectKey"]
        if foreign and operation.id == self.document.read_id:
            return self.make_error(403, "forbidden")
        return super().carry_out(operation, arguments, request)


class ListsErrorsAsText(Miniature):
    """Running jobs are listed with an empty text in errors, and read with null."""

    def order(self, jobs: list[Job]) -> list[Job]:
        return [
            {**job, "errors": ""} if job["status"] == "running" else job
            for job in super().order(jobs)
        ]


class ReadingTouchesRunningJobs(Miniature):
    """Reading a running job sets its updatedAt."""

    def get_job(self, job: Job) -> Response:
        job["updatedAt"] = job["updatedAt"] and job["updatedAt"] + (job["status"] == "running")
        return super().get_job(job)


class KeepsOtherErrors(Miniature):
    """A new job reads with an empty text in errors, and was answered with null."""

    def delete_user(self, project: str, user: str) -> Response:
        response = super().delete_user(project, user)
        if response.status == 200:
            self.jobs[response.body["data"]["jobId"]]["errors"] = ""
        return response


class ConflictWhileScheduledIsABadRequest(Miniature):
    """A second deletion while the first job is scheduled is answered 400."""

    def delete_user(self, project: str, user: str) -> Response:
        if any(job["status"] == "scheduled" for job in self.find_conflicting(project, user)):
            return self.make_error(400, "there is a job already")
        return super().delete_user(project, user)


class CancelOfARunningJobFailsIt(Miniature):
    """A running job that is cancelled is failed."""

    def move(self, job: Job, to: str) -> None:
        super().move(job, "failed" if job["status"] == "running" else to)


class CancelledJobsCannotBeRead(Miniature):
    """A job that was just cancelled is listed, and can no longer be read."""

    def move(self, job: Job, to: str) -> None:
        super().move(job, to)
        job["_gone"] = True

    def get_job(self, job: Job) -> Response:
        return self.make_error(404, "job not found") if "_gone" in job else super().get_job(job)


class ListsANull(Miniature):
    """A page of two jobs ends with a null."""

    def list_jobs(self, project: str, request: Request) -> Response:
        response = super().list_jobs(project, request)
        if len(response.body["data"]) == 2:
            response.body["data"].append(None)
        return response


class CompletedJobsStartInSeconds(Miniature):
    """The startAt of a completed job is in seconds."""

    def show(self, job: Job) -> Job:
        shown = super().show(job)
        if shown["status"] == "completed":
            shown["startAt"] //= 1000
        return shown


class WasCancelledBeforeItWasMade(Miniature):
    """The updatedAt of jobs cancelled long ago is before their createdAt."""

    def show(self, job: Job) -> Job:
        shown = super().show(job)
        if shown["updatedAt"] == shown["createdAt"] + 5_000:
            shown["updatedAt"] = shown["createdAt"] - 5
        return shown
