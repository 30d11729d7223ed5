"""A job's members, which the contract states: whatever spells them again agrees."""

import json
from pathlib import Path

import msgspec
import yaml
from msgspec import Struct, structs

from mockserver.client import models
from mockserver.profiles.jobs.fixture_schema import JobRow
from mockserver.profiles.jobs.steering import NewJob
from mockserver.records.fixture_reader import read_upload
from mockserver.resources import files
from tests.jobs import basis, otherwise

ROW = {
    "jobId": 7,
    "project": "p",
    "referenceId": "ann",
    "status": "scheduled",
    "createdAt": 0,
    "startAt": 86_400_000,
}


def names(struct: type[Struct]) -> list[str]:
    """Return the names of the members of *struct*, in order."""
    return [field.encode_name for field in structs.fields(struct)]


def stated() -> list[str]:
    """Return the members of a job in the order of the contract."""
    schema = yaml.safe_load(files.contract().read_text())["components"]["schemas"]["Job"]
    assert set(schema["required"]) == set(schema["properties"])
    return list(schema["required"])


def test_a_client_reads_the_members_that_the_contract_has() -> None:
    """Guards the client's model of a job against the schema of the contract."""
    assert names(models.Job) == stated()


def test_fixtures_make_the_members_that_the_contract_has() -> None:
    """Guards the rows of fixtures against the schema of the contract: the names and their order."""
    text = json.dumps({"jobs": [ROW]})
    (record,) = read_upload(Path("f.json"), text, basis(), otherwise()).records["jobs"]

    assert list(msgspec.json.decode(record.text)) == stated()
    assert set(names(JobRow)) - {"project", "plan"} < set(stated())


def test_a_test_states_the_members_that_fixtures_have() -> None:
    """Guards the jobs that the control API makes against the rows of fixtures."""
    assert set(names(JobRow)) == set(names(NewJob))
