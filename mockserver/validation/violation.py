"""What is found where a request or a response breaks the contract."""

from typing import Literal, NamedTuple


class Violation(NamedTuple):
    """The *side* that broke a *clause* (a JSON pointer) of the contract's *file*, and how."""

    side: Literal["request", "answer"]
    clause: str
    message: str
    file: str = "openapi.yaml"

    def __str__(self) -> str:
        """Return the violation as one line."""
        return f"{self.side} breaks {self.file}#{self.clause}: {self.message}"
