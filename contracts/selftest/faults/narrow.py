"""Faults so narrow that one law alone can see each: they show what that law is for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from contracts.selftest.messages import Answer, Request
from contracts.selftest.miniature import Job, Miniature
from contracts.terms import Bounded, Operation


class _ReadsWith(Miniature):
    """Lets somebody read who has no key."""

    def passes(self, authorization: str) -> bool:
        """Tell whether this header is taken for the first organization's."""
        raise NotImplementedError

    def answer(self, request: Request) -> Answer:
        if request.method == "GET" and self.passes(request.headers.get("authorization", "")):
            key = next(iter(self.organizations))
            request = replace(request, headers={"authorization": f"Bearer {key}"})
        return super().answer(request)


class ReadsWithoutAHeader(_ReadsWith):
    """A call without an Authorization header may read."""

    def passes(self, authorization: str) -> bool:
        return authorization == ""


class ReadsWithAnUnknownKey(_ReadsWith):
    """A key that nobody has may read."""

    def passes(self, authorization: str) -> bool:
        return authorization.startswith("Bearer no-key")


class ReadsWithAnEmptyKey(_ReadsWith):
    """A Bearer header without a key may read."""

    def passes(self, authorization: str) -> bool:
        return authorization.strip() == "Bearer"


class _Window(Miniature):
    """Cuts one page out of the list in a wrong way."""

    of_limit = 50

    def window(self, jobs: list[Job], limit: int, page: int) -> list[Job]:
        found = super().window(jobs, limit, page)
        return self.cut(jobs, found, page) if limit == self.of_limit else found

    def cut(self, jobs: list[Job], found: list[Job], page: int) -> list[Job]:
        """Return the wrong page."""
        raise NotImplementedError


