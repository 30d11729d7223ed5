"""The effects of faults, for ``faults.add(effect, ...)``. Durations are text such as ``2s``."""

from collections.abc import Mapping
from typing import Any, Literal

Effect = Mapping[str, Any]


def delay(duration: str) -> Effect:
    """Return the effect that delays the response by *duration*."""
    return {"kind": "delay", "duration": duration}


def delay_between(shortest: str, longest: str) -> Effect:
    """Return the effect that delays the response by a random time between the two."""
    parts = {"duration": shortest, "upTo": longest}
    return {"kind": "delay", "distribution": "uniform", **parts}


def delay_around(median: str, sigma: float = 0.5) -> Effect:
    """Return the effect that delays by log-normal times around *median*; *sigma* spreads them."""
    parts = {"duration": median, "sigma": sigma}
    return {"kind": "delay", "distribution": "log-normal", **parts}


def status(code: int, *, headers: Mapping[str, str] | None = None, body: Any = None) -> Effect:
    """Return the effect that answers *code*; a *body* that is not text is sent as JSON."""
    effect: dict[str, Any] = {"kind": "status", "status": code, "headers": headers or {}}
    return effect if body is None else {**effect, "body": body}


def reset(when: Literal["before", "after"] = "before") -> Effect:
    """Return the effect that resets the connection, before or after the call takes effect."""
    return {"kind": "reset", "when": when}


def truncated(octets: int | None = None) -> Effect:
    """Return the effect that ends the body after *octets*, or halfway."""
    return {"kind": "truncate", "octets": octets}


def malformed() -> Effect:
    """Return the effect that makes the body invalid JSON."""
    return {"kind": "malformed"}


def drip(octets: int, every: str) -> Effect:
    """Return the effect that sends *octets* of the body at a time, a piece *every* duration."""
    return {"kind": "drip", "octets": octets, "every": every}


def rate_limit(calls: int, window: str) -> Effect:
    """Return the effect that answers 429 with Retry-After beyond *calls* calls in a *window*."""
    return {"kind": "rate-limit", "calls": calls, "window": window}
