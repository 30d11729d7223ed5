"""From the rows of fixture files to the values of the domain."""

from collections.abc import Mapping

from mockserver.domain.job import Job, Plan
from mockserver.domain.tenancy import Project
from mockserver.domain.timestamp import parse_duration, parse_timestamp
from mockserver.seeding.consistency import ConsistencyCheck, Inconsistency
from mockserver.seeding.schema import JobRow, PlanRow, RuleRow
from mockserver.store.seed import Rule, plan_for


class JobReader:
    """Makes jobs of rows, and checks them."""

    def __init__(
        self,
        projects: Mapping[str, Project],
        rules: tuple[Rule, ...],
        transient: frozenset[str],
        check: ConsistencyCheck,
    ) -> None:
        self._projects = projects
        self._rules = rules
        self._transient = transient
        self._check = check

    def read(self, row: JobRow) -> tuple[Job | None, list[Inconsistency]]:
        """Return the job that *row* states, if it can be made at all, and what is wrong with it."""
        project = self._projects.get(row.project)
        if project is None:
            known = ", ".join(self._projects)
            return None, [
                Inconsistency("/project", "project", f"unknown project; known are {known}")
            ]
        member = "createdAt"
        try:
            created_at = read_timestamp(row.created_at)
            member = "startAt"
            start_at = read_timestamp(row.start_at)
            member = "updatedAt"
            updated_at = None if row.updated_at is None else read_timestamp(row.updated_at)
        except ValueError as error:
            return None, [Inconsistency(f"/{member}", "moment", str(error))]
        job = Job(
            row.job_id,
            project,
            row.reference_id,
            row.status,
            created_at,
            start_at,
            updated_at,
            row.errors,
            self._plan(row),
        )
        inconsistencies = list(self._check.check_job(job))
        if row.plan is not None:
            own = self._check.check_plan(read_plan(row.plan))
            inconsistencies += [
                Inconsistency(f"/plan{each.member}", each.rule, each.message) for each in own
            ]
        return job, inconsistencies

    def _plan(self, row: JobRow) -> Plan | None:
        """Return the row's own plan, or that of the first rule that matches.

        A job that no longer moves by itself needs none.
        """
        if row.status not in self._transient:
            return None
        if row.plan is not None:
            return read_plan(row.plan)
        return plan_for(self._rules, row.reference_id)


def read_timestamp(timestamp: int | str) -> int:
    """Return the epoch milliseconds of a moment in a fixture."""
    return timestamp if isinstance(timestamp, int) else parse_timestamp(timestamp)


def read_plan(row: PlanRow | RuleRow) -> Plan:
    """Return the plan that a row states."""
    return Plan(parse_duration(row.runs), row.ends, row.errors)
