"""The reader of a folder of fixtures: its files make one world, and every mistake is reported."""

import gc
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from mockserver.contract.document import Document
from mockserver.domain.job import Job
from mockserver.domain.tenancy import Organization, Project
from mockserver.faults.rule import Scenario, inconsistencies
from mockserver.parsing.sources import (
    LARGEST,
    MOST_DIAGNOSTICS,
    Diagnostic,
    InvalidSourceError,
    invalid,
    normalize_numbers,
    parse,
    read_text,
)
from mockserver.seeding.consistency import ConsistencyCheck, Inconsistency
from mockserver.seeding.diagnostics import (
    ParsedFile,
    explain_file,
    explain_line,
    locate_in_file,
    locate_on_line,
    read_lines,
    reread,
)
from mockserver.seeding.rows import JobReader, read_plan, read_timestamp
from mockserver.seeding.schema import FixtureFile, JobRow, OrganizationRow
from mockserver.store.seed import Rule, Seed

T = TypeVar("T")


def read(folder: Path, document: Document) -> Seed:
    """Return the seed that the fixtures in *folder* state.

    Raises:
        InvalidSourceError: the diagnostics of all files.
    """
    # A collection during the load of a million jobs would look at each of them, over and over.
    collecting = gc.isenabled()
    gc.disable()
    try:
        reader = _Reader(folder, document)
        return reader.seed(*reader.files())
    finally:
        if collecting:
            gc.enable()


def read_upload(file: Path, text: str, document: Document, otherwise: FixtureFile) -> Seed:
    """Return the seed of one *text*; its *file* need not exist.

    Organizations, now and rules that it leaves out are those of *otherwise*.

    Raises:
        InvalidSourceError: the diagnostics of the text.
    """
    given = _convert(file, text)
    missing = FixtureFile(
        now=otherwise.now if given.content.now is None else None,
        organizations=[] if given.content.organizations else otherwise.organizations,
        rules=[] if given.content.rules else otherwise.rules,
    )
    return _Reader(file, document).seed([given, ParsedFile(file, "", {}, missing)], [])


