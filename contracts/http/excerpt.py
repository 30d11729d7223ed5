"""Parts of a response as JSON, and how two states of a record differ."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.http.json_text import Nested

Subject = Mapping[str, Any] | int | str
"""What a violation is about: a record as a response held it, the key of one, or a JSON Pointer into
the body of the response."""

BEGINNING = 80
"""Octets of a body that is not what it should be."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part of a response's body."""

    at: str
    """Where it is: a JSON Pointer (RFC 6901) into the body, such as `/data/17`."""
    text: str
    """The JSON at that place."""


@dataclass(frozen=True, slots=True)
class Change:
    """A member in which two states of one record differ."""

    member: str
    before: str | None
    after: str | None
    """JSON; None where the record has no such member."""


def as_json(value: Any) -> str:
    """Return *value*, read from a response, as JSON; what nothing can write is said in words."""
    try:
        return json.dumps(value, ensure_ascii=False, default=_encode_nested)
    except (ValueError, RecursionError) as error:
        return f"(cannot be shown: {error})"


def _encode_nested(member: object) -> Any:
    """Return what a nested member of a record holds."""
    if isinstance(member, Nested):
        return json.loads(member.text)
    raise TypeError(f"{type(member).__name__} is not a value of JSON")


def cut_beginning(body: bytes) -> str:
    """Return how *body* begins, as text."""
    if not body:
        return "empty"
    text = body[:BEGINNING].decode("utf-8", "replace")
    return f"{text}..." if len(body) > BEGINNING else text


def compare_records(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """Return the members in which *after* is not *before*, in the order of *before*."""
    return tuple(
        Change(
            name,
            as_json(before[name]) if name in before else None,
            as_json(after[name]) if name in after else None,
        )
        for name in dict.fromkeys([*before, *after])
        if name not in before or name not in after or before[name] != after[name]
    )
