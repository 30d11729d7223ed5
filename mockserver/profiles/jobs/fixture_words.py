"""The words of the jobs API's fixtures, as those of any API.

Projects are scopes, organizations hold credentials, and a rule says how a job ends that has begun
to run.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from msgspec import UNSET

from mockserver.parsing.pointer import escape
from mockserver.parsing.timestamp import parse_duration
from mockserver.profiles.jobs.fixture_rows import JobRows, check_plan
from mockserver.profiles.jobs.fixture_schema import JobRow, JobRuleRow, JobsFile
from mockserver.records.fixtures.checks import Consistency
from mockserver.records.fixtures.expectations import list_outcomes
from mockserver.records.fixtures.files import Complaints, Spot
from mockserver.records.fixtures.forms import Form, ParsedFile
from mockserver.records.fixtures.rows import Rows, World
from mockserver.records.fixtures.schema import CredentialRow, FixtureFile, RuleRow, ScopeRow
from mockserver.records.fixtures.words import Translation, Words, load_published
from mockserver.records.kind import Kind
from mockserver.records.lifecycle import Lifecycle

#: What the only kind of records of the jobs API is called.
KIND = "jobs"


class JobWords(Words):
    """The words of the jobs API, beside those of any API."""

    resource = KIND
    path_words: Mapping[str, str] = MappingProxyType(
        {"project": "projectKey", "jobId": "jobId", "userId": "userId"}
    )
    is_dated = True
    scope_members = ("projectId",)
    default_pace = None

    @property
    def form(self) -> Form:
        """The form of the files."""
        return Form(JobsFile, JobRow, load_published("fixtures"), (KIND,))

    def check(self, files: Sequence[ParsedFile], kinds: Sequence[Kind], told: Complaints) -> None:
        """Note where keys and ids of *files* occur twice, and rules that no job can follow."""
        known: set[tuple[str, Hashable]] = set()
        for spot, word, value in _list_unique(files):
            if (word, value) in known:
                told.add(spot.below(word), "unique", f"this {word} occurs twice in these fixtures")
            known.add((word, value))
        (lifecycle,) = (kind.lifecycle for kind in kinds)
        for file in files:
            for at, row in enumerate(_list_rules(file)):
                for flaw in check_plan(lifecycle, row) if lifecycle is not None else ():
                    told.add(file.spot.below("rules", at).at(flaw.pointer), flaw.rule, flaw.message)
        # What has no way to its end has no rule that could be made of it.
        told.refuse()

    def translate(self, file: ParsedFile, kinds: Sequence[Kind]) -> Translation:
        """Return what *file* states in the words of any API."""
        content: JobsFile = file.content
        written: dict[str, str] = {}
        credentials = [] if content.credentials is UNSET else list(content.credentials)
        scopes = dict(content.scopes)
        for at, organization in enumerate(content.organizations):
            place = f"/organizations/{at}"
            written[f"/credentials/{len(credentials)}"] = place
            written[f"/credentials/{len(credentials)}/secret"] = f"{place}/apiKey"
            keys = [project.project_key for project in organization.projects]
            credentials.append(CredentialRow(organization.api_key, keys, organization.name))
            for index, project in enumerate(organization.projects):
                key = project.project_key
                written[f"/scopes/{escape(key)}"] = f"{place}/projects/{index}"
                scopes[key] = ScopeRow({"projectKey": key}, {"projectId": project.project_id})
        has_own = bool(content.organizations)
        (lifecycle,) = (kind.lifecycle for kind in kinds)
        rules = content.rules
        if isinstance(rules, list):
            rules = {KIND: list(self._rules(rules, lifecycle))} if rules and lifecycle else {}
        translated = FixtureFile(
            api=content.api,
            now=content.now,
            pace=content.pace,
            credentials=credentials if has_own else content.credentials,
            scopes=scopes,
            rules=rules,
            records=content.records,
            scenarios=content.scenarios,
        )
        return Translation(translated, written, {f"/{KIND}": content.jobs})

    def rows(self, kind: Kind, world: World, consistency: Consistency) -> Rows:
        """Return what makes records of the rows that state jobs."""
        projects = {key: s.members.get("projectId", 0) for key, s in world.head.scopes.items()}
        return JobRows(kind, projects, consistency)

    def _rules(self, rows: Sequence[JobRuleRow], lifecycle: Lifecycle) -> Iterator[RuleRow]:
        outcomes = list_outcomes(lifecycle)
        for row in rows:
            for source in outcomes[row.ends]:
                yield RuleRow(
                    source=source,
                    to=row.ends,
                    where={"referenceId": {"glob": row.reference_id}},
                    after=f"PT{parse_duration(row.runs) / 1000:.3f}S",
                    members={"errors": row.errors},
                )


def _list_rules(file: ParsedFile) -> Sequence[JobRuleRow]:
    rules: Any = file.content.rules
    return rules if isinstance(rules, list) else ()


def _list_unique(files: Sequence[ParsedFile]) -> Iterator[tuple[Spot, str, Hashable]]:
    """Yield what may occur only once in a world: where, under which word, and the value."""
    for file in files:
        for at, organization in enumerate(file.content.organizations):
            spot = file.spot.below("organizations", at)
            yield spot, "apiKey", organization.api_key
            for index, project in enumerate(organization.projects):
                inside = spot.below("projects", index)
                yield inside, "projectKey", project.project_key
                yield inside, "projectId", project.project_id
