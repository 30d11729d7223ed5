"""Values of a record: made of the schemas of the contract, each told from the others by a number.

The numbers are those of the records, so that a deployment is the same each time it is made.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from enum import Enum
from typing import Any

from contracts.contract.api import Api
from contracts.contract.errors import DocumentError
from contracts.contract.pointer import unescape
from contracts.engine.bodies import follow, list_types, make_value

LONGEST = 65
"""Below how many digits a key has that its pattern makes so long."""

KINDS = 3
"""How many values a property without a list of values has in the records of one deployment."""


class PlayError(DocumentError):
    """A contract of which no deployment can be made; the text says what to add to it."""


def find_property(api: Api, place: str) -> Mapping[str, Any]:
    """Return the schema of the property at *place* of a record; empty if none is declared."""
    found = follow(api, api.resolve(api.resource.schema))
    for step in place.split("/")[1:]:
        name = unescape(step)
        found = follow(api, found.get("properties", {}).get(name, {}))
    return found


def is_required(api: Api, place: str) -> bool:
    """Tell whether a record has to have the property at *place*, which is one of its own."""
    return place[1:] in follow(api, api.resolve(api.resource.schema)).get("required", ())


def make_key(api: Api, number: int) -> str | int:
    """Return the key of the record with a *number*, in the form that its schema declares.

    Raises:
        PlayError: it has a pattern that no text which is tried here matches.
    """
    schema = find_property(api, api.resource.key or "")
    if {"integer", "number"} & set(list_types(schema)):
        return number
    if schema.get("format") == "uuid":
        return f"{number:08x}-0000-4000-8000-{number:012x}"
    pattern, example = schema.get("pattern", ""), str(schema.get("example", ""))
    digits = f"{number:06d}"
    begins = re.match(r"\^?([\w-]*)", pattern)
    padded = (f"{begins and begins[1]}{number:0{width}d}" for width in range(6, LONGEST))
    for text in (f"key-{digits}", re.sub(r"\d+$", digits, example), *padded):
        if re.search(pattern, text) and text.endswith(digits):
            return text
    message = f"no key was found that matches {pattern!r}; add an example that ends in digits"
    raise PlayError(api.file, f"{api.resource.schema}{api.resource.key}", message)


def make_member(api: Api, place: str, number: int, now: float) -> Any:
    """Return a value of the property at *place*: one of a few, by the *number* of the record."""
    schema = find_property(api, place)
    types, turn = list_types(schema), number % KINDS
    if values := [one for one in schema.get("enum", ()) if one is not None]:
        return values[number % len(values)]
    if schema.get("format") in ("date-time", "unixtime") or place in list_stamps(api):
        return write_moment(now - 3600 * (number + 1), find_unit(api, schema))
    if "integer" in types or "number" in types:
        return turn + 1
    if "boolean" in types:
        return number % 2 == 0
    if "string" in types and not schema.keys() & {"format", "pattern"}:
        return f"{place.rpartition('/')[2]}-{turn}"
    return make_value(api, schema)


def list_stamps(api: Api) -> tuple[str, ...]:
    """Return the places of the timestamps that the lifecycle declares."""
    life = api.resource.lifecycle
    return life.stamps.places if life and life.stamps else ()


def find_unit(api: Api, schema: Mapping[str, Any]) -> str:
    """Return the unit of a moment: as its format says, else that of the lifecycle."""
    life = api.resource.lifecycle
    if schema.get("format") == "date-time":
        return "rfc3339"
    return life.stamps.unit if life and life.stamps else "s"


def write_moment(seconds: float, unit: str) -> str | int:
    """Return a moment, in seconds since 1970, in *unit*."""
    if unit in ("ms", "s"):
        return int(seconds * 1000) if unit == "ms" else int(seconds)
    moment = datetime.fromtimestamp(int(seconds), UTC)
    return format_datetime(moment) if unit == "rfc2822" else f"{moment:%Y-%m-%dT%H:%M:%SZ}"


class Unset(Enum):
    """What a timestamp is that was not set, where that is not a value."""

    ABSENT = "absent"
    """The record does not have the member."""
    NEVER = "never"
    """It always has a value."""


def find_unset(api: Api, place: str) -> int | Unset | None:
    """Return what the timestamp at *place* is while it was not set."""
    types = list_types(find_property(api, place))
    if "null" in types:
        return None
    if "integer" in types:
        return 0
    return Unset.NEVER if is_required(api, place) else Unset.ABSENT
