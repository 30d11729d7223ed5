"""How a request carries a key, as the security of the contract says."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field

from contracts.contract.roles import Scheme, Security

BEARER = Scheme("bearer", "header", "Authorization", "#")


@dataclass(frozen=True, slots=True)
class Carried:
    """The headers and the members of the query that carry a key."""

    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)


NOTHING = Carried()
"""A call without a key."""


def carry(security: Security, key: str) -> Carried:
    """Return what carries *key*, by the scheme that fits it best."""
    return carry_by(choose_scheme(security, key), key) if key else NOTHING


def choose_scheme(security: Security, key: str) -> Scheme:
    """Return the first scheme that takes *key*: `user:password` is for basic alone."""
    pair = ":" in key
    fitting = [one for one in security.schemes if (one.kind == "basic") is pair]
    return next(iter([*fitting, *security.schemes]), BEARER)


def carry_by(scheme: Scheme, key: str) -> Carried:
    """Return what carries *key* by *scheme*."""
    if scheme.kind == "basic":
        encoded = b64encode((key if ":" in key else f"{key}:").encode()).decode()
        return Carried({"Authorization": f"Basic {encoded}"})
    if scheme.kind != "apiKey":
        return Carried({"Authorization": f"{scheme.kind.capitalize()} {key}"})
    if scheme.where == "query":
        return Carried(query={scheme.parameter: key})
    if scheme.where == "cookie":
        return Carried({"Cookie": f"{scheme.parameter}={key}"})
    return Carried({scheme.parameter: key})
