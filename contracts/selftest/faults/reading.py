"""Faults in reading one job."""

from __future__ import annotations

import re
from collections.abc import Mapping

from contracts.contract.model import Operation
from contracts.selftest.messages import Request, Response
from contracts.selftest.miniature import Job, Miniature


class NoIntegerIsNotFound(Miniature):
    """A jobId that is not an integer is answered 404."""

    def read_job_id(self, text: str) -> int | None:
        number = super().read_job_id(text)
        return -1 if number is None else number


class ReadsLeadingDigits(Miniature):
    """The jobId is as many digits as the text begins with."""

    def read_job_id(self, text: str) -> int | None:
        digits = re.match(r"-?[0-9]+", text)
        return super().read_job_id(digits[0]) if digits else None


class ReadsFractions(Miniature):
    """The jobId is read as a floating point number."""

    def read_job_id(self, text: str) -> int | None:
        try:
            return int(float(text))
        except (ValueError, OverflowError):
            return None


class NotFoundIsNull(Miniature):
    """A job that does not exist is answered 200 with null."""

    def make_error(self, status: int, message: str) -> Response:
        if message == "job not found":
            return Response(200, self.wrap_data(None))
        return super().make_error(status, message)


class NotFoundIsABadRequest(Miniature):
    """A job that does not exist is answered 400."""

    def make_error(self, status: int, message: str) -> Response:
        return super().make_error(400 if message == "job not found" else status, message)


class NegativesLoseTheirSign(Miniature):
    """A negative jobId is read without its sign."""

    def read_job_id(self, text: str) -> int | None:
        number = super().read_job_id(text)
        return None if number is None else abs(number)


class HugeNumbersAreServerErrors(Miniature):
    """A jobId that does not fit in 64 bits is a server error."""

    def carry_out(
        self, operation: Operation, arguments: Mapping[str, str], request: Request
    ) -> Response:
        if abs(self.read_integer(arguments.get("jobId")) or 0) >= 2**63:
            return self.make_error(500, "integer out of range")
        return super().carry_out(operation, arguments, request)


class HugeNumbersWrapAround(Miniature):
    """A jobId that does not fit in 64 bits loses what is above them."""

    def read_job_id(self, text: str) -> int | None:
        number = self.read_integer(text)
        return None if number is None else number % 2**64


class ReadsAnotherJob(Miniature):
    """The job that is read is the next one."""

    def get_job(self, job: Job) -> Response:
        mine = sorted(j["jobId"] for j in self.select_jobs(job["_project"]))
        index = mine.index(job["jobId"])
        return super().get_job(self.jobs[mine[(index + 1) % len(mine)]])


class ListsWithoutErrors(Miniature):
    """A failed job's errors are shown only when it is read."""

    def order(self, jobs: list[Job]) -> list[Job]:
        return [{**job, "errors": None} for job in super().order(jobs)]


class ListsScheduledAsRunning(Miniature):
    """A running job reads as scheduled."""

    def get_job(self, job: Job) -> Response:
        if job["status"] == "running":
            job = {**job, "status": "scheduled"}
        return super().get_job(job)


class ReadingTouches(Miniature):
    """Reading a job sets its updatedAt."""

    def get_job(self, job: Job) -> Response:
        if job["updatedAt"] is not None:
            job["updatedAt"] += 1
        return super().get_job(job)


class CompletedJobsAreGone(Miniature):
    """A completed job can no longer be read."""

    def get_job(self, job: Job) -> Response:
        if job["status"] == "completed":
            return self.make_error(404, "job not found")
        return super().get_job(job)


class ReadsFromACache(Miniature):
    """A job reads as it did the first time."""

    def get_job(self, job: Job) -> Response:
        cache: dict[int, Response] = self.__dict__.setdefault("cache", {})
        return cache.setdefault(job["jobId"], super().get_job(job))
