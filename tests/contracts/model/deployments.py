"""Deployments with one fault each for generated calls to find, and a log of what they were sent."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from contracts.contract.document import Document
from contracts.contract.model import Bounded, Operation
from contracts.engine.events import Finding, LawFinished
from contracts.engine.runner import Runner, Settings, create_runner
from contracts.laws import catalogue
from contracts.selftest.messages import Request, Response
from contracts.selftest.miniature import Job, Miniature
from contracts.selftest.server import Transmission, serve_miniature
from contracts.selftest.world import PROJECT, create_miniature, create_target
from contracts.target import Effects

Sent = list[tuple[str, str]]


@contextmanager
def logged(
    world: Miniature, transmission: Transmission | None = None
) -> Iterator[tuple[str, Sent]]:
    """Serve *world*; yield its URL and the log of method and path of what it was sent."""
    log: Sent = []

    def note(request: Request) -> Response | None:
        log.append((request.method, request.path))
        return transmission.before(request) if transmission else None

    with serve_miniature(world, Transmission(before=note)) as url:
        yield url, log


def judging(
    url: str, document: Document, laws: Sequence[str], effects: Effects, rng: int = 1
) -> Runner:
    """Return a run of *laws* over the deployment at *url*."""
    registry = catalogue.create_registry(document).select(laws)
    return create_runner(create_target(url, effects), document, registry, Settings(rng=rng))


def judged(
    world: Miniature,
    document: Document,
    laws: Sequence[str],
    effects: Effects = Effects.ANY,
    rng: int = 1,
) -> dict[str, LawFinished]:
    """Serve *world*, judge it by *laws*, and return the outcome of each."""
    with logged(world) as (url, _):
        events = list(judging(url, document, laws, effects, rng).stream_events())
    return {one.law.id: one for one in events if isinstance(one, LawFinished)}


def broken(outcomes: dict[str, LawFinished]) -> dict[str, list[Finding]]:
    """Return the findings of each law that is broken."""
    return {
        law: list(one.findings) for law, one in outcomes.items() if one.verdict.value == "broken"
    }


class Progresses(Miniature):
    """Conforms: jobs start and end on their own, and another client makes some meanwhile."""

    seen = 0

    def settle(self) -> None:
        """Move one job a request, and make one every few requests."""
        self.seen += 1
        chance = random.Random(self.seen)
        job = chance.choice(list(self.jobs.values()))
        if job["status"] == "scheduled" and job["startAt"] <= self.now():
            self.move(job, "running")
        elif job["status"] == "running":
            self.move(job, chance.choice(["completed", "failed"]))
        if self.seen % 3 == 0:
            other = self.make(PROJECT, f"somebody-{self.seen}@example.com")
            other["startAt"] = self.now()
            self.jobs[other["jobId"]] = other


class Ignores(Miniature):
    """Answers a cancel with the cancelled job, and forgets it."""

    def cancel_job(self, job: Job) -> Response:
        """Show the job as if it had been cancelled."""
        if not self.is_cancellable(job):
            return self.refuse(job, 400)
        shown = {**job, "status": "cancelled", "updatedAt": self.now()}
        return Response(200, self.wrap_data(self.show(shown)))


class CancelsEnded(Miniature):
    """Cancels a job that has ended."""

    def is_cancellable(self, job: Job) -> bool:
        """Allow all but a second cancel."""
        return bool(job["status"] != "cancelled")


class CancelsTwice(Miniature):
    """Accepts a second cancel of a job."""

    def is_cancellable(self, job: Job) -> bool:
        """Allow a cancel of a cancelled job."""
        return job["status"] == "cancelled" or super().is_cancellable(job)


class MovesMore(Miniature):
    """Moves the start of a job that it cancels."""

    def move(self, job: Job, to: str) -> None:
        """Move the job, and its start."""
        super().move(job, to)
        job["startAt"] += 1


class RefusalStamps(Miniature):
    """Refuses a second cancel, and stamps the job all the same."""

    def refuse(self, job: Job, status: int) -> Response:
        """Touch the job."""
        job["updatedAt"] = (job["updatedAt"] or 0) + 1
        return super().refuse(job, status)


class CancelsNeighbour(Miniature):
    """Cancels the job made before, too."""

    def move(self, job: Job, to: str) -> None:
        """Move the job and its neighbour."""
        super().move(job, to)
        other = self.jobs.get(job["jobId"] - 1)
        if other is not None and other["status"] == "scheduled":
            super().move(other, to)


class DeletesCancelled(Miniature):
    """Forgets a job once it is cancelled: the trap of `use_after_free` in reverse."""

    def cancel_job(self, job: Job) -> Response:
        """Cancel the job and remove it."""
        response = super().cancel_job(job)
        if response.status == 200:
            self.jobs.pop(job["jobId"])
        return response


class HidesNew(Miniature):
    """Does not list what it has just made."""

    def order(self, jobs: list[Job]) -> list[Job]:
        """Leave out the newest job."""
        return super().order(jobs)[1:]


class Duplicates(Miniature):
    """Makes a second job for a user whose first one is alive."""

    def find_conflicting(self, project: str, user: str) -> list[Job]:  # noqa: ARG002 -- finds none
        """See no living job."""
        return []


class NeverAgain(Miniature):
    """Refuses to delete a user again after the first job was cancelled."""

    def find_conflicting(self, project: str, user: str) -> list[Job]:
        """Count cancelled jobs among the living."""
        return [job for job in self.select_jobs(project) if job["referenceId"] == user]


class Clamps(Miniature):
    """Moves a limit to the nearest bound."""

    def read_limit(self, text: str | None, bounds: Bounded) -> int:
        """Clamp it."""
        number = self.read_integer(text)
        most = bounds.max or bounds.default
        return bounds.default if number is None else max(bounds.min, min(most, number))


class RefusesOutside(Miniature):
    """Answers 400 to a limit outside its range."""

    def list_jobs(self, project: str, request: Request) -> Response:
        """Refuse what the contract promises to accept."""
        number = self.read_integer(request.query.get("limit"))
        if number is not None and not 1 <= number <= 200:
            return self.make_error(400, "limit is out of range")
        return super().list_jobs(project, request)


class FailsOnLarge(Miniature):
    """Fails on a page so high that its product with the limit needs more than 32 bits."""

    def list_jobs(self, project: str, request: Request) -> Response:
        """Break on large pages."""
        if abs(self.read_integer(request.query.get("page")) or 0) > 2**30:
            return self.make_error(500, "overflow")
        return super().list_jobs(project, request)


class Overflows(Miniature):
    """Conforms: fails where page times limit needs more than 64 bits, and where an id needs 32."""

    def list_jobs(self, project: str, request: Request) -> Response:
        """Break on what the contract promises nothing to."""
        given = [request.query.get(name) for name in ("limit", "page")]
        if any(text and not -(2**31) <= (self.read_integer(text) or 0) < 2**31 for text in given):
            return self.make_error(500, "overflow")
        return super().list_jobs(project, request)

    def read_job_id(self, text: str) -> int | None:
        """Keep jobIds in 32 bits."""
        number = super().read_job_id(text)
        return number if number is not None and 0 < number < 2**31 else None


class ReadsAnything(Miniature):
    """Takes a jobId that is not an integer for one that is unknown."""

    def read_job_id(self, text: str) -> int | None:
        """Read text as 0."""
        return super().read_job_id(text) or 0


class RefusesZero(Miniature):
    """Takes the page 0 for a mistake."""

    def list_jobs(self, project: str, request: Request) -> Response:
        """Refuse page 0."""
        if request.query.get("page") == "0":
            return self.make_error(404, "no such page")
        return super().list_jobs(project, request)


class TextStamp(Miniature):
    """Shows createdAt as text."""

    def show(self, job: Job) -> Job:
        """Show the moment as text."""
        return {**super().show(job), "createdAt": str(job["createdAt"])}


class PlainText(Miniature):
    """Labels JSON as text."""

    def encode(self, response: Response) -> tuple[bytes, str]:
        """Give the wrong media type."""
        body, _ = super().encode(response)
        return body, "text/plain"


class ListedIsGone(Miniature):
    """Lists completed jobs that it cannot read."""

    def find(self, project: str, number: int, operation: Operation) -> Job | None:
        """Lose jobs that ended."""
        job = super().find(project, number, operation)
        return None if job is not None and job["status"] in ("completed", "running") else job


class WrongJob(Miniature):
    """Reads the job after the one that is asked for."""

    def get_job(self, job: Job) -> Response:
        """Show another job."""
        return super().get_job(self.jobs.get(job["jobId"] + 1, job))


class GoesBack(Miniature):
    """Shows a running job as scheduled every other time."""

    turn = 0

    def get_job(self, job: Job) -> Response:
        """Take the move back."""
        self.turn += 1
        if job["status"] in ("running", "completed", "failed") and self.turn % 2:
            return Response(200, self.wrap_data(self.show({**job, "status": "scheduled"})))
        return super().get_job(job)


class RepeatsOne(Miniature):
    """Has the first job of each page on it twice."""

    def cut_page(self, jobs: list[Job], limit: int, page: int) -> list[Job]:
        """Put the first job at the end, too."""
        found = super().cut_page(jobs, limit, page)
        return [*found[:-1], found[0]] if len(found) > 1 else found


def made(
    document: Document, kind: Callable[..., Miniature], jobs: int = 60, **more: Any
) -> Miniature:
    """Return a deployment of *kind*."""
    return create_miniature(document, kind, jobs, **more)
