"""What files of fixtures may hold, whatever their records are.

These types decode fast and refuse anything else. ``docs/schemas/records.schema.json`` is made from
them (``python -m mockserver.records.fixture_schema``), and explains a refusal in full.
"""

import inspect
import json
import sys
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, field

from mockserver.domain.scalars import Id, Name, Timestamp
from mockserver.faults.rule import FaultRule

#: ISO 8601 without years and months, whose lengths differ.
_Duration = Annotated[
    str,
    Meta(
        pattern=r"^P(?=[0-9]|T[0-9])([0-9]+W)?([0-9]+D)?"
        r"(T(?=[0-9])([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]+)?S)?)?$(?!\n)",
        description="A length of time, such as PT30S or P1D.",
    ),
]
_Text = Annotated[str, Meta(min_length=1)]
_State = str | int
_Target = str | int | None


class Words(Struct, frozen=True, forbid_unknown_fields=True, rename="camel", omit_defaults=True):
    """What all rows share: no member that is not known."""


class PlannedRow(Words, frozen=True):
    """A step of a plan: the state that the record moves *to*, null if it is gone then.

    It does so *at* a moment, or that which the place of the record holds, or *after* a time in the
    state before. *members* are what the step writes besides, by place.
    """

    to: _Target
    at: str | UnsetType = UNSET
    after: _Duration | UnsetType = UNSET
    members: dict[str, Any] = {}


class PendingRow(Words, frozen=True):
    """A move that a client asked for, and that takes effect later: *event* leads *to* a state."""

    event: str
    to: _Target
    at: Timestamp


class RecordRow(Words, frozen=True):
    """A record. Texts of its *members* may be runtime expressions, such as $now-PT1H.

    *scope* names a scope of the fixtures, *path* the parameters of its list where no scope does.
    *state* stands for the members that make a state of the contract. *entered* is when the record
    came into it, if its members do not say. Members that are *exact* are all that the record has,
    to the letter: no expressions, nothing of its scope. So snapshots write them. *number* counts
    the records as they were made, which paths name where the members of records have no key.
    """

    members: dict[str, Any]
    scope: str | UnsetType = UNSET
    path: dict[str, str | int] | UnsetType = UNSET
    exact: bool = False
    number: Id | UnsetType = UNSET
    state: _State | UnsetType = UNSET
    entered: Timestamp | UnsetType = UNSET
    plan: list[PlannedRow] = []
    pending: PendingRow | UnsetType = UNSET


class CredentialRow(Words, frozen=True):
    """Who may call: the *secret* without its scheme, the *scopes* that it opens, who has it."""

    secret: _Text
    scopes: list[str]
    name: _Text | UnsetType = UNSET


class ScopeRow(Words, frozen=True):
    """A part of the API: the path parameters that name it, and what its records have in common."""

    path: dict[str, str | int] = {}
    members: dict[str, Any] = {}


class RuleRow(Words, frozen=True, rename={"source": "from"}):
    """Where the server moves records to whose places hold what *where* says.

    A value of *where* is that value, or {glob: a*} for the texts that a shell pattern matches.
    *after* counts from the entry into the state, or from the moment at the place *since*. *members*
    are what the move writes besides, by place.
    """

    source: _State
    to: _Target
    where: dict[str, Any] = {}
    after: _Duration | UnsetType = UNSET
    since: str | UnsetType = UNSET
    members: dict[str, Any] = {}


class ScenarioRow(Words, frozen=True):
    """Faults that belong together, under a name by which they can be put into force."""

    name: Name
    faults: list[FaultRule]


class Stated(Words, frozen=True):
    """What all files of fixtures may state, in whichever words."""

    api: _Text | UnsetType = UNSET
    now: Timestamp | UnsetType = UNSET
    pace: _Duration | UnsetType | None = UNSET
    credentials: list[CredentialRow] | UnsetType = UNSET
    scopes: dict[str, ScopeRow] = {}
    records: dict[str, list[RecordRow]] = {}
    scenarios: list[ScenarioRow] = []


class FixtureFile(Stated, frozen=True):
    """A file of fixtures. Several make one world.

    *now* is the moment at which the world begins; without it the clock shows real time. *pace* is
    how long a state lasts of which nothing is said, null: forever. Without *credentials* every one
    opens everything. *rules* and *records* are listed by resource.
    """

    rules: dict[str, list[RuleRow]] = field(default_factory=dict)


def json_schema(
    file: type[Words] = FixtureFile,
    identity: str = "urn:mockserver:records",
    description: str = "A line of a .jsonl file is a RecordRow.",
) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a *file* of fixtures and, in ``$defs``, of each row."""
    (root,), definitions = msgspec.json.schema_components((file,), ref_template="#/$defs/{name}")
    # The type itself is defined as well, under its name.
    root = definitions.pop(file.__name__, root)
    for definition in (root, *definitions.values()):
        if "description" in definition:
            # Python 3.13 takes the indentation out of docstrings; earlier ones do not.
            definition["description"] = inspect.cleandoc(definition["description"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": identity,
        "title": "A file of fixtures",
        **root,
        "description": f"{root['description']}\n\n{description}",
        "$defs": definitions,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(json_schema(), indent=2) + "\n")
