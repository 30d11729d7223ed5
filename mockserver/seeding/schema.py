"""The schema of fixture files.

These types decode fast and refuse anything else. ``docs/schemas/fixtures.schema.json`` is made
from them (``python -m mockserver.seeding.schema``), and explains a refusal in full.
"""

import inspect
import json
import sys
from typing import Any

import msgspec
from msgspec import Struct

from mockserver.domain.scalars import ApiKey, Duration, Id, Name, ProjectKey, Timestamp
from mockserver.faults.rule import FaultRule


class _Row(Struct, frozen=True, forbid_unknown_fields=True, rename="camel", omit_defaults=True):
    """What all of them share: camelCase as in the API, and no member that is not known."""


class PlanRow(_Row, frozen=True):
    """How long a job runs once it has started, in which status it then ends, with which errors."""

    runs: Duration
    ends: Name
    errors: str | None = None


class RuleRow(_Row, frozen=True):
    """The plan of the jobs whose referenceId matches a glob; the first rule that matches holds."""

    reference_id: Name
    runs: Duration
    ends: Name
    errors: str | None = None


class ProjectRow(_Row, frozen=True):
    """A project of the organization."""

    project_key: ProjectKey
    project_id: Id
    name: Name | None = None


class OrganizationRow(_Row, frozen=True):
    """An organization, the API key that its clients send, and its projects."""

    name: Name
    api_key: ApiKey
    projects: list[ProjectRow]


class JobRow(_Row, frozen=True):
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


class ScenarioRow(_Row, frozen=True):
    """Faults that belong together, under a name by which they can be put into force."""

    name: Name
    faults: list[FaultRule]


class FixtureFile(_Row, frozen=True):
    """A .yaml or .json file of a fixtures folder. The files of a folder make one world."""

    now: Timestamp | None = None
    organizations: list[OrganizationRow] = []
    rules: list[RuleRow] = []
    jobs: list[JobRow] = []
    scenarios: list[ScenarioRow] = []


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a fixture file and, in ``$defs``, of each row."""
    (root,), definitions = msgspec.json.schema_components(
        (FixtureFile,), ref_template="#/$defs/{name}"
    )
    for definition in (root, *definitions.values()):
        if "description" in definition:
            # Python 3.13 takes the indentation out of docstrings; earlier ones do not.
            definition["description"] = inspect.cleandoc(definition["description"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:jobs-mockserver:fixtures",
        "title": "A file of a fixtures folder",
        "description": "A line of a .jsonl file is a JobRow.",
        **root,
        "$defs": definitions,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(json_schema(), indent=2) + "\n")
