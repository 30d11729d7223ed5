"""Faults in which cancels are refused, and how."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping

from contracts.contract.model import Operation
from contracts.selftest.messages import Request, Response
from contracts.selftest.miniature import Job, Miniature


class CancelsCompletedJobs(Miniature):
    """A completed job can be cancelled."""

    def is_cancellable(self, job: Job) -> bool:
        return job["status"] == "completed" or super().is_cancellable(job)


class CancelsFailedJobs(Miniature):
    """A failed job can be cancelled, as by the real deployment."""

    def is_cancellable(self, job: Job) -> bool:
        return job["status"] == "failed" or super().is_cancellable(job)


class CancelsCancelledJobs(Miniature):
    """A cancelled job can be cancelled again."""

    def is_cancellable(self, job: Job) -> bool:
        return job["status"] == "cancelled" or super().is_cancellable(job)


class CancelsNoScheduledJob(Miniature):
    """A scheduled job cannot be cancelled."""

    def is_cancellable(self, job: Job) -> bool:
        return job["status"] != "scheduled" and super().is_cancellable(job)


class CancelsNoRunningJob(Miniature):
    """A running job cannot be cancelled."""

    def is_cancellable(self, job: Job) -> bool:
        return job["status"] != "running" and super().is_cancellable(job)


class RefusesCompletedWith409(Miniature):
    """The cancel of a completed job is answered 409."""

    def refuse(self, job: Job, status: int) -> Response:
        return super().refuse(job, 409 if job["status"] == "completed" else status)


class RefusesFailedWith422(Miniature):
    """The cancel of a failed job is answered 422."""

    def refuse(self, job: Job, status: int) -> Response:
        return super().refuse(job, 422 if job["status"] == "failed" else status)


class RefusesCancelledWith404(Miniature):
    """The second cancel of a job is answered 404."""

    def refuse(self, job: Job, status: int) -> Response:
        return super().refuse(job, 404 if job["status"] == "cancelled" else status)


class RefusedCancelStamps(Miniature):
    """A cancel that is refused sets updatedAt."""

    def refuse(self, job: Job, status: int) -> Response:
        job["updatedAt"] = self.now()
        return super().refuse(job, status)


class RefusedCancelMarks(Miniature):
    """A cancel that is refused writes into errors."""

    def refuse(self, job: Job, status: int) -> Response:
        job["errors"] = "cancel was refused"
        return super().refuse(job, status)


class RacingCancelsAllWin(Miniature):
    """Whether a job can be cancelled is looked up some time before it is."""

    def carry_out(
        self, operation: Operation, arguments: Mapping[str, str], request: Request
    ) -> Response:
        job = self.jobs.get(self.read_job_id(arguments.get("jobId", "")) or 0)
        if operation.id != self.document.cancel_id or job is None:
            return super().carry_out(operation, arguments, request)
        if job["_project"] != arguments["projectKey"] or not self.is_cancellable(job):
            return super().carry_out(operation, arguments, request)
        self.lock.release()
        time.sleep(0.05)
        self.lock.acquire()
        self.move(job, self.document.cancel.to)
        return self.confirm_cancel(job)


class CancelOfUnknownIsFine(Miniature):
    """The cancel of a job that does not exist is answered 200, with a job of an unknown user."""

    def find(self, project: str, number: int, operation: Operation) -> Job | None:
        job = super().find(project, number, operation)
        if job is None and operation.id == self.document.cancel_id:
            return {**self.make(project, "nobody"), "jobId": number}
        return job


class CancelOfUnknownIsABadRequest(Miniature):
    """The cancel of a job that does not exist is answered 400."""

    def carry_out(
        self, operation: Operation, arguments: Mapping[str, str], request: Request
    ) -> Response:
        response = super().carry_out(operation, arguments, request)
        if operation.id == self.document.cancel_id and response.status == 404:
            return self.make_error(400, "job not found")
        return response


class CancelOfNoIntegerIsNotFound(Miniature):
    """The cancel of a jobId that is not an integer is answered 404."""

    def carry_out(
        self, operation: Operation, arguments: Mapping[str, str], request: Request
    ) -> Response:
        text = arguments.get("jobId", "")
        if operation.id == self.document.cancel_id and self.read_job_id(text) is None:
            return self.make_error(404, "job not found")
        return super().carry_out(operation, arguments, request)


class CancelReadsLeadingDigits(Miniature):
    """A cancel takes the jobId from the beginning of the text."""

    def carry_out(
        self, operation: Operation, arguments: Mapping[str, str], request: Request
    ) -> Response:
        digits = re.match(r"[0-9]+", arguments.get("jobId", ""))
        if operation.id == self.document.cancel_id and digits:
            arguments = {**arguments, "jobId": digits[0]}
        return super().carry_out(operation, arguments, request)
