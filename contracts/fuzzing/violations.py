"""What generated calls showed: violations by their kind, as the laws on them report it.

Nothing of schemathesis is imported here, so that listing the laws need not wait for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from contracts.engine.verdict import Violation
from contracts.http.excerpt import Subject
from contracts.http.exchange import Exchange


class Kind(StrEnum):
    """What a violation is about; each kind has a law."""

    VALID = "valid"
    INVALID = "invalid"
    FORM = "form"
    LINK = "link"
    PAGE = "page"


class CallViolation(Violation):
    """A violation by one generated call, and what it shares with others of the same cause."""

    def __init__(  # noqa: PLR0913, PLR0917 -- what a violation is about, and its kind and cause
        self,
        kind: Kind,
        cause: str,
        expected: str,
        actual: str,
        exchanges: Sequence[Exchange],
        about: Sequence[Subject] = (),
    ) -> None:
        super().__init__(expected, actual, exchanges, about=about)
        self.kind = kind
        self.cause = cause


@dataclass
class FuzzResult:
    """What the phases showed, by kind."""

    exercised: dict[Kind, Counter[str]]
    violations: dict[Kind, list[CallViolation]]
    unconfirmed: dict[Kind, int]
    """Violations that did not occur again when their calls were repeated."""
    setup_failure: str = ""
    """Why nothing can be judged, if so."""
    errors: list[str] = field(default_factory=list)
    """What schemathesis could not do."""
