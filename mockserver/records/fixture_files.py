"""Files of fixtures as they are written: parsed, held against their form, each part with its place.

Positions are looked up only once something is wrong.
"""

import codecs
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct, structs

from mockserver.contract.description.tree import escape
from mockserver.parsing.diagnostics import explain, quote
from mockserver.parsing.pointer import split
from mockserver.parsing.positions import locate
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

SUFFIXES = tuple(LARGEST)
_LONGEST_LINE = 64 * 1024
#: Members whose numbers are those of records, and stay as they are written.
_AS_WRITTEN = ("records", "scopes")
#: What stands below this is not shown: complaints are pasted into tickets and chats.
_HIDDEN = "/credentials"


class Flaw(NamedTuple):
    """What is wrong with a row: where within it, the rule that it breaks, and what to write."""

    pointer: str
    rule: str
    message: str


class Spot(Struct, frozen=True):
    """A place in a file.

    *value* is what the file holds, or the one line *line* of it whose *text* this is. *written*
    gives the pointers under which parts are written that the reader knows under other ones.
    """

    file: Path
    text: str
    value: Any = None
    pointer: str = ""
    line: int = 0
    written: Mapping[str, str] = {}

    def below(self, *names: object) -> "Spot":
        """Return the place that *names* lead to from here."""
        return self.at("".join(f"/{escape(name)}" for name in names))

    def at(self, pointer: str) -> "Spot":
        """Return the place that a *pointer* leads to from here."""
        return structs.replace(self, pointer=self.pointer + pointer)

    def problem(self, rule: str, message: str) -> Diagnostic:
        """Return what is wrong here."""
        pointer = self._find_written()
        line, column = locate(self.text, pointer)
        at_fault = "" if pointer.startswith(_HIDDEN) else quote(_find(self.value, pointer))
        return Diagnostic(self.file, self.line or line, column, pointer, rule, at_fault, message)

    def _find_written(self) -> str:
        """Return the pointer to what is written here."""
        head, tail = self.pointer, ""
        while head and head not in self.written:
            head, _, last = head.rpartition("/")
            tail = f"/{last}{tail}"
        return self.written.get(head, head) + tail


class Complaints:
    """Gathers all that is wrong with fixtures, up to `MOST_DIAGNOSTICS`."""

    def __init__(self) -> None:
        self._problems: list[Diagnostic] = []

    def __len__(self) -> int:
        return len(self._problems)

    def add(self, spot: Spot, rule: str, message: str) -> None:
        """Note what is wrong at *spot*.

        Raises:
            InvalidSourceError: there is so much that the rest is not looked at.
        """
        self.extend([spot.problem(rule, message)])

    def extend(self, problems: Iterable[Diagnostic]) -> None:
        """Note *problems*.

        Raises:
            InvalidSourceError: there is so much that the rest is not looked at.
        """
        self._problems += problems
        if len(self._problems) >= MOST_DIAGNOSTICS:
            self.refuse()

    def is_known(self, spot: Spot, name: Any, known: Sequence[Any], kind: str) -> bool:
        """Return whether *name*, which stands at *spot*, is one of the *known*; note if not."""
        if name not in known:
            self.add(spot, "unknown", explain_unknown(name, known, kind))
        return name in known

    def refuse(self) -> None:
        """Raise an error that tells all of it, if there is anything.

        Raises:
            InvalidSourceError: there is.
        """
        if self._problems:
            raise InvalidSourceError(sorted(self._problems, key=lambda p: (str(p.file), p.line)))


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


def explain_unknown(name: Any, known: Sequence[Any], kind: str) -> str:
    """Return what is wrong with a *name* that is not one of the *known*, which are of a *kind*."""
    there = f"write one of {', '.join(map(str, known))}" if known else "there is none"
    return f"{name!r} is not {kind}; {there}"


def list_files(paths: Sequence[Path]) -> list[Path]:
    """Return the files that *paths* name: files, and those of folders in order of their names.

    Raises:
        InvalidSourceError: a path is not there, is of another kind, or has no fixtures.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            files = sorted(p for p in path.iterdir() if p.suffix in SUFFIXES and p.is_file())
            if not files:
                raise invalid(path, "folder", f"has no file that ends in {', '.join(SUFFIXES)}")
            found += files
        elif path.suffix not in SUFFIXES:
            if not path.suffix:
                told = f"is not a folder; name one of {', '.join(SUFFIXES)} files, or such a file"
                raise invalid(path, "folder", told)
            told = f"fixtures are files of {', '.join(SUFFIXES)}; give one of these"
            raise invalid(path, "suffix", told)
        else:
            found.append(path)
    return found


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
    except UnicodeDecodeError as failure:
        return invalid(file, "utf-8", f"byte {failure.start} is not UTF-8", line=number).diagnostics
    except (ValueError, RecursionError) as failure:
        return invalid(file, "json", f"is not JSON: {failure}", line=number).diagnostics
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
    found = explain(file, text, head, form.schema)
    for pointer, row, kind in rows:
        if len(found) >= MOST_DIAGNOSTICS:
            break
        try:
            msgspec.convert(normalize_numbers(row), kind)
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


def _find(value: Any, pointer: str) -> Any:
    """Return what *pointer* names, or the nearest parent of it."""
    for token in split(pointer):
        try:
            value = value[int(token)] if isinstance(value, list) else value[token]
        except (LookupError, TypeError, ValueError):
            break
    return value


def _without_secret(problem: Diagnostic) -> Diagnostic:
    hides = problem.pointer.startswith(_HIDDEN)
    return structs.replace(problem, value="") if hides else problem


def load_schema(text: str) -> Mapping[str, Any]:
    """Return the JSON Schema that *text* states."""
    found: Mapping[str, Any] = json.loads(text)
    return found
