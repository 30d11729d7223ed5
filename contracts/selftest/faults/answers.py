"""Faults in what an answer looks like."""

from __future__ import annotations

import json
from typing import Any

from contracts.selftest.messages import Request, Response
from contracts.selftest.miniature import Job, Miniature
from contracts.selftest.server import Dropped


class NumbersAreText(Miniature):
    """The projectId is text."""

    def show(self, job: Job) -> Job:
        shown = super().show(job)
        return {**shown, "projectId": str(shown["projectId"])}


class MomentsAreText(Miniature):
    """Moments are ISO 8601 text."""

    def show(self, job: Job) -> Job:
        return {**super().show(job), "startAt": "2021-06-17T18:30:00Z"}


class MomentsAreSeconds(Miniature):
    """Moments are in seconds."""

    def show(self, job: Job) -> Job:
        shown = super().show(job)
        for name in ("createdAt", "updatedAt", "startAt"):
            shown[name] = shown[name] and shown[name] // 1000
        return shown


class StartIsInSeconds(Miniature):
    """Only startAt is in seconds."""

    def show(self, job: Job) -> Job:
        shown = super().show(job)
        return {**shown, "startAt": shown["startAt"] // 1000}


class ZeroStandsForNull(Miniature):
    """A job that never moved has 0 as updatedAt."""

    def show(self, job: Job) -> Job:
        shown = super().show(job)
        return {**shown, "updatedAt": shown["updatedAt"] or 0}


class NullIsLeftOut(Miniature):
    """Properties that are null are left out."""

    def show(self, job: Job) -> Job:
        return {name: value for name, value in super().show(job).items() if value is not None}


class StartIsNullOnceStarted(Miniature):
    """A completed job has no startAt any more."""

    def show(self, job: Job) -> Job:
        shown = super().show(job)
        return {**shown, "startAt": None} if shown["status"] == "completed" else shown


class ErrorsAreAList(Miniature):
    """The errors of a failed job are a list."""

    def show(self, job: Job) -> Job:
        shown = super().show(job)
        return {**shown, "errors": [shown["errors"]] if shown["errors"] else None}


class StatusesAreShouted(Miniature):
    """Statuses are in capitals."""

    def show(self, job: Job) -> Job:
        shown = super().show(job)
        return {**shown, "status": shown["status"].upper()}


class CanceledHasOneL(Miniature):
    """Cancelled is spelled with one l."""

    def show(self, job: Job) -> Job:
        shown = super().show(job)
        return {**shown, "status": shown["status"].replace("cancelled", "canceled")}


class FailedIsCalledError(Miniature):
    """Failed jobs have a status that the contract does not list."""

    def show(self, job: Job) -> Job:
        shown = super().show(job)
        return {**shown, "status": shown["status"].replace("failed", "error")}


class HasAnotherAction(Miniature):
    """The action is spelled otherwise."""

    def show(self, job: Job) -> Job:
        return {**super().show(job), "action": "deleteUserData"}


class DescribesWithoutTheUser(Miniature):
    """The description does not name the user."""

    def show(self, job: Job) -> Job:
        return {**super().show(job), "description": "Delete user sessions of userId = "}


class NamesAreInSnakeCase(Miniature):
    """Properties are spelled with underscores."""

    def show(self, job: Job) -> Job:
        shown = super().show(job)
        shown["reference_id"] = shown.pop("referenceId")
        return shown


class HasNoEnvelope(Miniature):
    """The job or the list is the whole body."""

    def wrap_data(self, data: Any) -> Any:
        return data

    def list_jobs(self, project: str, request: Request) -> Response:
        response = super().list_jobs(project, request)
        return Response(200, {"data": response.body})


class ReadsAList(Miniature):
    """A job that is read comes as a list of one."""

    def get_job(self, job: Job) -> Response:
        return Response(200, self.wrap_data([self.show(job)]))


class HasAnotherEnvelope(Miniature):
    """The envelope of one job is called `job`."""

    def get_job(self, job: Job) -> Response:
        return Response(200, {"job": self.show(job)})


class LabelsJsonAsText(Miniature):
    """JSON is labelled as plain text."""

    def encode(self, response: Response) -> tuple[bytes, str]:
        body, media_type = super().encode(response)
        return body, "text/plain" if response.status == 200 else media_type


class WritesPython(Miniature):
    """The body of a job is Python's way of writing it."""

    def get_job(self, job: Job) -> Response:
        return Response(200, b"python" + repr(self.show(job)).encode())

    def encode(self, response: Response) -> tuple[bytes, str]:
        if isinstance(response.body, bytes):
            return response.body.removeprefix(b"python"), "application/json"
        return super().encode(response)


class WritesNaN(Miniature):
    """A null is written as NaN, which only some readers of JSON take."""

    def encode(self, response: Response) -> tuple[bytes, str]:
        body = json.dumps(response.body).replace('"errors": null', '"errors": NaN')
        return body.encode(), "application/json"


class MakesWith201(Miniature):
    """A new job is answered 201."""

    def delete_user(self, project: str, user: str) -> Response:
        response = super().delete_user(project, user)
        return Response(201, response.body) if response.status == 200 else response


class CancelsWith202(Miniature):
    """A cancel is answered 202."""

    def confirm_cancel(self, job: Job) -> Response:
        return Response(202, super().confirm_cancel(job).body)


class CancelsWithoutABody(Miniature):
    """A cancel is answered 204."""

    def confirm_cancel(self, job: Job) -> Response:
        return Response(204)


class RedirectsUnknownJobs(Miniature):
    """A job that is not found redirects to the list."""

    def make_error(self, status: int, message: str) -> Response:
        if status == 404:
            return Response(302, None, {"Location": "/"})
        return super().make_error(status, message)


class DropsFailedJobs(Miniature):
    """Reading a failed job crashes the worker: the connection closes."""

    def get_job(self, job: Job) -> Response:
        if job["status"] == "failed":
            raise Dropped
        return super().get_job(job)


class FailsOnFailedJobs(Miniature):
    """Reading a failed job is a server error."""

    def get_job(self, job: Job) -> Response:
        return self.make_error(500, "oops") if job["status"] == "failed" else super().get_job(job)


class WasMovedBeforeItWasMade(Miniature):
    """The updatedAt of a cancelled job is before its createdAt."""

    def show(self, job: Job) -> Job:
        shown = super().show(job)
        if shown["status"] == "cancelled":
            shown["updatedAt"] = shown["createdAt"] - 5
        return shown


class CompletedJobsHaveNoStamp(Miniature):
    """Completed jobs have no updatedAt."""

    def show(self, job: Job) -> Job:
        shown = super().show(job)
        return {**shown, "updatedAt": None} if shown["status"] == "completed" else shown


class MomentsHaveFractions(Miniature):
    """The createdAt has a fraction."""

    def show(self, job: Job) -> Job:
        shown = super().show(job)
        return {**shown, "createdAt": shown["createdAt"] + 0.5}
