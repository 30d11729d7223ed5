"""The files that the judge ships: the contract, and the schema of its x- keys.

In a checkout each is a link to the one file that there is. Nothing is read or interpreted here.
"""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent


def find(name: str) -> Path:
    """Return a file that the package ships; in a checkout it is a link to the one file there is."""
    return HERE / name
