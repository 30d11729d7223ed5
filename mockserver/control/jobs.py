"""Jobs: create one in any status, move one now, and plan how one ends."""

from typing import Annotated

from msgspec import Meta, Struct, convert, structs

from mockserver.client import models
from mockserver.control.request import ControlRequest, RefusedError
from mockserver.domain.integer import INT64_MAX, parse_integer
from mockserver.domain.job import Job
from mockserver.domain.override import NoPathError, override_status
from mockserver.domain.progress import next_due
from mockserver.domain.representation import render
from mockserver.domain.scalars import Id, Name, ProjectKey, Timestamp
from mockserver.domain.tenancy import Project
from mockserver.domain.timestamp import format_duration, format_timestamp, next_midnight
from mockserver.http.messages import Response, json_response
from mockserver.seeding.consistency import ConsistencyCheck, Inconsistency
from mockserver.seeding.rows import JobReader, read_plan
from mockserver.seeding.schema import JobRow, PlanRow
from mockserver.store.interface import DeletionPendingError, JobExistsError, JobNotFoundError

Errors = Annotated[str, Meta(max_length=4096)]


class NewJob(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """A job to create. Members that are left out follow from its status and the world's time."""

    reference_id: Name
    status: Name | None = None
    project: ProjectKey | None = None
    job_id: Id | None = None
    created_at: Timestamp | None = None
    start_at: Timestamp | None = None
    updated_at: Timestamp | None = None
    errors: Errors | None = None
    plan: PlanRow | None = None


class Move(Struct, frozen=True, forbid_unknown_fields=True):
    """The status *to* which a job moves now, and its errors, if any."""

    to: Name
    errors: Errors | None = None


async def create(request: ControlRequest) -> Response:
    """Create a job in any status."""
    world, body = request.jobs_world, request.read_body(NewJob)
    document = request.jobs.document
    now = world.clock.now()
    last_id = await world.store.last_id()
    if last_id >= INT64_MAX and body.job_id is None:
        raise RefusedError(409, "no jobId is left", "/jobId", "give a free jobId")
    projects = {p.project_key: p for o in world.organizations for p in o.projects}
    row = _row(body, document.lifecycle.initial, document.lifecycle.before_start, projects, now)
    row = structs.replace(row, job_id=body.job_id or last_id + 1)
    check = ConsistencyCheck(document, now)
    rows = JobReader(projects, world.seed.rules, document.lifecycle.transient, check)
    job, inconsistencies = rows.read(row)
    if job is None or inconsistencies:
        raise _refuse(inconsistencies)
    try:
        return json_response(201, _describe(request, await world.store.add(job, now)))
    except JobExistsError:
        raise RefusedError(409, "a job has that jobId", "/jobId", "leave jobId out") from None
    except DeletionPendingError:
        hint = "take another referenceId, or move the other job first"
        what = "an active job of that user exists in the project"
        raise RefusedError(409, what, "/referenceId", hint) from None


async def read(request: ControlRequest) -> Response:
    """Respond with a job, and with what happens to it next."""
    world = request.jobs_world
    try:
        return json_response(
            200, _describe(request, await world.store.get_any(_job_id(request), world.clock.now()))
        )
    except JobNotFoundError:
        raise _not_found() from None


async def move(request: ControlRequest) -> Response:
    """Move a job now, by the transitions of the contract."""
    world, body = request.jobs_world, request.read_body(Move)
    lifecycle, now = request.jobs.document.lifecycle, world.clock.now()

    def change(job: Job) -> Job:
        return override_status(lifecycle, job, body.to, body.errors, now)

    try:
        return json_response(
            200, _describe(request, await world.store.change(_job_id(request), change, now))
        )
    except JobNotFoundError:
        raise _not_found() from None
    except NoPathError:
        hint = "make another job in that status: POST .../jobs"
        what = f"no transition leads from the status of the job to {body.to!r}"
        raise RefusedError(409, what, "/to", hint) from None


async def plan(request: ControlRequest) -> Response:
    """Plan how long a job runs, and how it then ends."""
    world, body = request.jobs_world, request.read_body(PlanRow)
    document = request.jobs.document
    lifecycle, now = document.lifecycle, world.clock.now()
    new_plan = read_plan(body)
    check = ConsistencyCheck(document, now)
    inconsistencies = list(check.check_plan(new_plan))
    if inconsistencies:
        raise _refuse(inconsistencies)

    def change(job: Job) -> Job:
        if job.status not in lifecycle.transient:
            hint = "plan a job that can still move by itself"
            raise RefusedError(
                409, f"the job is {job.status} and moves no more by itself", "jobId", hint
            )
        changed = structs.replace(job, plan=new_plan)
        due = next_due(lifecycle, changed)
        if due is not None and due.at <= now:
            hint = "let it run for longer, or POST .../transition to end it now"
            what = f"the job would have ended at {format_timestamp(due.at)} already"
            raise RefusedError(409, what, "/runs", hint)
        return changed

    try:
        return json_response(
            200, _describe(request, await world.store.change(_job_id(request), change, now))
        )
    except JobNotFoundError:
        raise _not_found() from None


def _row(
    body: NewJob,
    initial: str,
    before_start: frozenset[str],
    projects: dict[str, Project],
    now: int,
) -> JobRow:
    """Return the row of the requested job, with timestamps that fit its status."""
    status = body.status or initial
    created_at = now if body.created_at is None else body.created_at
    start_at = next_midnight(now) if status in before_start else now
    return JobRow(
        job_id=1,
        project=body.project or next(iter(projects), ""),
        reference_id=body.reference_id,
        status=status,
        created_at=created_at,
        start_at=start_at if body.start_at is None else body.start_at,
        updated_at=now if body.updated_at is None and status != initial else body.updated_at,
        errors=body.errors,
        plan=body.plan,
    )


def _describe(request: ControlRequest, job: Job) -> models.SteeredJob:
    due = next_due(request.jobs.document.lifecycle, job)
    plan = job.plan
    return models.SteeredJob(
        job=convert(render(job), models.Job, from_attributes=True),
        project=job.project.project_key,
        plan=None
        if plan is None
        else models.Plan(format_duration(plan.runs), plan.ends, plan.errors),
        next=None if due is None else models.Next(due.transition.to, format_timestamp(due.at)),
    )


def _job_id(request: ControlRequest) -> int:
    try:
        return parse_integer(request.path["jobId"])
    except ValueError:
        hint = "give the jobId, an integer"
        raise RefusedError(400, "the jobId is not an integer", "jobId", hint) from None


def _not_found() -> RefusedError:
    hint = "GET .../snapshot shows all jobs of the world"
    return RefusedError(404, "the world has no job with that jobId", "jobId", hint)


def _refuse(inconsistencies: list[Inconsistency]) -> RefusedError:
    first = inconsistencies[0]
    return RefusedError(
        409, first.message, first.member, f"rule {first.rule}, the same as for fixtures"
    )
