"""The form of files of fixtures: parsed, read line by line, and explained where it is another."""

import codecs
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct, structs

from mockserver.contract.description.tree import escape
from mockserver.parsing.diagnostics import explain
from mockserver.parsing.sources import (
    LARGEST,
    MOST_DIAGNOSTICS,
    Diagnostic,
    InvalidSourceError,
    invalid,
    normalize_numbers,
    parse,
    parse_json,
)
from mockserver.records.fixture_files import HIDDEN, Complaints, Spot
from mockserver.records.fixture_schema import RecordRow

_LONGEST_LINE = 64 * 1024
#: Members whose numbers are those of records, and stay as they are written.
_AS_WRITTEN = ("records", "scopes")


class ParsedFile(NamedTuple):
    """A parsed ``.yaml`` or ``.json`` file: its root, and what it states as a type of rows."""

    spot: Spot
    content: Any


class Form(NamedTuple):
    """The form of the files of an API.

    *file* is the type of a whole one, *lists* the names of its members that list rows of the type
    *row*; the name of that type is also the schema's for it. *schema* explains what is refused.
    """

    file: type[Struct]
    row: type[Struct]
    schema: Mapping[str, Any]
    lists: tuple[str, ...] = ()


def parse_file(file: Path, text: str, form: Form) -> ParsedFile:
    """Return what *text*, the content of a ``.yaml`` or ``.json`` file, states.

    Raises:
        InvalidSourceError: it does not parse, or has another form.
    """
    value = parse(file, text)
    value = {} if value is None else value
    try:
        content = msgspec.convert(_normalize(value), form.file)
    except msgspec.ValidationError as error:
        raise InvalidSourceError(_explain_file(file, text, value, form, error)) from None
    return ParsedFile(Spot(file, text, value), content)


def read_lines(file: Path, told: Complaints) -> Iterator[tuple[int, bytes]]:
    """Yield the number and content of each line of a ``.jsonl`` file that is not blank.

    It ends where the file cannot be read, is too large, or has a line that is too long: *told*
    takes which.
    """
    try:
        size, largest = file.stat().st_size, LARGEST[file.suffix]
        if size > largest:
            message = f"{size:,} bytes; a .jsonl file may have {largest:,}"
            told.extend(invalid(file, "size", message).diagnostics)
            return
        with file.open("rb") as opened:
            number = 0
            while line := opened.readline(_LONGEST_LINE + 1):
                number += 1
                if len(line) > _LONGEST_LINE:
                    message = f"a line may have {_LONGEST_LINE:,} bytes"
                    told.extend(invalid(file, "size", message, line=number).diagnostics)
                    return
                if number == 1:
                    line = line.removeprefix(codecs.BOM_UTF8)
                if line and not line.isspace():
                    yield number, line
    except OSError as error:
        told.extend(invalid(file, "readable", f"cannot be read: {error.strerror}").diagnostics)


def reread(line: bytes, row: type[Struct]) -> Any:
    """Return the row that *line* states, in which whole numbers are written as ``5.0``, or None."""
    with suppress(ValueError, RecursionError):
        return msgspec.convert(normalize_numbers(parse_json(line.decode())), row)
    return None


def explain_line(
    file: Path, number: int, line: bytes, form: Form, error: msgspec.MsgspecError
) -> list[Diagnostic]:
    """Return all that is wrong with the form of one line of a ``.jsonl`` file."""
    try:
        text = line.decode()
        value = parse_json(text)
    except UnicodeDecodeError as mistake:
        return invalid(file, "utf-8", f"byte {mistake.start} is not UTF-8", line=number).diagnostics
    except (ValueError, RecursionError) as mistake:
        return invalid(file, "json", f"is not JSON: {mistake}", line=number).diagnostics
    found = [
        structs.replace(one, line=number)
        for one in explain(file, text, value, _row_schema(form.schema, form.row.__name__))
    ]
    return found or invalid(file, "schema", str(error), line=number).diagnostics


def _explain_file(
    file: Path, text: str, value: Any, form: Form, error: msgspec.ValidationError
) -> list[Diagnostic]:
    """Return what the published schema finds wrong with a file.

    Nearly all of a large one are its rows, so of these only the wrong ones are explained.
    """
    head, rows = value, []
    if isinstance(value, dict):
        head = dict(value)
        for name in form.lists:
            if isinstance(value.get(name), list):
                rows += [(f"/{name}/{at}", row, form.row) for at, row in enumerate(value[name])]
                head[name] = []
        records = value.get("records")
        for name, listed in records.items() if isinstance(records, dict) else ():
            if isinstance(listed, list):
                pointer = f"/records/{escape(name)}"
                rows += [(f"{pointer}/{at}", row, RecordRow) for at, row in enumerate(listed)]
                head["records"] = {**head["records"], name: []}
    found = explain(file, text, head, form.schema)
    for pointer, row, kind in rows:
        if len(found) >= MOST_DIAGNOSTICS:
            break
        try:
            msgspec.convert(row if kind is RecordRow else normalize_numbers(row), kind)
        except msgspec.ValidationError:
            schema = _row_schema(form.schema, kind.__name__)
            found += explain(file, text, row, schema, pointer)
    found = [_without_secret(one) for one in sorted(found, key=lambda one: (one.line, one.column))]
    return found or invalid(file, "schema", str(error)).diagnostics


def _normalize(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {
        name: member if name in _AS_WRITTEN else normalize_numbers(member)
        for name, member in value.items()
    }


def _row_schema(schema: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return {"$ref": f"#/$defs/{name}", "$defs": schema["$defs"]}


def _without_secret(problem: Diagnostic) -> Diagnostic:
    hides = problem.pointer.startswith(HIDDEN)
    return structs.replace(problem, value="") if hides else problem


def load_schema(text: str) -> Mapping[str, Any]:
    """Return the JSON Schema that *text* states."""
    found: Mapping[str, Any] = json.loads(text)
    return found
