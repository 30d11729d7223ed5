"""The effects of faults, for ``faults.add(effect, ...)``. Durations are text such as ``2s``."""

from collections.abc import Mapping
from typing import Any, Literal

Effect = Mapping[str, Any]


def delay(duration: str) -> Effect:
    """Return: the answer comes *duration* later."""
    return {"kind": "delay", "duration": duration}


def delay_between(shortest: str, longest: str) -> Effect:
    """Return: the answer comes later, by anything between the two."""
    parts = {"duration": shortest, "upTo": longest}
    return {"kind": "delay", "distribution": "uniform", **parts}


def delay_around(median: str, sigma: float = 0.5) -> Effect:
    """Return: the answer comes later, log-normally; *sigma* spreads the logarithm."""
    parts = {"duration": median, "sigma": sigma}
    return {"kind": "delay", "distribution": "log-normal", **parts}


def status(code: int, *, headers: Mapping[str, str] | None = None, body: Any = None) -> Effect:
    """Return: the answer is *code*; a *body* that is no text is sent as JSON."""
    effect: dict[str, Any] = {"kind": "status", "status": code, "headers": headers or {}}
    return effect if body is None else {**effect, "body": body}


def reset(when: Literal["before", "after"] = "before") -> Effect:
    """Return: the connection breaks, before or after the call took effect."""
    return {"kind": "reset", "when": when}


def truncated(octets: int | None = None) -> Effect:
    """Return: the body ends after *octets*, or halfway."""
    return {"kind": "truncate", "octets": octets}


def malformed() -> Effect:
    """Return: the body is no JSON."""
    return {"kind": "malformed"}


def drip(octets: int, every: str) -> Effect:
    """Return: the body comes *octets* at a time, a piece *every* so often."""
    return {"kind": "drip", "octets": octets, "every": every}


def rate_limit(calls: int, window: str) -> Effect:
    """Return: 429 with Retry-After from the call after *calls* in a *window* on."""
    return {"kind": "rate-limit", "calls": calls, "window": window}
