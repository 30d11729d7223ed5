"""From a world to a fixture and back: what is taken as a snapshot can be uploaded."""

from collections.abc import Iterable
from pathlib import Path

from mockserver.control.request import RefusedError
from mockserver.domain.job import Job, Plan
from mockserver.domain.moment import format_duration
from mockserver.domain.seed import Seed
from mockserver.domain.tenancy import Organization
from mockserver.founding import Founder
from mockserver.seeding import schema
from mockserver.seeding.reader import read_text_of
from mockserver.sources import InvalidSourceError, decoded

_MOST_TOLD = 20


def fixture_of(
    seed: Seed,
    organizations: Iterable[Organization],
    jobs: Iterable[Job],
    now: int,
    moving: frozenset[str],
) -> schema.FixtureFile:
    """Return the fixture that states these *jobs* at *now* (epoch milliseconds).

    *moving* holds the statuses that the clock may end; only such a job has a plan.
    """
    return schema.FixtureFile(
        now=now,
        organizations=[_organization(organization) for organization in organizations],
        rules=[
            schema.RuleRow(r.reference_id, format_duration(r.plan.runs), r.plan.ends, r.plan.errors)
            for r in seed.rules
        ],
        jobs=[_job(job, planned=job.status in moving) for job in jobs],
        scenarios=[schema.ScenarioRow(s.name, list(s.faults)) for s in seed.scenarios],
    )


def uploaded(octets: bytes, suffix: str, founder: Founder) -> Seed:
    """Return the seed that an uploaded fixture states.

    What it leaves out of organizations, now and rules is what the server's own fixtures state.

    Raises:
        RefusedError: it cannot be used.
    """
    seed = founder.seed
    otherwise = fixture_of(seed, seed.organizations, (), seed.now, frozenset())
    try:
        text = decoded(octets)
    except ValueError as error:
        hint = "send text as UTF-8"
        raise RefusedError(400, str(error), "/fixture", hint) from None
    try:
        return read_text_of(Path(f"fixture{suffix}"), text, founder.document, otherwise)
    except InvalidSourceError as error:
        problems = error.problems
        told = "\n".join(str(problem) for problem in problems[:_MOST_TOLD])
        hint = "GET /__admin shows what a Fixture holds; mockserver check --seed DIR checks files"
        raise RefusedError(409, told, f"/fixture{problems[0].pointer}", hint) from None


def _organization(organization: Organization) -> schema.OrganizationRow:
    projects = [schema.ProjectRow(p.project_key, p.project_id) for p in organization.projects]
    return schema.OrganizationRow(organization.name, organization.api_key, projects)


def _job(job: Job, *, planned: bool) -> schema.JobRow:
    return schema.JobRow(
        job_id=job.job_id,
        project=job.project.project_key,
        reference_id=job.reference_id,
        status=job.status,
        created_at=job.created_at,
        start_at=job.start_at,
        updated_at=job.updated_at,
        errors=job.errors,
        plan=_plan(job.plan) if planned and job.plan is not None else None,
    )


def _plan(plan: Plan) -> schema.PlanRow:
    return schema.PlanRow(format_duration(plan.runs), plan.ends, plan.errors)