class RepeatsTheLastPageOnce(Miniature):
    """The page just after the last one repeats it."""

    def window(self, jobs: list[Job], limit: int, page: int) -> list[Job]:
        last = -(-len(jobs) // limit)
        return super().window(jobs, limit, last if page == last + 1 else page)


class TheLastPageBeginsAgain(_Window):
    """A last page that is not full also has the first job."""

    def cut(self, jobs: list[Job], found: list[Job], page: int) -> list[Job]:
        return found + jobs[:1] if page > 1 and 0 < len(found) < self.of_limit else found


class HidesAJobFromDefaultPages(_Window):
    """With the default limit, one job is missing."""

    def cut(self, jobs: list[Job], found: list[Job], page: int) -> list[Job]:
        rest = jobs[:120] + jobs[121:]
        return Miniature.window(self, rest, self.of_limit, page) if found else found


class MovesAPageBoundary(_Window):
    """The second page has one job less, and the third one more."""

    def cut(self, jobs: list[Job], found: list[Job], page: int) -> list[Job]:
        return {2: jobs[50:99], 3: jobs[99:150]}.get(page, found)


class TurnsLargePagesAround(_Window):
    """Every other time, the largest page is in the other order."""

    of_limit = 200
    turns = 0

    def cut(self, jobs: list[Job], found: list[Job], page: int) -> list[Job]:  # noqa: ARG002 -- all alike
        self.turns += page == 1
        return found[::-1] if self.turns % 2 else found


class SkipsOnTheSecondSmallPage(_Window):
    """The second page of three begins one job too late."""

    of_limit = 3

    def cut(self, jobs: list[Job], found: list[Job], page: int) -> list[Job]:
        return jobs[4:7] if page == 2 else found


class _Query(Miniature):
    """Reads one query in a wrong way."""

    asked: Mapping[str, str]
    read: Mapping[str, str]

    def list_jobs(self, project: str, request: Request) -> Answer:
        if request.query == self.asked:
            request = replace(request, query=self.read)
        return super().list_jobs(project, request)


class ABareListIsShort(_Query):
    """A list without any parameter has twenty jobs."""

    asked: Mapping[str, str] = {}
    read: Mapping[str, str] = {"limit": "20"}


class TheLargestFirstPageIsShort(_Query):
    """The largest limit, without page, gets one job less."""

    asked: Mapping[str, str] = {"limit": "200"}
    read: Mapping[str, str] = {"limit": "199"}


class HonoursOneMoreOnTheFirstPage(_Query):
    """A limit just above the range, without page, means the largest."""

    asked: Mapping[str, str] = {"limit": "201"}
    read: Mapping[str, str] = {"limit": "200"}


class ZeroMeansOneOnTheFirstPage(_Query):
    """A limit of 0, without page, means 1."""

    asked: Mapping[str, str] = {"limit": "0"}
    read: Mapping[str, str] = {"limit": "1"}


class WithoutPageASmallLimitMeansTheSecond(_Query):
    """A limit of 1 without page gets the second page."""

    asked: Mapping[str, str] = {"limit": "1"}
    read: Mapping[str, str] = {"limit": "1", "page": "2"}


class PageZeroAloneIsTheSecond(_Query):
    """Page 0 without limit is the second page."""

    asked: Mapping[str, str] = {"page": "0"}
    read: Mapping[str, str] = {"page": "2"}


class ALimitAboveTheDefaultIsTheDefault(Miniature):
    """A limit of one more than the default means the default."""

    def limit(self, text: str | None, bounds: Bounded) -> int:
        found = super().limit(text, bounds)
        return bounds.default if found == bounds.default + 1 else found


class OddParametersAreServerErrors(Miniature):
    """A query parameter that is not known is a server error."""

    def list_jobs(self, project: str, request: Request) -> Answer:
        if "noSuchParameter" in request.query:
            return self.error(500, "no such column")
        return super().list_jobs(project, request)


class _Numbers(Miniature):
    """Answers some jobIds of one operation with a wrong status."""

    method = "GET"
    pattern = ""
    status = 404

    def carry_out(
        self, operation: Operation, arguments: Mapping[str, str], request: Request
    ) -> Answer:
        text = arguments.get("jobId", "-")
        if operation.method == self.method and re.fullmatch(self.pattern, text):
            return self.error(self.status, "no")
        return super().carry_out(operation, arguments, request)


class ReadingNoIntegerIsNotFound(_Numbers):
    """Reading a jobId that is a word is answered 404."""

    pattern = "[a-z]+"


class ZeroIsRefused(_Numbers):
    """Reading job 0 is answered 400."""

    pattern = "0"
    status = 400


class HugeNumbersAreUnprocessable(_Numbers):
    """Reading a jobId that does not fit in 64 bits is answered 422."""

    pattern = "[0-9]{20,}"
    status = 422


class CancellingAWordIsNotFound(_Numbers):
    """The cancel of a jobId that is a word is answered 404."""

    method = "DELETE"
    pattern = "[a-z]+"


class CancellingZeroIsRefused(_Numbers):
    """The cancel of job 0 is answered 400."""

    method = "DELETE"
    pattern = "0"
    status = 400


class CancelsWhatATextBeginsWith(Miniature):
    """A cancel takes the jobId from the beginning of the text, if there is such a job."""

    def carry_out(
        self, operation: Operation, arguments: Mapping[str, str], request: Request
    ) -> Answer:
        digits = re.match(r"[0-9]+", arguments.get("jobId", ""))
        known = digits is not None and int(digits[0]) in self.jobs
        if digits and known and operation.id == self.document.cancel_id:
            arguments = {**arguments, "jobId": digits[0]}
        return super().carry_out(operation, arguments, request)


class ForbidsReadingOtherProjectsJobs(Miniature):
    """Reading a job of another project is answered 403, which says that it exists."""

    def carry_out(
        self, operation: Operation, arguments: Mapping[str, str], request: Request
    ) -> Answer:
        job = self.jobs.get(self.number(arguments.get("jobId", "")) or 0)
        foreign = job is not None and job["_project"] != arguments["projectKey"]
        if foreign and operation.id == self.document.read_id:
            return self.error(403, "forbidden")
        return super().carry_out(operation, arguments, request)


class ListsErrorsAsText(Miniature):
    """Running jobs are listed with an empty text in errors, and read with null."""

    def ordered(self, jobs: list[Job]) -> list[Job]:
        return [
            {**job, "errors": ""} if job["status"] == "running" else job
            for job in super().ordered(jobs)
        ]


class ReadingTouchesRunningJobs(Miniature):
    """Reading a running job sets its updatedAt."""

    def get_job(self, job: Job) -> Answer:
        job["updatedAt"] = job["updatedAt"] and job["updatedAt"] + (job["status"] == "running")
        return super().get_job(job)


class KeepsOtherErrors(Miniature):
    """A new job reads with an empty text in errors, and was answered with null."""

    def delete_user(self, project: str, user: str) -> Answer:
        answer = super().delete_user(project, user)
        if answer.status == 200:
            self.jobs[answer.body["data"]["jobId"]]["errors"] = ""
        return answer


class ConflictWhileScheduledIsABadRequest(Miniature):
    """A second deletion while the first job is scheduled is answered 400."""

    def delete_user(self, project: str, user: str) -> Answer:
        if any(job["status"] == "scheduled" for job in self.living(project, user)):
            return self.error(400, "there is a job already")
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

    def get_job(self, job: Job) -> Answer:
        return self.error(404, "job not found") if "_gone" in job else super().get_job(job)


class ListsANull(Miniature):
    """A page of two jobs ends with a null."""

    def list_jobs(self, project: str, request: Request) -> Answer:
        answer = super().list_jobs(project, request)
        if len(answer.body["data"]) == 2:
            answer.body["data"].append(None)
        return answer


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
