"""The contract as frozen values: how a record moves, what a page holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote


@dataclass(frozen=True, slots=True)
class Transition:
    """One legal move of a record."""

    event: str
    by: str
    sources: tuple[str, ...]
    to: str
    not_before: str | None = None
    otherwise: int | None = None


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """How a record may move; what no transition allows is forbidden."""

    field: str
    states: tuple[str, ...]
    initial: str
    terminal: tuple[str, ...]
    made: str
    moved: str
    transitions: tuple[Transition, ...]
    pointer: str

    def find_reachable(self, state: str, *, by: str | None = None) -> frozenset[str]:
        """Return each state reachable from *state*, itself included, by moves of *by* (or all)."""
        seen = {state}
        while True:
            more = {
                move.to
                for move in self.transitions
                if by in (None, move.by) and seen.intersection(move.sources)
            }
            if more <= seen:
                return frozenset(seen)
            seen |= more


@dataclass(frozen=True, slots=True)
class Bounded:
    """A number in the query, and what a value outside its range means."""

    parameter: str
    default: int
    min: int
    max: int | None
    outside: str

    def interpret(self, value: int | None) -> int:
        """Return what *value* means to the contract."""
        inside = value is not None and self.min <= value
        if value is None or not inside or (self.max is not None and value > self.max):
            return self.default
        return value


@dataclass(frozen=True, slots=True)
class Paging:
    """What a page of the list holds."""

    style: str
    items: str
    limit: Bounded
    page: Bounded
    pointer: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """When a second record is refused."""

    parameter: str
    key: str
    states: tuple[str, ...]
    status: int
    pointer: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path."""

    id: str
    method: str
    path: str
    parameters: Mapping[str, Mapping[str, Any]]
    responses: Mapping[int, Mapping[str, Any]]
    pointer: str
    ranges: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Responses to more than one status: `4XX`, `default`."""
    body: Mapping[str, Any] | None = None
    """What a request may carry, by media type."""

    def matches(self, path: str) -> bool:
        """Tell whether the raw, undecoded *path* is an instance of this operation's template."""
        return self.parse_arguments(path) is not None

    def parse_arguments(self, path: str) -> dict[str, str] | None:
        """Return the decoded path parameters that *path* has, or None if it is another path."""
        parts = re.split(r"\{([^{}]+)\}", self.path)
        pattern = "".join(
            "([^/]*)" if index % 2 else re.escape(part) for index, part in enumerate(parts)
        )
        found = re.fullmatch(pattern, path)
        return found and dict(zip(parts[1::2], map(unquote, found.groups()), strict=True))

    def find_response(self, status: int) -> tuple[str, Mapping[str, Any]] | None:
        """Return what is declared of *status*, and how it is written: as itself, `4XX`, `default`.

        A code has precedence over a range, and both over `default` (OpenAPI 3.1.0 §4.8.16).
        """
        if status in self.responses:
            return str(status), self.responses[status]
        for name in (f"{status // 100}XX", "default"):
            if name in self.ranges:
                return name, self.ranges[name]
        return None

    @property
    def successes(self) -> Mapping[str, Mapping[str, Any]]:
        """Return what is declared of a success, by how it is written: `200`, `2XX`.

        `default` is one where it is all that is declared of one; beside others it means the rest.
        """
        codes = {str(code): one for code, one in self.responses.items() if 200 <= code < 300}
        found = codes | {name: one for name, one in self.ranges.items() if name == "2XX"}
        return found or {name: one for name, one in self.ranges.items() if name == "default"}

    @property
    def success(self) -> int:
        """Return a status of a success, the first one that is declared."""
        return next((int(name) for name in self.successes if name.isdigit()), 200)

    def is_success(self, status: int | None) -> bool:
        """Tell whether *status* is a success that is declared."""
        found = self.find_response(status) if status and 200 <= status < 300 else None
        return found is not None and found[0] in self.successes
