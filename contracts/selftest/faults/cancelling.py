"""Faults in what a cancel does."""

from __future__ import annotations

from contracts.selftest.messages import Response
from contracts.selftest.miniature import Job, Miniature


class CancelDeletesTheJob(Miniature):
    """A cancelled job is gone."""

    def confirm_cancel(self, job: Job) -> Response:
        del self.jobs[job["jobId"]]
        return super().confirm_cancel(job)


class CancelDoesNotLast(Miniature):
    """The cancel is answered, and not carried out."""

    def move(self, job: Job, to: str) -> None:
        """Leave the job as it is."""

    def confirm_cancel(self, job: Job) -> Response:
        now = {"status": "cancelled", "updatedAt": self.now()}
        return Response(200, self.wrap_data({**self.show(job), **now}))


class CancelIsNotListed(Miniature):
    """The list shows a cancelled job as it was before."""

    def cancel_job(self, job: Job) -> Response:
        before = dict(job)
        response = super().cancel_job(job)
        job.setdefault("_listed", before)
        return response

    def order(self, jobs: list[Job]) -> list[Job]:
        return [job.get("_listed", job) for job in super().order(jobs)]


class CancelLeavesTheList(Miniature):
    """A job that was cancelled is no longer listed."""

    def move(self, job: Job, to: str) -> None:
        super().move(job, to)
        job["_hidden"] = True

    def order(self, jobs: list[Job]) -> list[Job]:
        return super().order([job for job in jobs if "_hidden" not in job])


class CancelAnswersTheJobBefore(Miniature):
    """The answer to a cancel shows the job as it was."""

    def cancel_job(self, job: Job) -> Response:
        before = Response(200, self.wrap_data(self.show(job)))
        response = super().cancel_job(job)
        return before if response.status == 200 else response


class CancelAnswersAnotherJob(Miniature):
    """The answer to a cancel shows another job."""

    def confirm_cancel(self, job: Job) -> Response:
        other = next(j for j in self.select_jobs(job["_project"]) if j["status"] == "cancelled")
        return super().confirm_cancel({**other, "updatedAt": self.now()})


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

    def move(self, job: Job, to: str) -> None:
        super().move(job, "failed")


class CancelTouchesTheNeighbour(Miniature):
    """A cancel also cancels the next job."""

    def move(self, job: Job, to: str) -> None:
        super().move(job, to)
        for other in self.select_jobs(job["_project"]):
            if other["jobId"] > job["jobId"] and self.is_cancellable(other):
                super().move(other, to)
                return


class CancelStampsTheNeighbours(Miniature):
    """A cancel sets the updatedAt of running jobs."""

    def move(self, job: Job, to: str) -> None:
        super().move(job, to)
        for other in self.select_jobs(job["_project"]):
            if other["status"] == "running":
                other["updatedAt"] = self.now()
