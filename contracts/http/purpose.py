"""What a request is sent for: it travels with the request, since many are under way at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    # The program says which packages are missing before it imports one of them.
    import requests

Place = tuple[Any, ...]
"""Where a request stands in the order of a run in which one is sent after the other.

Two places are compared like words: which request is sent first is chance, which comes first is not.
"""


@dataclass(frozen=True, slots=True)
class Purpose:
    """For what a request is sent, and how it may be judged."""

    law: str = ""
    """The law at work."""
    account: str = ""
    """What the request is counted for: the law, or a reading that several laws share."""
    place: Place = ()
    observed: bool = False
    """It is sent to see what the contract leaves open: no promise is judged by the response."""
    races: bool = False
    """It has to be under way at the same time as others, however many that are."""


def mark(request: requests.PreparedRequest, purpose: Purpose) -> None:
    """Let *request* say what it is sent for."""
    vars(request)["purpose"] = purpose


def get_purpose(request: requests.PreparedRequest) -> Purpose:
    """Return what *request* is sent for."""
    found: Purpose = vars(request).get("purpose") or Purpose()
    return found
