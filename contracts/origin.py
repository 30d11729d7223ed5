"""Where the contract comes from, and how a trouble with it is told."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent


class DocumentError(ValueError):
    """The contract cannot be read: says the file, the place and what is wrong there."""

    def __init__(self, file: str, pointer: str, trouble: str) -> None:
        super().__init__(f"{file} {pointer}: {trouble}")


def find(name: str) -> Path:
    """Return a file that the package ships; in a checkout it is a link to the one file there is."""
    return HERE / "shipped" / name
