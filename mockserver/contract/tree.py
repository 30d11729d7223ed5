"""A description as a tree: files that are read when a reference leads to them, and their nodes."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from msgspec import Struct

from mockserver.contract.shape import DESCRIPTION, misshapen
from mockserver.contract.upgrade import check_version, upgrade
from mockserver.parsing.diagnostics import quote
from mockserver.parsing.pointer import escape, split
from mockserver.parsing.positions import locate
from mockserver.parsing.sources import (
    Diagnostic,
    InvalidSourceError,
    invalid,
    parse_lenient,
    read_text,
)

SUFFIXES = (".yaml", ".yml", ".json")
#: A longer chain of references, or more files, is a mistake.
MOST_HOPS = 50
MOST_FILES = 2_000
#: What may stand beside a reference and promises nothing.
_ANNOTATIONS = frozenset(("description", "summary", "title", "example", "examples", "deprecated"))


class Origin(Struct, frozen=True):
    """Where a part of the description was written, if not where its pointer says."""

    file: Path
    pointer: str


def dig(value: Any, path: list[str]) -> Any:
    """Return what *path* leads to within *value*.

    Raises:
        LookupError: there is nothing.
    """
    for token in path:
        if isinstance(value, Mapping) and token in value:
            value = value[token]
        elif isinstance(value, list) and token.isdecimal() and int(token) < len(value):
            value = value[int(token)]
        else:
            raise LookupError(token)
    return value


class Library:
    """The files of one description. *diagnostics* and *warnings* are what is wrong with it."""

    def __init__(self, file: Path) -> None:
        if file.suffix not in SUFFIXES:
            raise invalid(file, "suffix", "a description is a .yaml, .yml or .json file")
        self.file = file
        self.diagnostics: list[Diagnostic] = []
        self.warnings: dict[str, None] = {}
        self.origins: dict[str, Origin] = {}
        self._texts: dict[Path, str] = {}
        self._files: dict[Path, Any] = {}

    def read(self, file: Path) -> Any:
        """Return the value that *file* states, as it is written.

        Raises:
            InvalidSourceError: it cannot be read or does not parse.
        """
        self._texts[file] = read_text(file)
        return parse_lenient(file, self._texts[file])

    def root(self, raw: Any) -> "Node":
        """Return the root of the description whose main file states *raw*, overlays applied.

        Raises:
            InvalidSourceError: it is not an OpenAPI 3.x or Swagger 2.0 description.
        """
        check_version(raw, self.file)
        written = Node(self, self.file, "", raw)
        for pointer, message in misshapen(raw, DESCRIPTION):
            self.complain(written, pointer, "openapi", message)
        if self.diagnostics:
            raise InvalidSourceError(self.diagnostics)
        raw, moved = upgrade(raw)
        for pointer, before in moved.items():
            self.origins[pointer] = self.origin(self.file, before)
        self._files[self.file] = raw
        return Node(self, self.file, "", raw)

    def origin(self, file: Path, pointer: str) -> Origin:
        """Return where what *pointer* names in *file* was written."""
        if file == self.file:
            head, tail = pointer, ""
            while head:
                if head in self.origins:
                    found = self.origins[head]
                    return Origin(found.file, found.pointer + tail)
                head, _, last = head.rpartition("/")
                tail = f"/{last}{tail}"
        return Origin(file, pointer)

    def text(self, file: Path) -> str:
        """Return the text of a file that has been read."""
        return self._texts[file]

    def complain(
        self, node: "Node", below: str, rule: str, message: str, value: Any = None
    ) -> None:
        """Note that what *below* names within *node* breaks *rule*."""
        place = self.origin(node.file, node.pointer + below)
        line, column = locate(self.text(place.file), place.pointer)
        at_fault = "" if value is None else quote(value)
        self.diagnostics.append(
            Diagnostic(place.file, line, column, place.pointer, rule, at_fault, message)
        )

    def warn(self, node: "Node", below: str, message: str) -> None:
        """Note that something is strange, but can be used, at what *below* names in *node*."""
        place = self.origin(node.file, node.pointer + below)
        line, column = locate(self.text(place.file), place.pointer)
        self.warnings[f"{place.file}:{line}:{column}: {place.pointer or '/'}: {message}"] = None

    def follow(self, node: "Node") -> "Node":
        """Return *node*, or what its references lead to; nothing (null) if they lead nowhere."""
        beside: dict[str, Any] = {}
        start = node
        for _ in range(MOST_HOPS):
            value = node.value
            if not isinstance(value, dict) or not isinstance(value.get("$ref"), str):
                if beside and isinstance(value, dict):
                    return Node(self, node.file, node.pointer, join_beside(value, beside))
                return node
            for name, member in value.items():
                if name != "$ref" and name not in _ANNOTATIONS:
                    beside.setdefault(name, member)
            reference = value["$ref"]
            found = self._target(node.file, reference)
            if found is None:
                return self._report_lost(start, f"the reference {reference!r} leads to nothing")
            node = found
        return self._report_lost(start, "its references lead in a circle")

    def _report_lost(self, node: "Node", message: str) -> "Node":
        self.warn(node, "", f"{message}; it is read as empty")
        return Node(self, node.file, node.pointer, {})

    def _target(self, file: Path, reference: str) -> "Node | None":
        name, _, pointer = reference.partition("#")
        try:
            if name:
                file = self._beside(file, unquote(name))
            path = split(unquote(pointer))
            return Node(self, file, unquote(pointer), dig(self._files[file], path))
        except (LookupError, InvalidSourceError):
            return None

    def _beside(self, file: Path, name: str) -> Path:
        if "://" in name:
            raise LookupError(name)
        found = (file.parent / name).resolve()
        if found == self.file.resolve():
            return self.file
        if found not in self._files:
            if found.suffix not in SUFFIXES or len(self._files) >= MOST_FILES:
                raise LookupError(name)
            self._files[found] = self.read(found)
        return found


def join_beside(found: Mapping[str, Any], beside: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a reference leads to, *found*, with what stands *beside* the reference.

    Both hold (JSON Schema 2020-12 Core, section 10.2), so that members which one of them needs are
    needed. A flag ``required`` beside a schema, as Swagger 1.2 had it, says nothing of its members.
    """
    made = {**found, **beside}
    if isinstance(found.get("required"), list) and "required" in beside:
        more = beside["required"] if isinstance(beside["required"], list) else ()
        made["required"] = [*found["required"], *more]
    if isinstance(found.get("properties"), dict) and isinstance(beside.get("properties"), dict):
        made["properties"] = {**found["properties"], **beside["properties"]}
    return made


