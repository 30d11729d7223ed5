"""What may leave this process: the effects guard, below everything that speaks HTTP.

`--effects none` sends safe methods only, `any` whatever a law asks for. What `own` lets through,
each kind of API says: `jobs_guard` and `record_guard`.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

import requests

from contracts.contract.api import Api
from contracts.contract.roles import Key
from contracts.http.exchange import Exchange
from contracts.target import Effects, Target, get_origin

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""RFC 9110 §9.2.1, without TRACE, which some servers take for something else."""

OVERRIDES = re.compile(r"x-(http-)?method(-override)?", re.IGNORECASE)
"""Headers with which some frameworks let a GET act as another method."""

A = TypeVar("A", bound=Api)


class Refused(requests.exceptions.RequestException):
    """The effects guard kept a request from leaving."""


@dataclass
class Guard(ABC, Generic[A]):
    """Decides which requests may leave, and learns from responses which records are this run's."""

    target: Target
    document: A
    synthetic: str
    """What everything that this run names starts with."""
    refused: int = 0
    _own: dict[str, set[Key]] = field(default_factory=dict)
    _unknown: dict[str, set[Key]] = field(default_factory=dict)
    """By scope: the keys of own records, and those that the deployment does not have."""
    _lock: Lock = field(default_factory=Lock)

    def admit(self, request: requests.PreparedRequest) -> None:
        """Return if *request* may leave, and raise Refused if it may not."""
        trouble = self._explain_refusal(
            (request.method or "").upper(), request.url or "", list(request.headers)
        )
        if trouble is not None:
            with self._lock:
                self.refused += 1
            raise Refused(f"not sent: {trouble}")

    @abstractmethod
    def learn(self, exchange: Exchange) -> None:
        """Remember which records are own, and which keys a scope does not have."""

    @abstractmethod
    def _explain_refusal_of_own(self, method: str, url: str) -> str | None:
        """Say why a request that could change something may not leave under `--effects own`."""

    def adopt(self, scope: str, key: Key) -> None:
        """Take a record that the user's driver made over as this run's own."""
        with self._lock:
            self._own.setdefault(scope, set()).add(key)

    def get_own(self, scope: str) -> frozenset[Key]:
        """Return the keys of the records that this run made in *scope*."""
        with self._lock:
            return frozenset(self._own.get(scope, ()))

    def list_own(self) -> list[tuple[str, Key]]:
        """Return scope and key of each record that this run made."""
        with self._lock:
            return sorted(
                ((scope, key) for scope, keys in self._own.items() for key in keys),
                key=lambda one: (one[0], str(one[1]).rjust(40, "0")),
            )

    def _explain_refusal(self, method: str, url: str, headers: list[str]) -> str | None:
        if get_origin(url) != self.target.origin:
            return f"{url} is not the deployment"
        if self.target.effects is Effects.ANY:
            return None
        if any(OVERRIDES.fullmatch(name) for name in headers) or "_method=" in url:
            return "it asks for another method than its own"
        if method in SAFE:
            return None
        if self.target.effects is Effects.NONE:
            return f"{method} could change something, and --effects is none"
        return self._explain_refusal_of_own(method, url)
