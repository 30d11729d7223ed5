"""What is found where a request or a response breaks the contract."""

from typing import Literal, NamedTuple


class Violation(NamedTuple):
    """The *side* that broke a *clause* of openapi.yaml (a JSON pointer), and how."""

    side: Literal["request", "answer"]
    clause: str
    message: str

    def __str__(self) -> str:
        """Return the violation as one line."""
        return f"{self.side} breaks openapi.yaml#{self.clause}: {self.message}"
