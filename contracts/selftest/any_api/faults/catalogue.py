"""All promises of a contract, in the order of its table."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.contract.api import Api
from contracts.selftest.any_api.faults import (
    callers,
    copies,
    deadlines,
    deletion,
    filters,
    moves,
    pages,
    reading,
    responses,
    stamps,
    states,
)
from contracts.selftest.any_api.faults.promise import Fault, Promise, Unchecked

SOURCES = (
    callers,
    pages,
    filters,
    reading,
    states,
    moves,
    deletion,
    deadlines,
    copies,
    stamps,
    responses,
)


def list_promises(api: Api) -> Iterator[Promise]:
    """Go through all that the keys of *api* promise."""
    for source in SOURCES:
        yield from source.derive(api)


def list_faults(api: Api) -> list[Fault]:
    """Return each fault, of those that do the same to one promise the first."""
    found = [one for one in list_promises(api) if isinstance(one, Fault)]
    return list({one.sentence: one for one in reversed(found)}.values())[::-1]


def list_unchecked(api: Api) -> list[Unchecked]:
    """Return each promise that no law can check."""
    return list(dict.fromkeys(one for one in list_promises(api) if isinstance(one, Unchecked)))
