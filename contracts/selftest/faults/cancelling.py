"""Faults in cancelling."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping

from contracts.selftest.miniature import Answer, Job, Miniature, Request
from contracts.terms import Operation


class CancelsCompletedJobs(Miniature):
    """A completed job can be cancelled."""

    def cancellable(self, job: Job) -> bool:
        return job["status"] == "completed" or super().cancellable(job)


class CancelsFailedJobs(Miniature):
    """A failed job can be cancelled, as by the real deployment."""

    def cancellable(self, job: Job) -> bool:
        return job["status"] == "failed" or super().cancellable(job)


class CancelsCancelledJobs(Miniature):
    """A cancelled job can be cancelled again."""

    def cancellable(self, job: Job) -> bool:
        return job["status"] == "cancelled" or super().cancellable(job)


class CancelsNoScheduledJob(Miniature):
    """A scheduled job cannot be cancelled."""

    def cancellable(self, job: Job) -> bool:
        return job["status"] != "scheduled" and super().cancellable(job)


class CancelsNoRunningJob(Miniature):
    """A running job cannot be cancelled."""

    def cancellable(self, job: Job) -> bool:
        return job["status"] != "running" and super().cancellable(job)


class RefusesCompletedWith409(Miniature):
    """The cancel of a completed job is answered 409."""

    def refuse(self, job: Job, status: int) -> Answer:
        return super().refuse(job, 409 if job["status"] == "completed" else status)


class RefusesFailedWith422(Miniature):
    """The cancel of a failed job is answered 422."""

    def refuse(self, job: Job, status: int) -> Answer:
        return super().refuse(job, 422 if job["status"] == "failed" else status)


class RefusesCancelledWith404(Miniature):
    """The second cancel of a job is answered 404."""

    def refuse(self, job: Job, status: int) -> Answer:
        return super().refuse(job, 404 if job["status"] == "cancelled" else status)


class CancelDeletesTheJob(Miniature):
    """A cancelled job is gone."""

    def cancelled(self, job: Job) -> Answer:
        del self.jobs[job["jobId"]]
        return super().cancelled(job)


class CancelDoesNotLast(Miniature):
    """The cancel is answered, and not carried out."""

    def move(self, job: Job, to: str) -> None:
        """Leave the job as it is."""

    def cancelled(self, job: Job) -> Answer:
        now = {"status": "cancelled", "updatedAt": self.now()}
        return Answer(200, self.envelope({**self.show(job), **now}))


class CancelIsNotListed(Miniature):
    """The list shows a cancelled job as it was before."""

    def cancel_job(self, job: Job) -> Answer:
        before = dict(job)
        answer = super().cancel_job(job)
        job.setdefault("_listed", before)
        return answer

    def ordered(self, jobs: list[Job]) -> list[Job]:
        return [job.get("_listed", job) for job in super().ordered(jobs)]


class CancelLeavesTheList(Miniature):
    """A job that was cancelled is no longer listed."""

    def move(self, job: Job, to: str) -> None:
        super().move(job, to)
        job["_hidden"] = True

    def ordered(self, jobs: list[Job]) -> list[Job]:
        return super().ordered([job for job in jobs if "_hidden" not in job])


class CancelAnswersTheJobBefore(Miniature):
    """The answer to a cancel shows the job as it was."""

    def cancel_job(self, job: Job) -> Answer:
        before = Answer(200, self.envelope(self.show(job)))
        answer = super().cancel_job(job)
        return before if answer.status == 200 else answer


class CancelAnswersAnotherJob(Miniature):
    """The answer to a cancel shows another job."""

    def cancelled(self, job: Job) -> Answer:
        other = next(j for j in self.of_project(job["_project"]) if j["status"] == "cancelled")
        return super().cancelled({**other, "updatedAt": self.now()})


class CancelSetsNoStamp(Miniature):
    """A cancel leaves updatedAt as it was."""

    def move(self, job: Job, to: str) -> None:
        job["status"] = to


class CancelKeepsAnOldStamp(Miniature):
    """A cancel sets updatedAt only if it was null."""

    def move(self, job: Job, to: str) -> None:
        job["status"] = to
        job["updatedAt"] = job["updatedAt"] or self.now()


class CancelClearsTheStamp(Miniature):
    """A cancel takes updatedAt away."""

    def move(self, job: Job, to: str) -> None:
        job["status"], job["updatedAt"] = to, None


class CancelStampsTheStart(Miniature):
    """A cancel sets updatedAt to the moment at which the job was made."""

    def move(self, job: Job, to: str) -> None:
        job["status"], job["updatedAt"] = to, job["createdAt"]


class CancelSetsErrors(Miniature):
    """A cancel writes into errors."""

    def move(self, job: Job, to: str) -> None:
        super().move(job, to)
        job["errors"] = "cancelled by the user"


class CancelMovesTheStart(Miniature):
    """A cancel sets startAt."""

    def move(self, job: Job, to: str) -> None:
        super().move(job, to)
        job["startAt"] = self.now()


class CancelMakesTheJobAgain(Miniature):
    """A cancel sets createdAt."""

    def move(self, job: Job, to: str) -> None:
        super().move(job, to)
        job["createdAt"] = self.now()


class CancelMovesToFailed(Miniature):
    """A cancelled job is failed."""

    def move(self, job: Job, to: str) -> None:  # noqa: ARG002 -- the fault
        super().move(job, "failed")


class CancelTouchesTheNeighbour(Miniature):
    """A cancel also cancels the next job."""

    def move(self, job: Job, to: str) -> None:
        super().move(job, to)
        for other in self.of_project(job["_project"]):
            if other["jobId"] > job["jobId"] and self.cancellable(other):
                super().move(other, to)
                return


class CancelStampsTheNeighbours(Miniature):
    """A cancel sets the updatedAt of running jobs."""

    def move(self, job: Job, to: str) -> None:
        super().move(job, to)
        for other in self.of_project(job["_project"]):
            if other["status"] == "running":
                other["updatedAt"] = self.now()


class RefusedCancelStamps(Miniature):
    """A cancel that is refused sets updatedAt."""

    def refuse(self, job: Job, status: int) -> Answer:
        job["updatedAt"] = self.now()
        return super().refuse(job, status)


class RefusedCancelMarks(Miniature):
    """A cancel that is refused writes into errors."""

    def refuse(self, job: Job, status: int) -> Answer:
        job["errors"] = "cancel was refused"
        return super().refuse(job, status)


class RacingCancelsAllWin(Miniature):
    """Whether a job can be cancelled is looked up some time before it is."""

    def carry_out(
        self, operation: Operation, arguments: Mapping[str, str], request: Request
    ) -> Answer:
        job = self.jobs.get(self.number(arguments.get("jobId", "")) or 0)
        if operation.id != self.document.cancel_id or job is None:
            return super().carry_out(operation, arguments, request)
        if job["_project"] != arguments["projectKey"] or not self.cancellable(job):
            return super().carry_out(operation, arguments, request)
        self.lock.release()
        time.sleep(0.01)
        self.lock.acquire()
        self.move(job, self.document.cancel.to)
        return self.cancelled(job)


class CancelOfUnknownIsFine(Miniature):
    """The cancel of a job that does not exist is answered 200, with a job of nobody."""

    def find(self, project: str, number: int, operation: Operation) -> Job | None:
        job = super().find(project, number, operation)
        if job is None and operation.id == self.document.cancel_id:
            return {**self.make(project, "nobody"), "jobId": number}
        return job


class CancelOfUnknownIsABadRequest(Miniature):
    """The cancel of a job that does not exist is answered 400."""

    def carry_out(
        self, operation: Operation, arguments: Mapping[str, str], request: Request
    ) -> Answer:
        answer = super().carry_out(operation, arguments, request)
        if operation.id == self.document.cancel_id and answer.status == 404:
            return self.error(400, "job not found")
        return answer


class CancelOfNoIntegerIsNotFound(Miniature):
    """The cancel of a jobId that is no integer is answered 404."""

    def carry_out(
        self, operation: Operation, arguments: Mapping[str, str], request: Request
    ) -> Answer:
        text = arguments.get("jobId", "")
        if operation.id == self.document.cancel_id and self.number(text) is None:
            return self.error(404, "job not found")
        return super().carry_out(operation, arguments, request)


class CancelReadsLeadingDigits(Miniature):
    """A cancel takes the jobId from the beginning of the text."""

    def carry_out(
        self, operation: Operation, arguments: Mapping[str, str], request: Request
    ) -> Answer:
        digits = re.match(r"[0-9]+", arguments.get("jobId", ""))
        if operation.id == self.document.cancel_id and digits:
            arguments = {**arguments, "jobId": digits[0]}
        return super().carry_out(operation, arguments, request)
