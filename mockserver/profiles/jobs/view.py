"""Worlds of the jobs API as its tests know them: organizations, projects and jobs."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

from mockserver.client import models
from mockserver.contract.description.contract import Contract
from mockserver.contract.reader import load
from mockserver.domain.timestamp import format_duration
from mockserver.http.refused import RefusedError
from mockserver.parsing.sources import InvalidSourceError, decode_utf8
from mockserver.profiles.jobs.fixtures import KIND, fixtures_of, job_rules_of
from mockserver.profiles.jobs.job import Job, Plan, job_of
from mockserver.profiles.jobs.steering import JobSteering
from mockserver.profiles.view import OwnOperation, Snapshot, View
from mockserver.records.fixtures import Fixtures
from mockserver.records.kind import Kind
from mockserver.records.record import Record
from mockserver.seeding import schema
from mockserver.seeding.background_reader import load_text
from mockserver.store.seed import Rule as JobRule
from mockserver.worlds.records import RecordWorld

#: Large fixtures that are read at once; each may take gigabytes of memory.
_MOST_LOADS = 2


class JobsView(View):
    """Shows worlds of jobs."""

    words = {"project": "projectKey", "jobId": "jobId", "userId": "userId"}  # noqa: RUF012 -- as in View

    def __init__(self, contract: Contract, kinds: Mapping[str, Kind]) -> None:
        super().__init__(contract, kinds)
        self._document = load(contract.file)
        self._steering = JobSteering(self._document, kinds[KIND])
        self._loads = asyncio.Semaphore(_MOST_LOADS)

    @property
    def operations(self) -> Sequence[OwnOperation]:
        """The operations on jobs."""
        return self._steering.operations

    def list_organizations(self, world: RecordWorld) -> tuple[models.Organization, ...]:
        """Return the organizations of *world*, with their projects."""
        rows = _write_organizations(world.seed, world.secrets, world.holders)
        return tuple(
            models.Organization(
                row.name,
                row.api_key,
                tuple(models.Project(p.project_key, p.project_id) for p in row.projects),
            )
            for row in rows
        )

    def take_snapshot(self, world: RecordWorld, now: int) -> Snapshot:
        """Return how *world* is written as a fixture at *now* (epoch milliseconds)."""
        head = _write_head(world.seed, world.secrets, world.holders, now)
        return Snapshot(head, None, {KIND: "jobs"}, self._write_row)

    async def read_upload(
        self, octets: bytes, suffix: str, otherwise: Fixtures, now: int
    ) -> Fixtures:
        """Return what an uploaded fixture states; large ones are read in another process.

        Raises:
            RefusedError: it cannot be used.
        """
        head = _write_head(otherwise, otherwise.secrets or {}, otherwise.holders, now)
        try:
            text = decode_utf8(octets)
        except ValueError as error:
            hint = "send text as UTF-8"
            raise RefusedError(400, str(error), "/fixture", hint) from None
        try:
            file = Path(f"fixture{suffix}")
            return fixtures_of(await load_text(file, text, self._document, head, self._loads))
        except InvalidSourceError as error:
            hint = "docs/fixtures.md explains the format; mockserver check --seed DIR checks files"
            where = f"/fixture{error.diagnostics[0].pointer}"
            raise RefusedError(409, str(error), where, hint) from None

    def _write_row(self, kind: Kind, record: Record) -> schema.JobRow:
        """Return the row that states a job; only one that the clock may end has a plan."""
        job: Job = job_of(record)
        moves = kind.lifecycle is not None and kind.lifecycle.list_server_moves(record.state)
        return schema.JobRow(
            job_id=job.job_id,
            project=job.project.project_key,
            reference_id=job.reference_id,
            status=job.status,
            created_at=job.created_at,
            start_at=job.start_at,
            updated_at=job.updated_at,
            errors=job.errors,
            plan=_write_plan(job.plan) if moves and job.plan is not None else None,
        )


def _write_head(
    seed: Fixtures,
    secrets: Mapping[str, tuple[str, ...] | None],
    holders: Mapping[str, str],
    now: int,
) -> schema.FixtureFile:
    return schema.FixtureFile(
        now=now,
        organizations=_write_organizations(seed, secrets, holders),
        rules=[_write_rule(rule) for rule in job_rules_of(seed)],
        scenarios=[schema.ScenarioRow(s.name, list(s.faults)) for s in seed.scenarios],
    )


def _write_organizations(
    seed: Fixtures, secrets: Mapping[str, tuple[str, ...] | None], holders: Mapping[str, str]
) -> list[schema.OrganizationRow]:
    return [
        schema.OrganizationRow(
            holders[secret],
            secret,
            [schema.ProjectRow(key, seed.scopes[key].members["projectId"]) for key in keys or ()],
        )
        for secret, keys in secrets.items()
    ]


def _write_rule(rule: JobRule) -> schema.RuleRow:
    plan = rule.plan
    return schema.RuleRow(rule.reference_id, format_duration(plan.runs), plan.ends, plan.errors)


def _write_plan(plan: Plan) -> schema.PlanRow:
    return schema.PlanRow(format_duration(plan.runs), plan.ends, plan.errors)
