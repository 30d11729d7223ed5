"""Worlds of the jobs API as its tests know them: organizations, projects and jobs."""

from collections.abc import Mapping, Sequence

from mockserver.client import models
from mockserver.contract.description.contract import Contract
from mockserver.domain.timestamp import format_duration
from mockserver.profiles.jobs.fixture_schema import (
    JobRow,
    JobRuleRow,
    JobsFile,
    OrganizationRow,
    PlanRow,
    ProjectRow,
)
from mockserver.profiles.jobs.fixture_words import KIND, JobWords
from mockserver.profiles.jobs.job import Job, Plan, job_of
from mockserver.profiles.jobs.steering import JobSteering
from mockserver.profiles.view import OwnOperation, Snapshot, View
from mockserver.records.fixture_schema import ScenarioRow
from mockserver.records.fixtures import Fixtures
from mockserver.records.kind import Kind
from mockserver.records.progress import Rule
from mockserver.records.record import Record
from mockserver.worlds.records import RecordWorld


class JobsView(View):
    """Shows worlds of jobs."""

    words = JobWords()

    def __init__(self, contract: Contract, kinds: Mapping[str, Kind]) -> None:
        super().__init__(contract, kinds)
        self._steering = JobSteering(kinds[KIND])

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

    def _write_row(self, kind: Kind, record: Record) -> JobRow:
        """Return the row that states a job; only one that the clock may end has a plan."""
        job: Job = job_of(record)
        moves = kind.lifecycle is not None and kind.lifecycle.list_server_moves(record.state)
        return JobRow(
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
) -> JobsFile:
    return JobsFile(
        now=now,
        organizations=_write_organizations(seed, secrets, holders),
        rules=[_write_rule(rule) for rule in seed.rules.get(KIND, ())],
        scenarios=[ScenarioRow(s.name, list(s.faults)) for s in seed.scenarios],
    )


def _write_organizations(
    seed: Fixtures, secrets: Mapping[str, tuple[str, ...] | None], holders: Mapping[str, str]
) -> list[OrganizationRow]:
    return [
        OrganizationRow(
            holders[secret],
            secret,
            [ProjectRow(key, seed.scopes[key].members["projectId"]) for key in keys or ()],
        )
        for secret, keys in secrets.items()
    ]


def _write_rule(rule: Rule) -> JobRuleRow:
    glob = rule.where["/referenceId"]["glob"]
    runs = format_duration(rule.after or 0)
    return JobRuleRow(glob, runs, str(rule.to), rule.members.get("/errors"))


def _write_plan(plan: Plan) -> PlanRow:
    return PlanRow(format_duration(plan.runs), plan.ends, plan.errors)
