"""Reading YAML and JSON that somebody else wrote: bounded, and strict."""

import json
import re
from collections.abc import Hashable, Iterator
from pathlib import Path
from typing import Any

import yaml
from msgspec import Struct

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
#: Whoever has read so many mends the cause, and checks again.
MOST_PROBLEMS = 100


class Problem(Struct, frozen=True):
    """One thing that is wrong with a file: where it stands, which rule it breaks, and what to do.

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
        """Return the problem as one line that editors can jump to."""
        shown = f" (value: {self.value})" if self.value else ""
        where = f"{self.file}:{self.line}:{self.column}: {self.pointer or '/'}"
        return f"{where}: {self.message} [{self.rule}]{shown}"


class InvalidSourceError(Exception):
    """Files that cannot be used, with what is wrong with them: the first `MOST_PROBLEMS`."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        if len(problems) >= MOST_PROBLEMS:
            last = problems[MOST_PROBLEMS - 1]
            message = f"stopped after {MOST_PROBLEMS} problems; the rest was not looked at"
            cut = Problem(last.file, last.line, last.column, "", "problems", "", message)
            self.problems = [*problems[:MOST_PROBLEMS], cut]
        super().__init__("\n".join(map(str, self.problems)))


def invalid(  # noqa: PLR0913 -- a problem is made of just these
    file: Path, rule: str, message: str, *, line: int = 1, column: int = 1, value: str = ""
) -> InvalidSourceError:
    """Return the error of a file that is wrong as a whole or at one place of its text."""
    return InvalidSourceError([Problem(file, line, column, "", rule, value, message)])


def _core_schema() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    """Return the plain scalars that are no text, by first character (YAML 1.2.2, 10.3.2)."""
    patterns = (
        ("null", r"(?:~|null|Null|NULL|)$", ("~", "n", "N", "")),
        ("bool", r"(?:true|True|TRUE|false|False|FALSE)$", tuple("tTfF")),
        ("int", r"[-+]?[0-9]+$", tuple("-+0123456789")),
        (
            "float",
            r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$",
            tuple("-+.0123456789"),
        ),
    )
    resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for name, pattern, firsts in patterns:
        for first in firsts:
            entry = (f"tag:yaml.org,2002:{name}", re.compile(pattern))
            resolvers.setdefault(first, []).append(entry)
    return resolvers


class StrictLoader(yaml.CSafeLoader):
    """YAML 1.2 as OpenAPI demands it: ``no``, ``12:30`` and ``2021-06-17`` are texts."""

    yaml_implicit_resolvers = _core_schema()

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 -- PyYAML's signature
        """Return the mapping; a key that is no text, or that stands twice, is an error."""
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise yaml.MarkedYAMLError(None, None, "a key must be text", key_node.start_mark)
            if key in seen:
                raise yaml.MarkedYAMLError(
                    None, None, f"the key {key!r} stands here twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)

    def construct_yaml_int(self, node: yaml.ScalarNode) -> int:
        """Return a decimal integer; YAML 1.1 would read ``010`` as eight."""
        return int(node.value)


StrictLoader.add_constructor("tag:yaml.org,2002:int", StrictLoader.construct_yaml_int)


def read_text(file: Path) -> str:
    """Return the text of *file*.

    Raises:
        InvalidSourceError: it cannot be read, is too large for its suffix, or is no UTF-8.
    """
    largest = LARGEST[file.suffix]
    try:
        size = file.stat().st_size
        if size > largest:
            message = f"{size:,} bytes; a {file.suffix} file may have {largest:,}"
            raise invalid(file, "size", message)
        return file.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise invalid(file, "utf-8", f"byte {error.start} is no UTF-8") from None
    except OSError as error:
        raise invalid(file, "readable", f"cannot be read: {error.strerror}") from None


def parse(file: Path, text: str) -> Any:
    """Return the value that *text*, the content of *file*, states in YAML or JSON.

    Raises:
        InvalidSourceError: the text does not parse, nests too deep, or its aliases explode.
    """
    try:
        if file.suffix == ".json":
            return json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
        _refuse_excess(file, text)
        if "&" in text and "*" in text:
            _refuse_explosion(file, text)
        return yaml.load(text, Loader=StrictLoader)  # noqa: S506 -- StrictLoader is a CSafeLoader
    except json.JSONDecodeError as error:
        raise invalid(file, "json", error.msg, line=error.lineno, column=error.colno) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        message = error.problem or "is no YAML"
        raise invalid(file, "yaml", message, line=line, column=column) from None
    except (yaml.YAMLError, ValueError) as error:
        rule = file.suffix.lstrip(".")
        raise invalid(file, rule, str(error).splitlines()[0]) from None
    except RecursionError:
        raise invalid(file, "depth", "values nest too deep to be read") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the JSON object of *pairs*; a key that stands twice is an error."""
    members = dict(pairs)
    if len(members) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice!r} stands twice in one object")
    return members


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _refuse_excess(file: Path, text: str) -> None:
    """Refuse YAML that nests deeper than `MOST_DEEP` or has more than `MOST_NODES` nodes.

    The events come one by one, so this needs neither a stack nor memory.
    """
    depth = nodes = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        nodes += isinstance(event, yaml.NodeEvent)
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