class _Reader:
    """Reads one folder and collects the diagnostics of its files."""

    def __init__(self, folder: Path, document: Document) -> None:
        self._folder = folder
        self._document = document
        self._diagnostics: list[Diagnostic] = []
        self._projects: dict[str, Project] = {}

    def _add(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Add *diagnostics*.

        Raises:
            InvalidSourceError: there are `MOST_DIAGNOSTICS` or more.
        """
        self._diagnostics += diagnostics
        if len(self._diagnostics) >= MOST_DIAGNOSTICS:
            raise InvalidSourceError(self._diagnostics)

    def seed(self, files: list[ParsedFile], bulk: list[Path]) -> Seed:
        """Return the seed that these files state together."""
        now = self._now(files)
        organizations = tuple(self._organizations(files))
        check = ConsistencyCheck(self._document, now)
        rules = tuple(self._rules(files, check))
        rows = JobReader(self._projects, rules, self._document.lifecycle.transient, check)
        jobs = [job for file in files for job in self._list_jobs(file, rows)]
        for path in bulk:
            jobs += self._read_bulk(path, rows)
        scenarios = tuple(self._scenarios(files))
        if self._diagnostics:
            raise InvalidSourceError(self._diagnostics)
        return Seed(now, organizations, rules, jobs, scenarios)

    def files(self) -> tuple[list[ParsedFile], list[Path]]:
        """Return the files that are parsed as a whole, and those read line by line."""
        if not self._folder.is_dir():
            message = "is not a folder; name a folder of .yaml, .json or .jsonl files"
            raise invalid(self._folder, "folder", message)
        paths = sorted(p for p in self._folder.iterdir() if p.suffix in LARGEST and p.is_file())
        if not paths:
            raise invalid(self._folder, "folder", f"has no file that ends in {', '.join(LARGEST)}")
        files = []
        for path in paths:
            if path.suffix != ".jsonl":
                try:
                    files.append(_parse(path))
                except InvalidSourceError as error:
                    self._add(error.diagnostics)
        # Without all organizations and projects, every job would be at fault too.
        if self._diagnostics:
            raise InvalidSourceError(self._diagnostics)
        return files, [path for path in paths if path.suffix == ".jsonl"]

    def _now(self, files: list[ParsedFile]) -> int:
        files_with_now = [file for file in files if file.content.now is not None]
        if len(files_with_now) != 1:
            where = ", ".join(file.path.name for file in files_with_now) or "none does"
            raise invalid(self._folder, "now", f"one file states the world's now; here: {where}")
        try:
            return read_timestamp(files_with_now[0].content.now or 0)
        except ValueError as error:
            inconsistency = Inconsistency("", "moment", str(error))
            raise InvalidSourceError(
                [locate_in_file(files_with_now[0], "/now", inconsistency)]
            ) from None

    def _organizations(self, files: list[ParsedFile]) -> Iterator[Organization]:
        api_keys: set[str] = set()
        ids: set[int] = set()
        for file in files:
            for index, row in enumerate(file.content.organizations):
                at = f"/organizations/{index}"
                self._unique(file, at, "apiKey", row.api_key, api_keys)
                yield Organization(row.name, row.api_key, self._list_projects(file, at, row, ids))

    def _list_projects(
        self, file: ParsedFile, at: str, row: OrganizationRow, ids: set[int]
    ) -> tuple[Project, ...]:
        """Return the projects of one organization."""
        projects = []
        for index, project in enumerate(row.projects):
            place = f"{at}/projects/{index}"
            self._unique(file, place, "projectKey", project.project_key, set(self._projects))
            self._unique(file, place, "projectId", project.project_id, ids)
            self._projects[project.project_key] = Project(project.project_id, project.project_key)
            projects.append(self._projects[project.project_key])
        return tuple(projects)

    def _unique(self, file: ParsedFile, at: str, member: str, value: T, known: set[T]) -> None:
        if value in known:
            inconsistency = Inconsistency(
                f"/{member}", "unique", f"this {member} occurs twice in these fixtures"
            )
            self._add([locate_in_file(file, at, inconsistency)])
        known.add(value)

    def _rules(self, files: list[ParsedFile], check: ConsistencyCheck) -> Iterator[Rule]:
        for file in files:
            for index, row in enumerate(file.content.rules):
                plan = read_plan(row)
                at = f"/rules/{index}"
                self._add(locate_in_file(file, at, each) for each in check.check_plan(plan))
                yield Rule(row.reference_id, plan)

    def _scenarios(self, files: list[ParsedFile]) -> Iterator[Scenario]:
        names: set[str] = set()
        for file in files:
            for index, row in enumerate(file.content.scenarios):
                at = f"/scenarios/{index}"
                self._unique(file, at, "name", row.name, names)
                for number, rule in enumerate(row.faults):
                    for member, message in inconsistencies(
                        rule, self._document.operation_ids, self._projects
                    ):
                        row_at = f"{at}/faults/{number}"
                        inconsistency = Inconsistency(member, "fault", message)
                        self._add([locate_in_file(file, row_at, inconsistency)])
                yield Scenario(row.name, tuple(row.faults))

    def _list_jobs(self, file: ParsedFile, rows: JobReader) -> Iterator[Job]:
        """Yield the jobs of a parsed file."""
        for index, row in enumerate(file.content.jobs):
            job, flaws = rows.read(row)
            self._add(locate_in_file(file, f"/jobs/{index}", each) for each in flaws)
            if job is not None:
                yield job

    def _read_bulk(self, path: Path, rows: JobReader) -> Iterator[Job]:
        """Yield the jobs of a .jsonl file, a line at a time."""
        decode = msgspec.json.Decoder(JobRow).decode
        for number, line in self._lines(path):
            try:
                row = decode(line)
            except msgspec.MsgspecError as error:
                again = reread(line)
                if again is None:
                    self._add(explain_line(path, number, line, error))
                    continue
                row = again
            job, flaws = rows.read(row)
            self._add(locate_on_line(path, number, line, each) for each in flaws)
            if job is not None:
                yield job

    def _lines(self, path: Path) -> Iterator[tuple[int, bytes]]:
        """Yield the lines of a .jsonl file, up to one that cannot be read."""
        try:
            yield from read_lines(path)
        except InvalidSourceError as error:
            self._add(error.diagnostics)


def _parse(path: Path) -> ParsedFile:
    return _convert(path, read_text(path))


def _convert(path: Path, text: str) -> ParsedFile:
    value = parse(path, text)
    try:
        return ParsedFile(path, text, value, msgspec.convert(normalize_numbers(value), FixtureFile))
    except msgspec.ValidationError as error:
        raise InvalidSourceError(explain_file(path, text, value, error)) from None
