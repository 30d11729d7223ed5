"""What a request is sent for: it travels with the request, since many are under way at once."""

from __future__ import annotations

from dataclasses import dataclass

import requests

from contracts.http.exchange import Place


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
