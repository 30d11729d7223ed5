"""The records of a response, in the words of the document: how many, which, in what state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.contract.api import Api
from contracts.contract.document import Document
from contracts.contract.json_values import get_value
from contracts.contract.pointer import PointerError, resolve
from contracts.http.excerpt import Excerpt, Subject, as_json
from contracts.http.exchange import NOT_JSON, Exchange
from contracts.http.shown import is_success

FIRST, LAST = 6, 3
"""How many records describe a long list."""

WIDE = 240
"""Characters of their names and states from which on it is half as many."""

LONGEST_KEY = 40
"""Characters of what a record is called."""

LONGEST_RECORD = 600
"""Characters of a record from which on what tells its state comes first, since it may be cut; where
nothing of it is in question, it is all that is shown."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """The records of a response, each by the pointer to it in the body."""

    records: Mapping[str, Any]
    is_list: bool


def _find_shown(exchange: Exchange, api: Api) -> _Shown | None:
    """Return the records of a response; None if it shows none."""
    resource, body = api.resource, exchange.json
    listing = exchange.operation == resource.list.id
    if isinstance(api, Document):  # in its envelope whichever operation was called
        place: str | None = resource.items
    elif listing:
        place = resource.items
    else:
        place = resource.shows.get(exchange.operation or "") if is_success(exchange, api) else None
    if place is None or body is NOT_JSON:
        return None
    found = get_value(body, place)
    if isinstance(found, list):
        return _Shown({f"{place}/{i}": one for i, one in enumerate(found)}, is_list=True)
    return _Shown({place: found}, is_list=False) if isinstance(found, dict) else None


def find_excerpts(exchange: Exchange, about: Sequence[Subject], api: Api) -> tuple[Excerpt, ...]:
    """Return each part of a response that is in *about*; the one record of a response always is."""
    if exchange.json is NOT_JSON:
        return ()
    shown = _find_shown(exchange, api)
    records = shown.records if shown else {}
    found = [at for one in about for at in _find_places(exchange.json, records, one, api)]
    if not found and shown and not shown.is_list:
        return tuple(Excerpt(at, _write(one, api, whole=False)) for at, one in records.items())
    return tuple(
        Excerpt(at, _write(resolve(exchange.json, at), api)) for at in dict.fromkeys(found)
    )


def _find_places(
    body: Any, records: Mapping[str, Any], subject: Subject, api: Api
) -> Iterator[str]:
    if isinstance(subject, str) and subject.startswith("/"):
        if _exists(body, subject):
            yield subject
        return
    find_key = api.resource.find_key
    key = find_key(subject) if isinstance(subject, Mapping) else subject
    for at, record in records.items():
        same = isinstance(record, dict) and key is not None and find_key(record) == key
        if record is subject or same:
            yield at


def _exists(body: Any, pointer: str) -> bool:
    try:
        resolve(body, pointer)
    except PointerError:
        return False
    return True


def _write(value: Any, api: Api, *, whole: bool = True) -> str:
    """Return a part of a response as JSON; of a long record, what tells its state first."""
    text = as_json(value)
    if len(text) <= LONGEST_RECORD or not isinstance(value, dict):
        return text
    resource, life = api.resource, api.resource.lifecycle
    places = [resource.key, *(at for one in (life.states.values() if life else ()) for at in one)]
    places += life.stamps.places if life and life.stamps else ()
    names = dict.fromkeys(place.split("/")[1] for place in places if place)
    told = {name: value[name] for name in names if name in value}
    if whole or not told:
        return as_json({**told, **value})
    return f"{as_json(told)[:-1]}, ...}}" if len(told) < len(value) else as_json(told)


def describe_records(exchange: Exchange, api: Api) -> str:
    """Return in words which records a response shows, and their states; empty if it shows none.

    Where all records of a list are in one state, it is said once.
    """
    shown, name = _find_shown(exchange, api), api.resource.name
    if shown is None:
        return ""
    records = list(shown.records.values())
    if not records:
        return f"no {name}"
    states = [_name_state(one, api) for one in records]
    if not shown.is_list:
        return f"record {_name_key(records[0], api)} of {name}{states[0] and f' ({states[0]})'}"
    alike = len(set(states)) == 1 and len(states) > 1 and states[0] != ""
    names = [
        _name_key(one, api) + ("" if alike or not state else f" ({state})")
        for one, state in zip(records, states, strict=True)
    ]
    return f"{_count(len(records), name)}{f', all {states[0]}' if alike else ''}: {_shorten(names)}"


def _count(number: int, name: str) -> str:
    """Return how many records there are; a resource may have a name in the singular."""
    if number > 1 and name.endswith("s"):
        return f"{number} {name}"
    return f"{number} record{'s' if number > 1 else ''} of {name}"


def _shorten(names: list[str]) -> str:
    """Return the first and the last of *names*."""
    wide = len(", ".join([*names[:FIRST], *names[-LAST:]])) > WIDE
    first, last = (FIRST // 2, LAST // 2) if wide else (FIRST, LAST)
    if len(names) > first + last + 1:
        names = [*names[:first], "...", *names[-last:]]
    return ", ".join(names)


def _name_key(record: Any, api: Api) -> str:
    """Return what a record is called; a text that could be taken for something else is quoted."""
    value = get_value(record, api.resource.key or "") if isinstance(record, dict) else record
    plain = isinstance(value, str) and not value.isdecimal() and value.isprintable() and value
    text = value if plain else as_json(value)
    return text if len(text) <= LONGEST_KEY else f"{text[:LONGEST_KEY]}..."


def _name_state(record: Any, api: Api) -> str:
    """Return the state of a record; what is in none that is declared is told by its values."""
    life = api.resource.lifecycle
    if life is None or not isinstance(record, dict):
        return ""
    found = api.resource.find_state(record)
    if found is not None:
        return found
    places = dict.fromkeys(place for one in life.states.values() for place in one)
    values = [str(value) for p in places if (value := get_value(record, p)) is not None]
    text = ", ".join(values)
    return text if len(text) <= LONGEST_KEY else f"{text[:LONGEST_KEY]}..."
