"""Where fixtures are written, and what is wrong with them.

Positions are looked up only once something is wrong.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import Struct, structs

from mockserver.contract.description.tree import escape
from mockserver.parsing.diagnostics import quote
from mockserver.parsing.pointer import split
from mockserver.parsing.positions import locate
from mockserver.parsing.sources import (
    LARGEST,
    MOST_DIAGNOSTICS,
    Diagnostic,
    InvalidSourceError,
    invalid,
)

SUFFIXES = tuple(LARGEST)
#: What stands below this is not shown: complaints are pasted into tickets and chats.
HIDDEN = "/credentials"


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
        at_fault = "" if pointer.startswith(HIDDEN) else quote(_find(self.value, pointer))
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
                told = (
                    "is not a folder; name a folder of .yaml, .json or .jsonl files, or such a file"
                )
                raise invalid(path, "folder", told)
            told = f"fixtures are files of {', '.join(SUFFIXES)}; give one of these"
            raise invalid(path, "suffix", told)
        else:
            found.append(path)
    return found


def _find(value: Any, pointer: str) -> Any:
    """Return what *pointer* names, or the nearest parent of it."""
    for token in split(pointer):
        try:
            value = value[int(token)] if isinstance(value, list) else value[token]
        except (LookupError, TypeError, ValueError):
            break
    return value