class Node:
    """A value of the description and where it stands. What its members refer to is followed."""

    __slots__ = ("_library", "file", "pointer", "value")

    def __init__(self, library: Library, file: Path, pointer: str, value: Any) -> None:
        self._library = library
        self.file = file
        self.pointer = pointer
        self.value = value

    @property
    def identity(self) -> tuple[Path, str]:
        """Return what tells one part of the description from another."""
        return self.file, self.pointer

    def get(self, name: str) -> "Node | None":
        """Return the member of that name, its references followed, or None."""
        if not isinstance(self.value, dict) or name not in self.value:
            return None
        below = Node(self._library, self.file, f"{self.pointer}/{escape(name)}", self.value[name])
        return self._library.follow(below)

    def members(self) -> Iterator[tuple[str, "Node"]]:
        """Yield the members of an object, or the items of an array, references followed."""
        if isinstance(self.value, dict):
            pairs: Any = self.value.items()
        else:
            pairs = enumerate(self.value) if isinstance(self.value, list) else ()
        for name, value in pairs:
            below = Node(self._library, self.file, f"{self.pointer}/{escape(name)}", value)
            yield str(name), self._library.follow(below)

    def find(self, *path: str) -> "Node | None":
        """Return what the names *path* lead to, or None."""
        found: Node | None = self
        for name in path:
            found = found.get(name) if found is not None else None
        return found

    def refer(self, reference: str) -> "Node":
        """Return what a *reference* that stands here leads to."""
        return self._library.follow(
            Node(self._library, self.file, self.pointer, {"$ref": reference})
        )

    def get_text(self, name: str) -> str | None:
        """Return the member of that name if it is text."""
        value = self.value.get(name) if isinstance(self.value, dict) else None
        return value if isinstance(value, str) else None

    def complain(self, below: str, rule: str, message: str, value: Any = None) -> None:
        """Note that what the pointer *below* names within this breaks *rule*."""
        self._library.complain(self, below, rule, message, value)

    def source(self) -> tuple[Path, str, str]:
        """Return the file in which this was written, that file's text, and the pointer there."""
        place = self._library.origin(self.file, self.pointer)
        return place.file, self._library.text(place.file), place.pointer
