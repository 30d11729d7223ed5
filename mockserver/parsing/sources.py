"""Reading YAML and JSON of other authors: bounded, and strict."""

import codecs
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from msgspec import Struct

from mockserver.parsing.core_schema import LenientLoader, StrictLoader, read_integer

MEBIBYTE = 2**20
#: The largest file that is read, in bytes, by suffix. YAML is for people; JSONL is for bulk.
LARGEST = {
    ".yaml": 8 * MEBIBYTE,
    ".yml": 8 * MEBIBYTE,
    ".json": 64 * MEBIBYTE,
    ".jsonl": 1024 * MEBIBYTE,
}
#: The most values that a YAML file may have once its aliases are written out.
MOST_VALUES = 1_000_000
#: The most values and keys that a YAML file may have as it is written.
MOST_NODES = 2_000_000
#: How deep values may nest. PyYAML's recursion in C would end the process, not raise an error.
MOST_DEEP = 200
#: After so many, a user corrects the cause and checks again.
MOST_DIAGNOSTICS = 100


class Diagnostic(Struct, frozen=True):
    """One thing that is wrong with a file: where it is, which rule it breaks, and what to do.

    *line* and *column* count from 1; *value* is the offending value as JSON, shortened.
    """

    file: Path
    line: int
    column: int
    pointer: str
    rule: str
    value: str
    message: str

    def __str__(self) -> str:
        """Return the diagnostic as one line; editors can jump to its position."""
        shown = f" (value: {self.value})" if self.value else ""
        where = f"{self.file}:{self.line}:{self.column}: {self.pointer or '/'}"
        return f"{where}: {self.message} [{self.rule}]{shown}"


class InvalidSourceError(Exception):
    """Files that cannot be used, with what is wrong with them: the first `MOST_DIAGNOSTICS`."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        self.diagnostics = diagnostics
        if len(diagnostics) >= MOST_DIAGNOSTICS:
            last = diagnostics[MOST_DIAGNOSTICS - 1]
            message = f"stopped after {MOST_DIAGNOSTICS} problems; the rest was not looked at"
            cut = Diagnostic(last.file, last.line, last.column, "", "problems", "", message)
            self.diagnostics = [*diagnostics[:MOST_DIAGNOSTICS], cut]
        super().__init__("\n".join(map(str, self.diagnostics)))


def invalid(  # noqa: PLR0913 -- a problem is made of just these
    file: Path, rule: str, message: str, *, line: int = 1, column: int = 1, value: str = ""
) -> InvalidSourceError:
    """Return the error of a file that is wrong as a whole or at one place of its text."""
    return InvalidSourceError([Diagnostic(file, line, column, "", rule, value, message)])


def normalize_numbers(value: Any) -> Any:
    """Return *value* with whole numbers as integers: to JSON Schema, 5.0 is an integer.

    The ``body`` of a fault is left as it is: what is sent is what was written.
    """
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [normalize_numbers(item) for item in value]
    if isinstance(value, dict):
        return {
            name: item if name == "body" else normalize_numbers(item)
            for name, item in value.items()
        }
    return value


def decode_utf8(octets: bytes) -> str:
    """Return the text of *octets*, UTF-8 with or without a byte order mark.

    Raises:
        ValueError: they are not UTF-8; the message says why.
    """
    if octets.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise ValueError("is UTF-16; save it as UTF-8")
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start} is not UTF-8") from None


def read_text(file: Path) -> str:
    """Return the text of *file*.

    Raises:
        InvalidSourceError: it cannot be read, is too large for its suffix, or is not UTF-8.
    """
    largest = LARGEST[file.suffix]
    try:
        size = file.stat().st_size
        if size > largest:
            message = f"{size:,} bytes; a {file.suffix} file may have {largest:,}"
            raise invalid(file, "size", message)
        return decode_utf8(file.read_bytes())
    except ValueError as error:
        raise invalid(file, "utf-8", str(error)) from None
    except OSError as error:
        raise invalid(file, "readable", f"cannot be read: {error.strerror}") from None


def parse(file: Path, text: str) -> Any:
    """Return the value that *text*, the content of *file*, states in YAML or JSON.

    Raises:
        InvalidSourceError: the text does not parse, nests too deep, or its aliases explode.
    """
    return _parse(file, text, StrictLoader)


def parse_lenient(file: Path, text: str) -> Any:
    """Return what `parse` does, of YAML that others wrote: keys such as ``200`` need no quotes.

    Raises:
        InvalidSourceError: as of `parse`.
    """
    return _parse(file, text, LenientLoader)


def _parse(file: Path, text: str, loader: type[StrictLoader]) -> Any:
    try:
        if file.suffix == ".json":
            return parse_json(text)
        if _refuse_excess(file, text):
            _refuse_explosion(file, text)
        return yaml.load(text, Loader=loader)  # noqa: S506 -- both are CSafeLoaders
    except json.JSONDecodeError as error:
        raise invalid(file, "json", error.msg, line=error.lineno, column=error.colno) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        message = error.problem or "is not YAML"
        raise invalid(file, "yaml", message, line=line, column=column) from None
    except (yaml.YAMLError, ValueError) as error:
        rule = file.suffix.lstrip(".")
        raise invalid(file, rule, str(error).splitlines()[0]) from None
    except RecursionError:
        raise invalid(file, "depth", "values nest too deep to be read") from None


def parse_json(text: str) -> Any:
    """Return the value that *text* states in JSON.

    Raises:
        ValueError: it is not JSON, a key occurs twice, or a number is too large to be held.
    """
    return json.loads(
        text,
        object_pairs_hook=_object,
        parse_constant=_no_constant,
        parse_float=_finite,
        parse_int=read_integer,
    )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the JSON object of *pairs*; a key that occurs twice is an error."""
    members = dict(pairs)
    if len(members) != len(pairs):
        keys = [key for key, _ in pairs]
        repeated = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {repeated!r} occurs twice in one object")
    return members


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is too large for a number")
    return number


