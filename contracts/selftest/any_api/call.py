"""A call as a miniature of any API takes it, and the records that it is about."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

from contracts.contract.json_values import get_value
from contracts.contract.model import Operation
from contracts.contract.moves import Move
from contracts.contract.roles import Scheme
from contracts.selftest.messages import Request


@dataclass
class Entry:
    """A record of a deployment, whose it is, and how many were made before it."""

    record: dict[str, Any]
    owner: str
    scope: str
    number: int
    since: float = 0.0
    """When it came into its state, in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request for an operation, by a caller that is known, of what lies in one scope."""

    operation: Operation
    arguments: Mapping[str, str]
    request: Request
    caller: str
    scope: str
    body: Any
    """What the request carries, or an empty object."""

    def means(self, move: Move) -> bool:
        """Tell whether query and body are those by which *move* is meant."""
        for name, value in move.given.items():
            in_query = name.startswith("?")
            found = self.request.query.get(name[1:]) if in_query else get_value(self.body, name)
            if found not in ((_write(value),) if in_query else (value, _write(value))):
                return False
        return True


def _write(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def read_key(request: Request, scheme: Scheme) -> str:
    """Return the key that *request* carries by *scheme*; empty if it carries none."""
    if scheme.kind == "apiKey":
        if scheme.where == "query":
            return request.query.get(scheme.parameter, "")
        if scheme.where == "cookie":
            cookie = SimpleCookie(request.headers.get("cookie", "")).get(scheme.parameter)
            return cookie.value if cookie else ""
        return request.headers.get(scheme.parameter.lower(), "")
    kind, _, key = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != scheme.kind:
        return ""
    try:
        return b64decode(key).decode().removesuffix(":") if scheme.kind == "basic" else key
    except ValueError:
        return ""
