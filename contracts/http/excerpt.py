"""The part of an answer that a violation is about, and how two states of a record differ."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.contract.pointer import PointerError, resolve
from contracts.http.json_text import Nested

Subject = Mapping[str, Any] | int | str
"""What a violation is about: a record as an answer held it, the jobId of one, or a JSON Pointer
into the body of the answer."""

KEY, ENVELOPE = "jobId", "data"
FIRST, LAST = 6, 3
"""How many records describe a long list."""

BEGINNING = 80
"""Octets of a body that is not what it should be."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part of an answer's body."""

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
    """Return *value*, read from an answer, as JSON; what nothing can write is said in words."""
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


def find_excerpts(body: Any, about: Sequence[Subject]) -> tuple[Excerpt, ...]:
    """Return each part of *body* that is in *about*; the one record of an answer always is."""
    found = [at for subject in about for at in _find_places(body, subject)]
    data = body.get(ENVELOPE) if isinstance(body, dict) else None
    if not found and isinstance(data, dict):
        found = [f"/{ENVELOPE}"]
    return tuple(Excerpt(at, as_json(resolve(body, at))) for at in dict.fromkeys(found))


def _find_places(body: Any, subject: Subject) -> Iterator[str]:
    if isinstance(subject, str):
        if _exists(body, subject):
            yield subject
        return
    number = subject.get(KEY) if isinstance(subject, Mapping) else subject
    data = body.get(ENVELOPE) if isinstance(body, dict) else None
    records: dict[str, Any] = {}
    if isinstance(data, dict):
        records = {f"/{ENVELOPE}": data}
    elif isinstance(data, list):
        records = {f"/{ENVELOPE}/{index}": one for index, one in enumerate(data)}
    for at, record in records.items():
        same = isinstance(record, dict) and type(number) is int and record.get(KEY) == number
        if record is subject or same:
            yield at


def _exists(body: Any, pointer: str) -> bool:
    try:
        resolve(body, pointer)
    except PointerError:
        return False
    return True


def describe_list(body: Any) -> str:
    """Return in words which records the list in *body* holds, or nothing if there is no list."""
    data = body.get(ENVELOPE) if isinstance(body, dict) else None
    if not isinstance(data, list):
        return ""
    if not data:
        return "no jobs"
    names = [as_json(one.get(KEY)) if isinstance(one, dict) else as_json(one) for one in data]
    names = [name if len(name) <= 40 else f"{name[:40]}..." for name in names]
    if len(names) > FIRST + LAST + 1:
        names = [*names[:FIRST], "...", *names[-LAST:]]
    return f"{len(data)} job{'' if len(data) == 1 else 's'}: {', '.join(names)}"
