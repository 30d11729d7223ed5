"""What a run saw of one kind of records, for reports: states, moves, and the pages it walked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class MoveKind(StrEnum):
    """What a change of state is to the lifecycle."""

    DECLARED = "declared"
    """A row of the lifecycle leads from the one to the other."""
    PASSED = "passed"
    """Several rows do, one after the other: the states between were not seen."""
    ILLEGAL = "illegal"
    """None does."""


@dataclass(frozen=True, slots=True)
class StateSeen:
    """A state, and how many records were in it when they were seen last."""

    name: str
    initial: bool = False
    terminal: bool = False
    records: int = 0


@dataclass(frozen=True, slots=True)
class MoveSeen:
    """A move that is declared or was seen; *target* is empty where the record is gone then."""

    source: str
    target: str
    events: tuple[str, ...] = ()
    """What the rows that lead there are called: `finish`, or `cancel by cancelExport`."""
    times: int = 0
    kind: MoveKind = MoveKind.DECLARED


@dataclass(frozen=True, slots=True)
class PageSeen:
    """A page of the whole list: which size was asked for, where it begins, what it held."""

    limit: int | None
    start: int
    records: int
    times: int = 1


@dataclass(frozen=True, slots=True)
class ResourceSeen:
    """All that a run saw of one kind of records, in the words of the document."""

    name: str
    listing: str
    """The operation that lists, as method and path."""
    calls: Mapping[str, int] = field(default_factory=dict)
    """By operation, as its name, method and path: how often it was called."""
    states: tuple[StateSeen, ...] = ()
    moves: tuple[MoveSeen, ...] = ()
    pages: tuple[PageSeen, ...] = ()
    filtered: int = 0
    """Pages of a list that a filter had made shorter, which are not among *pages*."""
