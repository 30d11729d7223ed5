"""Jobs as a test steers them: create one in any status, move one now, and plan how one ends."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct, structs

from mockserver.client import models
from mockserver.contract.contract import Conflict
from mockserver.faults.path_names import ProjectKey
from mockserver.http.messages import Response, json_response
from mockserver.http.refused import RefusedError
from mockserver.parsing.integer import INT64_MAX, parse_integer
from mockserver.parsing.scalars import Id, Name, Timestamp
from mockserver.parsing.timestamp import (
    format_duration,
    format_timestamp,
    next_midnight,
    parse_duration,
)
from mockserver.profiles.jobs.fixture_rows import JobRows, check_plan
from mockserver.profiles.jobs.fixture_schema import JobRow, PlanRow
from mockserver.profiles.view import OwnCall, OwnOperation
from mockserver.records.fixtures.files import Flaw
from mockserver.records.fixtures.rows import World as FixtureWorld
from mockserver.records.forcing import NoRouteError, force
from mockserver.records.kind import Kind
from mockserver.records.progress import Progress
from mockserver.records.record import Planned, Record
from mockserver.records.rule import Rule
from mockserver.store.records import ConflictError, KeyTakenError, RecordNotFoundError
from mockserver.worlds.world import World

Errors = Annotated[str, Meta(max_length=4096)]
_ONE = "/jobs/{jobId}"


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


class JobSteering:
    """Steers the jobs of a *world*, which are records of *kind*."""

    def __init__(self, kind: Kind, world: World) -> None:
        kind = world.adapt(kind)
        if kind.lifecycle is None:
            raise TypeError("jobs have a lifecycle")
        self._kind = kind
        self._lifecycle = kind.lifecycle
        self._world = world
        self._now = world.clock.now()
        self._progress = Progress(kind.lifecycle, world.seed.pace_of(kind.name))

    async def create(self, body: NewJob, _: Mapping[str, str]) -> Response:
        """Make a job in any status."""
        world, now = self._world, self._now
        last_id = await world.records.highest(self._kind, None, now)
        if last_id >= INT64_MAX and body.job_id is None:
            raise RefusedError(409, "no jobId is left", "/jobId", "give a free jobId")
        scopes = world.seed.scopes
        row = self._row(body, next(iter(scopes), ""))
        row = structs.replace(row, job_id=body.job_id or last_id + 1)
        projects = {key: scope.members["projectId"] for key, scope in scopes.items()}
        check = FixtureWorld(world.seed, now).check(self._kind)
        record, flaws = JobRows(self._kind, projects, check).read(row)
        if record is None or flaws:
            raise _refuse(flaws)
        try:
            kept = await world.records.add(self._kind, record, now, self._conflict(record))
        except KeyTakenError:
            raise RefusedError(409, "a job has that jobId", "/jobId", "leave jobId out") from None
        except ConflictError:
            hint = "take another referenceId, or move the other job first"
            what = "an active job of that user exists in the project"
            raise RefusedError(409, what, "/referenceId", hint) from None
        return json_response(201, self._describe(kept))

    async def read(self, _: None, path: Mapping[str, str]) -> Response:
        """Respond with a job, and what will become of it."""
        try:
            found = await self._world.records.get(self._kind, None, _job_id(path), self._now)
        except RecordNotFoundError:
            raise _not_found() from None
        return json_response(200, self._describe(found))

    async def move(self, body: Move, path: Mapping[str, str]) -> Response:
        """Move a job now, by the moves that it has in its world."""

        def change(record: Record) -> Record | None:
            moved = force(self._lifecycle, record, body.to, self._now)
            if moved is None or body.errors is None:
                return moved
            return moved.with_members({"/errors": body.errors})

        try:
            return await self._change(path, change)
        except NoRouteError:
            hint = "make another job in that status: POST .../jobs"
            what = f"no transition leads from the status of the job to {body.to!r}"
            raise RefusedError(409, what, "/to", hint) from None

    async def plan(self, row: PlanRow, path: Mapping[str, str]) -> Response:
        """Say how a job ends, and after how long."""
        flaws = list(check_plan(self._lifecycle, row))
        if flaws:
            raise _refuse(flaws)
        planned = Planned(row.ends, after=parse_duration(row.runs), members={"/errors": row.errors})

        def change(record: Record) -> Record:
            if not self._lifecycle.list_server_moves(record.state):
                hint = "plan a job that can still move by itself"
                what = f"the job is {record.state} and moves no more by itself"
                raise RefusedError(409, what, "jobId", hint)
            changed = structs.replace(record, plan=(planned,))
            due = self._progress.next_due(changed)
            if due is not None and due.at <= self._now:
                hint = "let it run for longer, or POST .../transition to end it now"
                what = f"the job would have ended at {format_timestamp(due.at)} already"
                raise RefusedError(409, what, "/runs", hint)
            return changed

        return await self._change(path, change)

    def _conflict(self, record: Record) -> Conflict | None:
        """Return what refuses *record* beside another of its user: only an active one is."""
        conflicts = (creation.value.conflict for creation in self._kind.resource.creations)
        found = next((conflict for conflict in conflicts if conflict is not None), None)
        is_active = found is not None and record.state in (found.states or (record.state,))
        return found if is_active else None

    async def _change(
        self, path: Mapping[str, str], change: Callable[[Record], Record | None]
    ) -> Response:
        records, key = self._world.records, _job_id(path)
        try:
            changed = await records.change(self._kind, None, key, change, self._now)
        except RecordNotFoundError:
            raise _not_found() from None
        if changed is None:
            raise _not_found()
        return json_response(200, self._describe(changed))

    def _describe(self, record: Record) -> models.SteeredJob:
        due, plan = self._progress.next_due(record), self._find_plan(record)
        return models.SteeredJob(
            job=msgspec.json.decode(record.text, type=models.Job),
            project=record.scope[0],
            plan=None if plan is None else models.Plan(plan.runs, plan.ends, plan.errors),
            next=None
            if due is None or due.to is None
            else models.Next(due.to, format_timestamp(due.at)),
        )

    def _find_plan(self, record: Record) -> PlanRow | None:
        """Return how a job is to end: as its own plan says, or the first rule that is about it."""
        if record.plan:
            return write_plan(record.plan[0])
        if not self._lifecycle.list_server_moves(record.state):
            return None
        members = record.members()
        rules = self._world.seed.rules.get(self._kind.name, ())
        found = next((rule for rule in rules if rule.applies(members)), None)
        return None if found is None else write_plan(found)

    def _row(self, body: NewJob, project: str) -> JobRow:
        """Return the row of the requested job, with timestamps that fit its status."""
        initial, now = self._lifecycle.initial[0], self._now
        status = body.status or initial
        created_at = now if body.created_at is None else body.created_at
        # What a job in that status still waits for is to come.
        waits = any(m.not_before for m in self._lifecycle.list_server_moves(status))
        start_at = next_midnight(now) if waits else now
        return JobRow(
            job_id=1,
            project=body.project or project,
            reference_id=body.reference_id,
            status=status,
            created_at=created_at,
            start_at=start_at if body.start_at is None else body.start_at,
            updated_at=now if body.updated_at is None and status != initial else body.updated_at,
            errors=body.errors,
            plan=body.plan,
        )


def list_operations(kind: Kind) -> tuple[OwnOperation, ...]:
    """Return the operations of the control API on jobs, which are records of *kind*."""

    def steer(
        run: Callable[[JobSteering, Any, Mapping[str, str]], Awaitable[Response]],
    ) -> Callable[[OwnCall], Awaitable[Response]]:
        return lambda call: run(JobSteering(kind, call.world), call.body, call.path)

    return (
        OwnOperation("createJob", "POST", "/jobs", steer(JobSteering.create), NewJob),
        OwnOperation("readJob", "GET", _ONE, steer(JobSteering.read)),
        OwnOperation("moveJob", "POST", f"{_ONE}/transition", steer(JobSteering.move), Move),
        OwnOperation("planJob", "PUT", f"{_ONE}/plan", steer(JobSteering.plan), PlanRow),
    )


def write_plan(said: Planned | Rule) -> PlanRow:
    """Return how a job is to end by the plan of its record, or by a rule."""
    errors = said.members.get("/errors")
    return PlanRow(format_duration(said.after or 0), str(said.to), errors)


def _job_id(path: Mapping[str, str]) -> int:
    try:
        return parse_integer(path["jobId"])
    except ValueError:
        hint = "give the jobId, an integer"
        raise RefusedError(400, "the jobId is not an integer", "jobId", hint) from None


def _not_found() -> RefusedError:
    hint = "GET .../snapshot shows all jobs of the world"
    return RefusedError(404, "the world has no job with that jobId", "jobId", hint)


def _refuse(flaws: Sequence[Flaw]) -> RefusedError:
    first = flaws[0]
    hint = f"rule {first.rule}, the same as for fixtures"
    return RefusedError(409, first.message, first.pointer, hint)
