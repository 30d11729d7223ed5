"""From a world to a fixture and back: a snapshot can be uploaded again."""

from collections.abc import Iterable
from pathlib import Path

from mockserver.control.request import RefusedError
from mockserver.control.services import JobsServices
from mockserver.domain.job import Job, Plan
from mockserver.domain.tenancy import Organization
from mockserver.domain.timestamp import format_duration
from mockserver.parsing.sources import InvalidSourceError, decode_utf8
from mockserver.seeding import schema
from mockserver.seeding.background_reader import load_text
from mockserver.store.seed import Seed


def write_fixture(
    seed: Seed, organizations: Iterable[Organization], now: int
) -> schema.FixtureFile:
    """Return the fixture of a world without jobs at *now* (epoch milliseconds)."""
    return schema.FixtureFile(
        now=now,
        organizations=[_organization(organization) for organization in organizations],
        rules=[
            schema.RuleRow(r.reference_id, format_duration(r.plan.runs), r.plan.ends, r.plan.errors)
            for r in seed.rules
        ],
        scenarios=[schema.ScenarioRow(s.name, list(s.faults)) for s in seed.scenarios],
    )


def write_row(job: Job, moving: frozenset[str]) -> schema.JobRow:
    """Return the row that states *job*.

    *moving* holds the statuses that the clock may end; only such a job has a plan.
    """
    return schema.JobRow(
        job_id=job.job_id,
        project=job.project.project_key,
        reference_id=job.reference_id,
        status=job.status,
        created_at=job.created_at,
        start_at=job.start_at,
        updated_at=job.updated_at,
        errors=job.errors,
        plan=_plan(job.plan) if job.status in moving and job.plan is not None else None,
    )


async def read_upload(octets: bytes, suffix: str, services: JobsServices) -> Seed:
    """Return the seed of an uploaded fixture.

    Organizations, now and rules that it leaves out are those of the server's own fixtures.

    Raises:
        RefusedError: it cannot be used.
    """
    seed = services.worlds.seed
    otherwise = write_fixture(seed, seed.organizations, seed.now)
    try:
        text = decode_utf8(octets)
    except ValueError as error:
        hint = "send text as UTF-8"
        raise RefusedError(400, str(error), "/fixture", hint) from None
    try:
        file = Path(f"fixture{suffix}")
        return await load_text(file, text, services.document, otherwise, services.loads)
    except InvalidSourceError as error:
        hint = "docs/fixtures.md explains the format; mockserver check --seed DIR checks files"
        where = f"/fixture{error.diagnostics[0].pointer}"
        raise RefusedError(409, str(error), where, hint) from None


def _organization(organization: Organization) -> schema.OrganizationRow:
    projects = [schema.ProjectRow(p.project_key, p.project_id) for p in organization.projects]
    return schema.OrganizationRow(organization.name, organization.api_key, projects)


def _plan(plan: Plan) -> schema.PlanRow:
    return schema.PlanRow(format_duration(plan.runs), plan.ends, plan.errors)
