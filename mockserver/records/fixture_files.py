"""Files of fixtures as they are written: parsed, held against their form, each part with its place.

A ``.jsonl`` file has a record on each line, of the resource that the file is called after.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from mockserver.contract.description.tree import escape
from mockserver.parsing.diagnostics import explain, quote
from mockserver.parsing.positions import locate
from mockserver.parsing.sources import (
    LARGEST,
    Diagnostic,
    InvalidSourceError,
    invalid,
    parse,
    parse_json,
    read_text,
)
from mockserver.resources import files

SUFFIXES = tuple(LARGEST)
#: What stands below this is not shown: complaints are pasted into tickets and chats.
_HIDDEN = "/credentials"


class Spot(Struct, frozen=True):
    """A place in a file; *line* is where *text* stands if that is one line of the file."""

    file: Path
    text: str
    pointer: str
    line: int = 0

    def below(self, *names: object) -> "Spot":
        """Return the place that *names* lead to from here."""
        pointer = self.pointer + "".join(f"/{escape(name)}" for name in names)
        return Spot(self.file, self.text, pointer, self.line)

    def problem(self, rule: str, message: str, value: Any = None) -> Diagnostic:
        """Return what is wrong here."""
        line, column = locate(self.text, self.pointer)
        at_fault = "" if value is None or _is_secret(self.pointer) else quote(value)
        line = self.line or line
        return Diagnostic(self.file, line, column, self.pointer, rule, at_fault, message)


class Complaints:
    """Gathers all that is wrong with fixtures."""

    def __init__(self) -> None:
        self._problems: list[Diagnostic] = []

    def __len__(self) -> int:
        return len(self._problems)

    def add(self, spot: Spot, rule: str, message: str, value: Any = None) -> None:
        """Note what is wrong at *spot*."""
        self._problems.append(spot.problem(rule, message, value))

    def is_known(self, spot: Spot, name: Any, known: Sequence[Any], kind: str) -> bool:
        """Return whether *name*, which stands at *spot*, is one of the *known*; note if not."""
        if name not in known:
            there = f"write one of {', '.join(map(str, known))}" if known else "there is none"
            self.add(spot, "unknown", f"{name!r} is not {kind}; {there}")
        return name in known

    def refuse(self) -> None:
        """Raise an error that tells all of it, if there is anything.

        Raises:
            InvalidSourceError: there is.
        """
        if self._problems:
            raise InvalidSourceError(sorted(self._problems, key=lambda p: (str(p.file), p.line)))


class Row(Struct, frozen=True):
    """A record as it is written, and where."""

    spot: Spot
    resource: str
    raw: Mapping[str, Any]


class FixtureFile(Struct, frozen=True):
    """One file; *raw* is what it states beside its records."""

    spot: Spot
    raw: Mapping[str, Any]
    rows: Sequence[Row]


def read_file(file: Path, problems: list[Diagnostic]) -> FixtureFile | None:
    """Return what *file* states; None if its form is wrong, which goes to *problems*.

    Raises:
        InvalidSourceError: it cannot be read or does not parse.
    """
    if file.suffix not in SUFFIXES:
        told = f"fixtures are files of {', '.join(SUFFIXES)}; give one of these"
        raise invalid(file, "suffix", told)
    text = read_text(file)
    if file.suffix == ".jsonl":
        rows = list(_lines(file, text, problems))
        return FixtureFile(Spot(file, text, ""), {}, rows)
    value = parse(file, text)
    value = {} if value is None else value
    found = explain(file, text, value, _schema())
    problems += [_without_secret(problem) for problem in found]
    if found:
        return None
    spot = Spot(file, text, "")
    rows = [
        Row(spot.below("records", resource, at), resource, raw)
        for resource, listed in value.get("records", {}).items()
        for at, raw in enumerate(listed)
    ]
    return FixtureFile(spot, value, rows)


def _lines(file: Path, text: str, problems: list[Diagnostic]) -> Iterator[Row]:
    schema = {"$ref": "#/$defs/record", "$defs": _schema()["$defs"]}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        spot = Spot(file, line, "", number)
        try:
            raw = parse_json(line)
        except (ValueError, RecursionError) as error:
            problems.append(Diagnostic(file, number, 1, "", "json", "", f"is not JSON: {error}"))
            continue
        found = explain(file, line, raw, schema)
        for problem in found:
            told = (problem.pointer, problem.rule, problem.value, problem.message)
            problems.append(Diagnostic(file, number, problem.column, *told))
        if not found:
            yield Row(spot, file.stem, raw)


@lru_cache(1)
def _schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files.schema("records").read_text())
    return found


def _without_secret(problem: Diagnostic) -> Diagnostic:
    if not _is_secret(problem.pointer):
        return problem
    place = (problem.file, problem.line, problem.column, problem.pointer)
    return Diagnostic(*place, problem.rule, "", problem.message)


def _is_secret(pointer: str) -> bool:
    return pointer.startswith(_HIDDEN)