def _refuse_excess(file: Path, text: str) -> bool:
    """Refuse YAML that nests deeper than `MOST_DEEP` or has more than `MOST_NODES` nodes.

    The events come one at a time, so this needs neither a stack nor memory. Return whether there
    are aliases among them.
    """
    depth = nodes = 0
    has_aliases = False
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        nodes += isinstance(event, yaml.NodeEvent)
        has_aliases = has_aliases or isinstance(event, yaml.AliasEvent)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MOST_DEEP or nodes > MOST_NODES:
            mark = event.start_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            if depth > MOST_DEEP:
                message = f"values may nest {MOST_DEEP} deep"
                raise invalid(file, "depth", message, line=line, column=column)
            message = f"a YAML file may have {MOST_NODES:,} keys and values; write it as JSON"
            raise invalid(file, "size", message, line=line, column=column)
    return has_aliases


def _refuse_explosion(file: Path, text: str) -> None:
    """Refuse aliases that contain themselves or expand to more than `MOST_VALUES` values."""
    sizes: dict[int, int] = {}
    open_nodes: set[int] = set()

    def size(node: yaml.Node) -> int:
        if id(node) in open_nodes:
            raise invalid(file, "alias", "an alias contains itself")
        if id(node) not in sizes:
            open_nodes.add(id(node))
            sizes[id(node)] = 1 + sum(map(size, _children(node)))
            open_nodes.discard(id(node))
        return sizes[id(node)]

    root = yaml.compose(text, Loader=StrictLoader)
    if root is not None and size(root) > MOST_VALUES:
        message = f"its aliases expand to more than {MOST_VALUES:,} values; write them out"
        raise invalid(file, "alias", message)


def _children(node: yaml.Node) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.SequenceNode):
        yield from node.value
    elif isinstance(node, yaml.MappingNode):
        for pair in node.value:
            yield from pair
