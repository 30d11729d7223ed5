"""A job's members, which are stated once in the domain: whatever spells them again agrees."""

from mockserver.control.jobs import NewJob
from mockserver.store.sql.movement import SHOWN
from msgspec import Struct, structs

from mockserver.client import models
from mockserver.contract.reader import load
from mockserver.domain.job import Job, Plan
from mockserver.domain.representation import JobRepresentation
from mockserver.domain.tenancy import Project
from mockserver.profiles.jobs.fixture_schema import JobRow, PlanRow, ProjectRow
from mockserver.resources import files
from mockserver.store.sql.tables import jobs


def names(struct: type[Struct]) -> list[str]:
    """Return the names of the members of *struct*, in order."""
    return [field.name for field in structs.fields(struct)]


def test_a_client_reads_the_members_that_the_mock_writes() -> None:
    """Guards the client's model of a job against that of the domain: names, types and order."""
    expected = [(f.encode_name, f.type) for f in structs.fields(JobRepresentation)]

    assert expected == [(f.encode_name, f.type) for f in structs.fields(models.Job)]


def test_the_mock_writes_the_members_that_the_contract_has() -> None:
    """Guards the representation of a job against the schema of the contract."""
    schema = load(files.contract()).raw["components"]["schemas"]["Job"]

    assert [f.encode_name for f in structs.fields(JobRepresentation)] == schema["required"]
    assert set(schema["required"]) == set(schema["properties"])


def test_fixtures_state_the_members_of_a_job() -> None:
    """Guards the rows of fixtures, and the jobs that the control API makes, against the domain."""
    assert names(Job) == names(JobRow)
    assert set(names(Job)) == set(names(NewJob))
    assert names(Plan) == names(PlanRow)
    assert set(names(Project)) < set(names(ProjectRow))


def test_a_table_holds_the_members_of_a_job() -> None:
    """Guards the columns of jobs, and those that are read, against the domain."""
    plain = {name for name in names(Job) if name not in ("project", "plan")}
    expected = {*plain, *names(Project), *(f"plan_{name}" for name in names(Plan)), "due_at"}

    assert expected == {column.name for column in SHOWN}
    assert {*expected, "owner", "ordinal", "living"} == {column.name for column in jobs.columns}
