"""A job's members, which are stated once in the contract: whatever spells them again agrees."""

from typing import Any

import yaml
from msgspec import Struct, structs

from mockserver.client import models
from mockserver.profiles.jobs.fixture_schema import JobRow
from mockserver.profiles.jobs.steering import NewJob
from mockserver.resources import files

JOB: dict[str, Any] = yaml.safe_load(files.contract().read_text())["components"]["schemas"]["Job"]


def names(struct: type[Struct]) -> list[str]:
    """Return the names of the members of *struct*, as JSON has them, in order."""
    return [field.encode_name for field in structs.fields(struct)]


def test_a_client_reads_the_members_that_the_contract_has() -> None:
    """Guards the client's model of a job against the contract: all members, in their order."""
    assert names(models.Job) == list(JOB["properties"]) == JOB["required"]


def test_fixtures_state_the_members_of_a_job() -> None:
    """Guards the rows of fixtures, and the jobs that a test adds, against the contract."""
    #: What the reference and the project of a job imply, and what both say in other words.
    implied, own = {"description", "action", "projectId"}, {"project", "plan"}

    assert set(names(JobRow)) == {*JOB["properties"], *own} - implied
    assert set(names(NewJob)) == set(names(JobRow))
