"""What generated calls showed: objections by their kind, as the laws on them read it.

Nothing of schemathesis is imported here, so that listing the laws need not wait for it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from contracts.http.excerpt import Subject
from contracts.http.exchange import Exchange


class Kind(StrEnum):
    """What a finding is about; each kind has a law."""

    VALID = "valid"
    INVALID = "invalid"
    FORM = "form"
    LINK = "link"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Objection:
    """A breach by one call, and what it has in common with others of the same cause."""

    kind: Kind
    cause: str
    expected: str
    actual: str
    exchanges: tuple[Exchange, ...]
    about: tuple[Subject, ...] = ()
    """The parts of the answers that it is about."""


@dataclass
class Reading:
    """What the phases showed, by what it is about."""

    exercised: dict[Kind, Counter[str]]
    objections: dict[Kind, list[Objection]]
    doubts: dict[Kind, int]
    """Objections that did not come up again."""
    trouble: str = ""
    """Why nothing can be told, if so."""
    errors: list[str] = field(default_factory=list)
    """What schemathesis could not do."""
