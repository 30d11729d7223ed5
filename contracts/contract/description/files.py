"""The files of a description, read with the types of JSON; each part remembers where it stands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from contracts.contract.errors import Diagnostic, DocumentError, document_error

MOST_NODES = 5_000_000
"""A description with more values than this is refused: aliases can make a small file endless."""


class _Loader(yaml.CSafeLoader):
    """Reads scalars as the JSON schema of YAML 1.2 does: `on` and dates are texts."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|false|True|False|TRUE|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("merge", r"<<", "<"),
):
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), list(_first)
    )


@dataclass
class Files:
    """What was read, and which part of the description was written where."""

    texts: dict[str, str] = field(default_factory=dict)
    origins: dict[str, tuple[str, str]] = field(default_factory=dict)
    """File and pointer of what an overlay added, by its pointer in the description."""
    main: str = ""
    warnings: list[str] = field(default_factory=list)

    def read(self, file: Path) -> Any:
        """Return what *file* holds, with all aliases copied out and names of members as texts."""
        try:
            text = file.read_text("utf-8")
            found = _parse(text)
        except (OSError, ValueError, yaml.YAMLError) as error:
            raise DocumentError(str(file), "#", f"cannot be read: {error}") from error
        self.texts[str(file)] = text
        left = [MOST_NODES]
        try:
            return _copy(found, left)
        except OverflowError as error:
            raise DocumentError(str(file), "#", "holds too many values, or a circle") from error

    def fail(self, diagnostics: Iterable[Diagnostic]) -> DocumentError:
        """Return the error of all *diagnostics*, each with the file and line that it is about."""
        lines: list[DocumentError] = []
        for one in diagnostics:
            file, pointer = self.locate(one.pointer)
            at = Diagnostic(pointer, one.message)
            lines.append(document_error(file, [at], self.texts.get(file, "")))
        return SeveralError("\n".join(dict.fromkeys(str(line) for line in lines)))

    def warn(self, diagnostics: Sequence[Diagnostic]) -> None:
        """Keep what a person should know of the description, though it can be judged."""
        text = self.texts.get(self.main, "")
        self.warnings.append(str(document_error(self.main, list(diagnostics), text)))

    def locate(self, pointer: str) -> tuple[str, str]:
        """Return the file and the pointer in it that the *pointer* into the description is."""
        head = pointer
        while head:
            if head in self.origins:
                file, there = self.origins[head]
                return file, there + pointer.removeprefix(head)
            head = head.rpartition("/")[0]
        return self.main, pointer


class SeveralError(DocumentError):
    """What is wrong in several files, a line each."""

    def __init__(self, text: str) -> None:
        ValueError.__init__(self, text)
        self.diagnostics = ()


def _parse(text: str) -> Any:
    """Return what *text* says as JSON, or else as YAML.

    JSON may hold what YAML 1.1 may not, such as U+0080 to U+009F (RFC 8259, section 7), and is
    read many times faster.
    """
    if text.lstrip()[:1] in ("{", "["):
        try:
            return json.loads(text)
        except ValueError:
            pass  # A flow mapping of YAML; if it is none of these either, YAML says where.
    return yaml.load(text, Loader=_Loader)  # noqa: S506 -- it is a safe loader


def _copy(value: Any, left: list[int]) -> Any:
    left[0] -= 1
    if left[0] < 0:
        raise OverflowError
    if isinstance(value, dict):
        return {_name(name): _copy(member, left) for name, member in value.items()}
    return [_copy(member, left) for member in value] if isinstance(value, list) else value


def _name(name: Any) -> str:
    return name if isinstance(name, str) else str(name).lower() if name is True else str(name)
