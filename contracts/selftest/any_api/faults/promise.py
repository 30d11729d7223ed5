"""A promise of a contract: a fault that breaks it, or why no law can check it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from contracts.contract.api import Api
from contracts.contract.moves import Lifecycle, Stamps
from contracts.contract.pages import Pages
from contracts.selftest.any_api.miniature import AnyMiniature


@dataclass(frozen=True, slots=True)
class Fault:
    """A deployment that breaks the promise at *clause*: by what it is, or by what it *plays*."""

    sentence: str
    """What it does; each fault of a contract has another one."""
    clause: str
    kind: type[AnyMiniature] = AnyMiniature
    plays: Api | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    foreign: bool = False
    """It shows only where the other tenant is one that the key does not open."""


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A promise at *clause* that no law can check from outside, and why."""

    promise: str
    clause: str
    why: str


Promise = Fault | Unchecked


def play_pages(api: Api, **changes: Any) -> Api:
    """Return *api* with another way to page."""
    pages = api.resource.pages
    if not isinstance(pages, Pages):
        raise TypeError("the contract has no pages")
    return _play(api, pages=replace(pages, **changes))


def play_lifecycle(api: Api, **changes: Any) -> Api:
    """Return *api* with another lifecycle."""
    life = api.resource.lifecycle
    if not isinstance(life, Lifecycle):
        raise TypeError("the contract has no lifecycle")
    return _play(api, lifecycle=replace(life, **changes))


def _play(api: Api, **changes: Any) -> Api:
    return replace(api, resource=replace(api.resource, **changes))


def get_stamps(api: Api) -> Stamps:
    """Return the timestamps of a record, none if none are declared."""
    life = api.resource.lifecycle
    return (life.stamps if life else None) or Stamps()
