"""The file of known deviations: what is broken, who answers for it, and until when."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import yaml

KEYS = ("law", "reason", "owner", "expires")
MERGE = "tag:yaml.org,2002:merge"
NULL = "tag:yaml.org,2002:null"


class KnownError(ValueError):
    """The file of known deviations cannot be used as it is; one line for each problem."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """One law that is known to be broken."""

    law: str
    reason: str
    owner: str
    expires: str
    """An ISO date: the last day on which the deviation is accepted."""

    def is_expired(self, today: str) -> bool:
        """Tell whether the deviation is no longer accepted."""
        return self.expires < today

    def describe(self, today: str) -> str:
        """Say who answers for it and until when, and whether that day has passed."""
        passed = ", which has passed" if self.is_expired(today) else ""
        return f"known to {self.owner} until {self.expires}{passed}: {self.reason}"


def load(file: Path, law_ids: Iterable[str]) -> dict[str, Deviation]:
    """Read *file*: a YAML list of deviations, each of a law that exists.

    Raises KnownError with all problems of the file, each with file and line.
    """
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise KnownError(f"{file} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise KnownError(f"{file} is not UTF-8 text: {error.reason}") from error
    reading = _Reading(file, frozenset(law_ids))
    try:
        found = {deviation.law: deviation for deviation in reading.read_deviations(text)}
    except RecursionError as error:
        raise KnownError(f"{file} is nested too deep, or holds itself") from error
    if reading.problems:
        raise KnownError("\n".join(reading.problems))
    return found


@dataclass
class _Reading:
    """One reading of a file, and the problems that it met."""

    file: Path
    law_ids: Collection[str]
    problems: list[str] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    """The line on which each law was met first."""

    def object(self, line: int, problem: str) -> None:
        """Note a problem of a line, counted from 1."""
        self.problems.append(f"{self.file}:{line}: {problem}")

    def read_deviations(self, text: str) -> Iterator[Deviation]:
        """Go through the entries that are right."""
        root = self.read_root(text)
        if root is None or (isinstance(root, yaml.ScalarNode) and root.tag == NULL):
            return
        if not isinstance(root, yaml.SequenceNode):
            self.object(_get_line(root), "is not a list of deviations")
            return
        for entry in root.value:
            deviation = self.read_deviation(entry)
            if deviation is not None:
                yield deviation

    def read_root(self, text: str) -> yaml.Node | None:
        """Return the one document of the file as nodes, which know their lines."""
        try:
            return yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self.object(mark.line + 1 if mark else 1, f"is not YAML: {error.problem}")
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, error.position) + 1
            self.object(line, f"is not YAML: {error.reason}")
        except RecursionError:
            self.object(1, "nests too deep: a list of entries with four keys each is wanted")
        return None

    def read_deviation(self, entry: yaml.Node) -> Deviation | None:
        """Return one entry, or None if it has a problem, which is noted."""
        before = len(self.problems)
        nodes = self.read_members(entry)
        texts = {key: self.read_text_value(key, node) for key, node in nodes.items() if key in KEYS}
        if isinstance(entry, yaml.MappingNode):
            for key in KEYS:
                if key not in nodes:
                    self.object(_get_line(entry), f"{key} is missing")
        if texts.get("law"):
            self.check_law(texts["law"], _get_line(nodes["law"]))
        if texts.get("expires"):
            self.check_date(texts["expires"], _get_line(nodes["expires"]))
        return Deviation(**texts) if len(self.problems) == before else None

    def read_members(self, entry: yaml.Node) -> dict[str, yaml.Node]:
        """Return the members of an entry; what YAML merges into it gives way to its own."""
        if not isinstance(entry, yaml.MappingNode):
            self.object(_get_line(entry), f"is not an entry with {', '.join(KEYS)}")
            return {}
        merged: dict[str, yaml.Node] = {}
        own: dict[str, yaml.Node] = {}
        for key, value in entry.value:
            if key.tag == MERGE:
                for source in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                    merged = {**self.read_members(source), **merged}
                continue
            name = str(key.value)
            if name not in KEYS:
                self.object(_get_line(key), f"{name!r} is not one of {', '.join(KEYS)}")
            elif name in own:
                self.object(_get_line(key), f"{name} is given twice")
            own.setdefault(name, value)
        return {**merged, **own}

    def read_text_value(self, key: str, node: yaml.Node) -> str:
        """Return the text of a value; an empty one is a problem."""
        if not isinstance(node, yaml.ScalarNode):
            self.object(_get_line(node), f"{key} is not text")
            return ""
        text = "" if node.tag == NULL else str(node.value).strip()
        if not text:
            self.object(_get_line(node), f"{key} is empty")
        return text

    def check_law(self, law: str, line: int) -> None:
        """Object to a law that does not exist, or that another entry has already."""
        if law not in self.law_ids:
            self.object(line, f"no law is called {law}; `contracts list` prints them all")
        elif law in self.lines:
            self.object(line, f"{law} is listed twice, first on line {self.lines[law]}")
        self.lines.setdefault(law, line)

    def check_date(self, text: str, line: int) -> None:
        """Note an error for a day that is not in the calendar."""
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
            self.object(line, f"expires: {text!r} is not a date such as 2030-01-31")
            return
        try:
            date.fromisoformat(text)
        except ValueError as error:
            self.object(line, f"expires: {text!r} is not a date: {error}")


def _get_line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
