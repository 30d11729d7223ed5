"""Worlds of the jobs API as its tests know them: organizations, projects and jobs."""

from collections.abc import Iterator, Sequence

from mockserver.client import models
from mockserver.profiles.jobs.fixture_schema import (
    JobRow,
    JobRuleRow,
    JobsFile,
    OrganizationRow,
    ProjectRow,
)
from mockserver.profiles.jobs.fixture_words import KIND
from mockserver.profiles.jobs.steering import list_operations, write_plan
from mockserver.profiles.view import OwnOperation, Snapshot, View
from mockserver.records.fixtures.fixtures import Fixtures
from mockserver.records.fixtures.schema import ScenarioRow
from mockserver.records.kind import Kind
from mockserver.records.record import Record
from mockserver.worlds.events import Event
from mockserver.worlds.world import World


class JobsView(View):
    """Shows worlds of jobs."""

    @property
    def operations(self) -> Sequence[OwnOperation]:
        """The operations on jobs."""
        return list_operations(self.kinds[KIND])

    def show(self, event: Event) -> Event:
        """Return *event*; that of a record is one of a job."""
        if event.kind != "record":
            return event
        data = {"job": event.data["record"], "from": event.data["from"]}
        return event._replace(kind="job", data=data)

    def list_organizations(self, world: World) -> tuple[models.Organization, ...]:
        """Return the organizations of *world*, with their projects."""
        return tuple(
            models.Organization(
                row.name,
                row.api_key,
                tuple(models.Project(p.project_key, p.project_id) for p in row.projects),
            )
            for row in _list_organizations(world)
        )

    def take_snapshot(self, world: World, now: int) -> Snapshot:
        """Return how *world* is written as a fixture at *now* (epoch milliseconds)."""
        head = JobsFile(
            now=now,
            organizations=list(_list_organizations(world)),
            rules=_list_rules(world.seed),
            scenarios=[ScenarioRow(s.name, list(s.faults)) for s in world.seed.scenarios],
        )
        return Snapshot(head, None, {KIND: "jobs"}, _write_row)


def _write_row(kind: Kind, record: Record) -> JobRow:
    """Return the row that states a job; only one that the clock may end has a plan."""
    members = record.members()
    moves = kind.lifecycle is not None and kind.lifecycle.list_server_moves(record.state)
    return JobRow(
        job_id=members["jobId"],
        project=record.scope[0],
        reference_id=members["referenceId"],
        status=members["status"],
        created_at=members["createdAt"],
        start_at=members["startAt"],
        updated_at=members["updatedAt"],
        errors=members["errors"],
        plan=write_plan(record.plan[0]) if moves and record.plan else None,
    )


def _list_organizations(world: World) -> Iterator[OrganizationRow]:
    scopes = world.seed.scopes
    for secret, keys in world.secrets.items():
        projects = [ProjectRow(key, scopes[key].members["projectId"]) for key in keys or ()]
        yield OrganizationRow(world.holders.get(secret, secret), secret, projects)


def _list_rules(seed: Fixtures) -> list[JobRuleRow]:
    """Return the rules of *seed* as they are written, though each is one for several states."""
    rules = seed.rules.get(KIND, ())
    rows = [(rule.where["/referenceId"]["glob"], write_plan(rule)) for rule in rules]
    return [
        JobRuleRow(user, plan.runs, plan.ends, plan.errors) for user, plan in dict.fromkeys(rows)
    ]
