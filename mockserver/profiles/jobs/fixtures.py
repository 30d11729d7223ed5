"""The fixtures of the jobs API as those of any API: projects are scopes, organizations callers."""

from mockserver.profiles.jobs.job import Plan, record_of
from mockserver.records.fixtures import Fixtures, ScopeFixture
from mockserver.records.progress import Rule
from mockserver.store.seed import Rule as JobRule
from mockserver.store.seed import Seed

#: What the only kind of records of the jobs API is called.
KIND = "jobs"


def fixtures_of(seed: Seed) -> Fixtures:
    """Return the fixtures of a world that starts from *seed*."""
    return Fixtures(
        now=seed.now,
        secrets={
            organization.api_key: tuple(p.project_key for p in organization.projects)
            for organization in seed.organizations
        },
        holders={organization.api_key: organization.name for organization in seed.organizations},
        scopes={
            project.project_key: ScopeFixture(
                {"projectKey": project.project_key}, {"projectId": project.project_id}
            )
            for organization in seed.organizations
            for project in organization.projects
        },
        records={KIND: tuple(record_of(job) for job in seed.jobs)},
        rules={KIND: tuple(_rule_of(rule) for rule in seed.rules)},
        scenarios=seed.scenarios,
        digest=seed.digest,
        default_pace=None,
    )


def _rule_of(rule: JobRule) -> Rule:
    plan = rule.plan
    return Rule(
        "running",
        plan.ends,
        where={"/referenceId": {"glob": rule.reference_id}},
        after=plan.runs,
        members={"/errors": plan.errors},
        since="/startAt",
    )


def job_rules_of(seed: Fixtures) -> tuple[JobRule, ...]:
    """Return the rules of *seed* as rules of jobs."""
    return tuple(
        JobRule(
            rule.where["/referenceId"]["glob"],
            Plan(rule.after or 0, str(rule.to), rule.members.get("/errors")),
        )
        for rule in seed.rules.get(KIND, ())
    )
