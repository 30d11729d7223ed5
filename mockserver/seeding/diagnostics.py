"""Where in a fixture file an inconsistency is: looked up only once there is one."""

import codecs
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from mockserver.parsing.diagnostics import explain, quote
from mockserver.parsing.positions import locate
from mockserver.parsing.sources import (
    LARGEST,
    MOST_DIAGNOSTICS,
    Diagnostic,
    invalid,
    normalize_numbers,
    parse_json,
)
from mockserver.resources import files
from mockserver.seeding.consistency import Inconsistency
from mockserver.seeding.schema import FixtureFile, JobRow

_LONGEST_LINE = 64 * 1024


class ParsedFile(NamedTuple):
    """A parsed .yaml or .json file."""

    path: Path
    text: str
    value: Any
    content: FixtureFile


def read_lines(path: Path) -> Iterator[tuple[int, bytes]]:
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


def locate_in_file(file: ParsedFile, row: str, inconsistency: Inconsistency) -> Diagnostic:
    """Return the diagnostic of an inconsistency; the pointer *row* names its row in *file*."""
    pointer = row + inconsistency.member
    line, column = locate(file.text, pointer)
    value = quote(_value(file.value, pointer))
    return Diagnostic(
        file.path, line, column, pointer, inconsistency.rule, value, inconsistency.message
    )


def locate_on_line(
    path: Path, number: int, line: bytes, inconsistency: Inconsistency
) -> Diagnostic:
    """Return the diagnostic of an inconsistency in line *number* of a .jsonl file."""
    text = line.decode()
    _, column = locate(text, inconsistency.member)
    value = quote(_value(json.loads(text), inconsistency.member))
    return Diagnostic(
        path, number, column, inconsistency.member, inconsistency.rule, value, inconsistency.message
    )


def reread(line: bytes) -> JobRow | None:
    """Return the row that *line* states, in which whole numbers are written as ``5.0``."""
    with suppress(ValueError, RecursionError):
        return msgspec.convert(normalize_numbers(parse_json(line.decode())), JobRow)
    return None


def explain_file(
    path: Path, text: str, value: Any, error: msgspec.ValidationError
) -> list[Diagnostic]:
    """Return what the published schema finds wrong with a .yaml or .json file."""
    schema, jobs = _schema(), []
    if isinstance(value, dict) and isinstance(value.get("jobs"), list):
        # Nearly all of a large file: only those that are refused are explained.
        jobs, value = value["jobs"], {**value, "jobs": []}
    found = explain(path, text, value, schema)
    for index, row in enumerate(jobs):
        if len(found) >= MOST_DIAGNOSTICS:
            break
        try:
            msgspec.convert(normalize_numbers(row), JobRow)
        except msgspec.ValidationError:
            found += explain(path, text, row, _row_schema(), f"/jobs/{index}")
    found.sort(key=lambda diagnostic: (diagnostic.line, diagnostic.column))
    return found or [invalid(path, "schema", str(error)).diagnostics[0]]


def explain_line(
    path: Path, number: int, line: bytes, error: msgspec.MsgspecError
) -> list[Diagnostic]:
    """Return all that the published schema finds wrong with one line of a .jsonl file."""
    try:
        text = line.decode()
        value = parse_json(text)
    except UnicodeDecodeError as failure:
        return invalid(path, "utf-8", f"byte {failure.start} is not UTF-8", line=number).diagnostics
    except (ValueError, RecursionError) as failure:
        return invalid(path, "json", f"is not JSON: {failure}", line=number).diagnostics
    found = explain(path, text, value, _row_schema())
    moved = [msgspec.structs.replace(diagnostic, line=number) for diagnostic in found]
    return moved or invalid(path, "schema", str(error), line=number).diagnostics


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
