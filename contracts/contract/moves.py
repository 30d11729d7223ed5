"""How a record moves, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SERVER = "server"
"""Who makes a move that no client asks for."""


@dataclass(frozen=True, slots=True)
class Stamps:
    """The properties that hold moments, as pointers; *entered* by state."""

    made: str | None = None
    moved: str | None = None
    entered: Mapping[str, str] = field(default_factory=dict)
    unit: str = "ms"

    @property
    def places(self) -> tuple[str, ...]:
        """Return all of them, each once."""
        single = [place for place in (self.made, self.moved) if place is not None]
        return tuple(dict.fromkeys([*single, *self.entered.values()]))


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the lifecycle; *targets* is empty where the record is gone afterwards.

    *otherwise* is the status by state, `*` for the rest; what is not there is not declared.
    """

    event: str
    by: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    clause: str
    given: Mapping[str, Any] = field(default_factory=dict)
    not_before: str | None = None
    within: str | None = None
    delayed: bool = False
    """The call is answered at once and takes effect later (`after`)."""
    otherwise: Mapping[str, int] = field(default_factory=dict)

    def get_refusal(self, state: str) -> int | None:
        """Return the declared status of a call in *state*, from which the row does not lead."""
        return self.otherwise.get(state, self.otherwise.get("*"))


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """How a record moves; each state is what some properties, by pointer, have for values."""

    states: Mapping[str, Mapping[str, Any]]
    initial: tuple[str, ...]
    terminal: tuple[str, ...]
    moves: tuple[Move, ...]
    clause: str
    stamps: Stamps | None = None
    keeps: tuple[str, ...] = ()

    def find_reachable(self, state: str, *, by: str | None = None) -> frozenset[str]:
        """Return each state reachable from *state*, itself included, by moves of *by* (or all)."""
        seen = {state}
        while True:
            more = {
                target
                for move in self.moves
                if by in (None, move.by) and seen.intersection(move.sources)
                for target in move.targets
            }
            if more <= seen:
                return frozenset(seen)
            seen |= more
