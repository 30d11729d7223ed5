"""What a world starts from."""

from fnmatch import fnmatchcase

from msgspec import Struct

from mockserver.domain.job import Job, Plan
from mockserver.domain.tenancy import Organization
from mockserver.faults.rule import Scenario


class Rule(Struct, frozen=True):
    """What becomes of the jobs whose referenceId matches a glob such as ``fail+*@example.com``."""

    reference_id: str
    plan: Plan


class Seed(Struct, frozen=True):
    """A world before its clock has moved: its *now* is in epoch milliseconds.

    Where a database has its jobs, *jobs* is empty, and *digest* identifies the seed there.
    """

    now: int
    organizations: tuple[Organization, ...]
    rules: tuple[Rule, ...]
    jobs: list[Job]
    scenarios: tuple[Scenario, ...] = ()
    digest: str = ""


def plan_for(rules: tuple[Rule, ...], reference_id: str) -> Plan | None:
    """Return the plan of the first rule that matches *reference_id*, or None."""
    for rule in rules:
        if fnmatchcase(reference_id, rule.reference_id):
            return rule.plan
    return None
