"""Where in a fixture file a fault stands. Looked up only once there is a fault."""

import codecs
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from mockserver.parsing.diagnostics import explain, locate, shown
from mockserver.parsing.sources import LARGEST, MOST_PROBLEMS, Problem, invalid, parse_json, whole
from mockserver.resources import files
from mockserver.seeding.consistency import Fault
from mockserver.seeding.schema import FixtureFile, JobRow

_LONGEST_LINE = 64 * 1024


class ParsedFile(NamedTuple):
    """A parsed .yaml or .json file."""

    path: Path
    text: str
    value: Any
    content: FixtureFile


def lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the number and content of each line of a .jsonl file that is not blank.

    Raises:
        InvalidSourceError: the file cannot be read or is too large, or a line is too long.
    """
    try:
        size, largest = path.stat().st_size, LARGEST[path.suffix]
        if size > largest:
            raise invalid(path, "size", f"{size:,} bytes; a .jsonl file may have {largest:,}")
        with path.open("rb") as file:
            number = 0
            while line := file.readline(_LONGEST_LINE + 1):
                number += 1
                if len(line) > _LONGEST_LINE:
                    message = f"a line may have {_LONGEST_LINE:,} bytes"
                    raise invalid(path, "size", message, line=number)
                if number == 1:
                    line = line.removeprefix(codecs.BOM_UTF8)
                if line and not line.isspace():
                    yield number, line
    except OSError as error:
        raise invalid(path, "readable", f"cannot be read: {error.strerror}") from None


def in_file(file: ParsedFile, row: str, fault: Fault) -> Problem:
    """Return *fault* of the row that the pointer *row* names in *file*."""
    pointer = row + fault.member
    line, column = locate(file.text, pointer)
    value = shown(_value(file.value, pointer))
    return Problem(file.path, line, column, pointer, fault.rule, value, fault.message)


def on_line(path: Path, number: int, line: bytes, fault: Fault) -> Problem:
    """Return *fault* of the row that is line *number* of a .jsonl file."""
    text = line.decode()
    _, column = locate(text, fault.member)
    value = shown(_value(json.loads(text), fault.member))
    return Problem(path, number, column, fault.member, fault.rule, value, fault.message)


def read_again(line: bytes) -> JobRow | None:
    """Return the row that *line* states, in which whole numbers are written as ``5.0``."""
    with suppress(ValueError, RecursionError):
        return msgspec.convert(whole(parse_json(line.decode())), JobRow)
    return None


def refused_file(
    path: Path, text: str, value: Any, error: msgspec.ValidationError
) -> list[Problem]:
    """Return what the published schema finds wrong with a .yaml or .json file."""
    schema, jobs = _schema(), []
    if isinstance(value, dict) and isinstance(value.get("jobs"), list):
        # Nearly all of a large file: only those that are refused are explained.
        jobs, value = value["jobs"], {**value, "jobs": []}
    found = explain(path, text, value, schema)
    for index, row in enumerate(jobs):
        if len(found) >= MOST_PROBLEMS:
            break
        try:
            msgspec.convert(whole(row), JobRow)
        except msgspec.ValidationError:
            found += explain(path, text, row, _row_schema(), f"/jobs/{index}")
    found.sort(key=lambda problem: (problem.line, problem.column))
    return found or [invalid(path, "schema", str(error)).problems[0]]


def refused_line(
    path: Path, number: int, line: bytes, error: msgspec.MsgspecError
) -> list[Problem]:
    """Return all that the published schema finds wrong with one line of a .jsonl file."""
    try:
        text = line.decode()
        value = parse_json(text)
    except UnicodeDecodeError as failure:
        return invalid(path, "utf-8", f"byte {failure.start} is no UTF-8", line=number).problems
    except (ValueError, RecursionError) as failure:
        return invalid(path, "json", f"is no JSON: {failure}", line=number).problems
    found = explain(path, text, value, _row_schema())
    moved = [msgspec.structs.replace(problem, line=number) for problem in found]
    return moved or invalid(path, "schema", str(error), line=number).problems


@cache
def _schema() -> Mapping[str, Any]:
    schema: Mapping[str, Any] = json.loads(files.schema("fixtures").read_text())
    return schema


def _row_schema() -> Mapping[str, Any]:
    return {"$ref": "#/$defs/JobRow", "$defs": _schema()["$defs"]}


def _value(value: Any, pointer: str) -> Any:
    """Return what *pointer* names, or the nearest parent of it."""
    for token in pointer.split("/")[1:]:
        try:
            value = value[int(token)] if isinstance(value, list) else value[token]
        except (KeyError, IndexError, TypeError):
            break
    return value
