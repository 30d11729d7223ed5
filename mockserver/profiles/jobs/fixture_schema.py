"""What files of the jobs API's fixtures may hold: its own words, beside those of any API.

These types decode fast and refuse anything else. ``docs/schemas/fixtures.schema.json`` is made from
them (``python -m mockserver.profiles.jobs.fixture_schema``), and explains a refusal in full.
"""

import json
import sys
from typing import Any

from msgspec import field

from mockserver.faults.path_names import ProjectKey
from mockserver.parsing.scalars import ApiKey, Duration, Id, Name, Timestamp
from mockserver.records.fixtures import schema as fixture_schema
from mockserver.records.fixtures.schema import RuleRow, Stated, Words


class PlanRow(Words, frozen=True):
    """How long a job runs once it has started, in which status it then ends, with which errors."""

    runs: Duration
    ends: Name
    errors: str | None = None


class JobRuleRow(Words, frozen=True):
    """The plan of the jobs whose referenceId matches a glob; the first rule that matches holds."""

    reference_id: Name
    runs: Duration
    ends: Name
    errors: str | None = None


class ProjectRow(Words, frozen=True):
    """A project of the organization."""

    project_key: ProjectKey
    project_id: Id
    name: Name | None = None


class OrganizationRow(Words, frozen=True):
    """An organization, the API key that its clients send, and its projects."""

    name: Name
    api_key: ApiKey
    projects: list[ProjectRow]


class JobRow(Words, frozen=True):
    """One job. *project* is its project's key; what is left out follows from what is given."""

    job_id: Id
    project: ProjectKey
    reference_id: Name
    status: Name
    created_at: Timestamp
    start_at: Timestamp
    updated_at: Timestamp | None = None
    errors: str | None = None
    plan: PlanRow | None = None


class JobsFile(Stated, frozen=True):
    """A .yaml or .json file of a fixtures folder. The files of a folder make one world.

    *organizations*, *jobs* and a list of *rules* are words of this API; the others are those of
    any API.
    """

    organizations: list[OrganizationRow] = field(default_factory=list)
    jobs: list[JobRow] = field(default_factory=list)
    rules: list[JobRuleRow] | dict[str, list[RuleRow]] = field(default_factory=list)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a file of fixtures and, in ``$defs``, of each row."""
    identity, lines = "urn:jobs-mockserver:fixtures", "A line of a .jsonl file is a JobRow."
    return fixture_schema.json_schema(JobsFile, identity, lines)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(json_schema(), indent=2) + "\n")
