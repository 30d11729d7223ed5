"""From the rows that state jobs to records."""

from collections.abc import Iterator, Mapping

from mockserver.parsing.timestamp import TOO_LATE, parse_duration, parse_timestamp
from mockserver.profiles.jobs.fixture_schema import JobRow, JobRuleRow, PlanRow
from mockserver.records.fixtures.checks import Consistency
from mockserver.records.fixtures.expectations import list_outcomes
from mockserver.records.fixtures.files import Flaw
from mockserver.records.kind import Kind
from mockserver.records.lifecycle import Lifecycle
from mockserver.records.record import Planned, Record, write_text

_ACTION = "delete_user_data"


class JobRows:
    """Makes records of *kind* of the rows that state jobs, and checks them by *consistency*.

    *projects* are the ids of projects by key.
    """

    row = JobRow

    def __init__(self, kind: Kind, projects: Mapping[str, int], consistency: Consistency) -> None:
        if kind.lifecycle is None:
            raise TypeError("jobs have a lifecycle")
        self._lifecycle = kind.lifecycle
        self._projects = {key: (number, (key,)) for key, number in projects.items()}
        self._states = {state: state for state in kind.states}
        self._check = consistency.check
        self._plans: dict[PlanRow, tuple[Planned, ...]] = {}

    def read(self, row: JobRow) -> tuple[Record | None, list[Flaw]]:
        """Return the record that *row* states, if it can be made at all, and what is wrong."""
        project, status = self._projects.get(row.project), self._states.get(row.status)
        if project is None or status is None:
            return None, list(self._explain_unknown(row))
        number, scope = project
        created_at, start_at, updated_at = row.created_at, row.start_at, row.updated_at
        if isinstance(created_at, str) or isinstance(start_at, str) or isinstance(updated_at, str):
            flaws = list(_explain_moments(row))
            if flaws:
                return None, flaws
            created_at, start_at = _read_moment(created_at), _read_moment(start_at)
            updated_at = None if updated_at is None else _read_moment(updated_at)
        members = {
            "jobId": row.job_id,
            "description": f"Delete user sessions of userId = {row.reference_id}",
            "status": status,
            "projectId": number,
            "action": _ACTION,
            "referenceId": row.reference_id,
            "createdAt": created_at,
            "updatedAt": updated_at,
            "startAt": start_at,
            "errors": row.errors,
        }
        record = Record(
            row.job_id,
            scope,
            write_text(members),
            status,
            created_at if updated_at is None else updated_at,
            row.job_id,
            () if row.plan is None else self._plan(status, row.plan),
        )
        flaws = self._check(record, members)
        if row.plan is not None:
            flaws += check_plan(self._lifecycle, row.plan, "/plan")
        return record, flaws

    def _explain_unknown(self, row: JobRow) -> Iterator[Flaw]:
        if row.project not in self._projects:
            known = ", ".join(self._projects)
            yield Flaw("/project", "project", f"unknown project; known are {known}")
        if row.status not in self._states:
            known = ", ".join(self._states)
            yield Flaw("/status", "status", f"{row.status!r} is not a status; it can be {known}")

    def _plan(self, status: str, row: PlanRow) -> tuple[Planned, ...]:
        """Return the plan of a job; one that no longer moves by itself needs none."""
        if not self._lifecycle.list_server_moves(status):
            return ()
        if row not in self._plans:
            members = {"/errors": row.errors}
            planned = Planned(row.ends, after=parse_duration(row.runs), members=members)
            self._plans[row] = (planned,)
        return self._plans[row]


def _explain_moments(row: JobRow) -> Iterator[Flaw]:
    stated = {"createdAt": row.created_at, "startAt": row.start_at, "updatedAt": row.updated_at}
    for name, moment in stated.items():
        try:
            _read_moment(moment or 0)
        except ValueError as error:
            yield Flaw(f"/{name}", "moment", str(error))


def _read_moment(moment: int | str) -> int:
    return moment if isinstance(moment, int) else parse_timestamp(moment)


def check_plan(
    lifecycle: Lifecycle, row: PlanRow | JobRuleRow, pointer: str = ""
) -> Iterator[Flaw]:
    """Yield what is wrong with how a job is to end."""
    outcomes = list_outcomes(lifecycle)
    if row.ends not in outcomes:
        known = ", ".join(sorted(outcomes))
        told = f"no job ends {row.ends!r} by itself; it can end {known}"
        yield Flaw(f"{pointer}/ends", "ending", told)
    if parse_duration(row.runs) >= TOO_LATE:
        told = "lasts beyond the year 9999; a job that never ends has no plan"
        yield Flaw(f"{pointer}/runs", "ending", told)
