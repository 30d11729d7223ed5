"""The ``x-`` keys of openapi.yaml: where they may stand and what they hold.

``docs/schemas/extensions.schema.json`` describes them. The types here accept just what it does,
and do so at once; the schema is asked when they refuse, since it finds every fault and says why.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

#: Members of a document that hold data of the API, in which an ``x-`` key means nothing.
_DATA = frozenset({"example", "value", "enum", "const"})

_T = TypeVar("_T")
_Some = Annotated[tuple[str, ...], Meta(min_length=1)]
_Refusing = Annotated[int, Meta(ge=400, le=499)]


def read_optional(value: _T | UnsetType) -> _T | None:
    """Return the value of a member that may be left out, or None."""
    return None if value is UNSET else value


class _Key(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """What all of them share: camelCase, and no member that is not known."""


class Stamps(_Key, frozen=True):
    """Which properties hold the moments at which a record was made and last moved."""

    made: str
    moved: str


class TransitionRow(_Key, frozen=True, rename={"sources": "from", "not_before": "notBefore"}):
    """One row of ``x-lifecycle``'s transitions."""

    event: str
    by: str
    sources: _Some
    to: str
    not_before: str | UnsetType = UNSET
    otherwise: _Refusing | UnsetType = UNSET


class LifecycleKey(_Key, frozen=True):
    """``x-lifecycle``."""

    field: str
    initial: str
    terminal: tuple[str, ...]
    stamps: Stamps
    transitions: Annotated[tuple[TransitionRow, ...], Meta(min_length=1)]


class BoundRow(_Key, frozen=True):
    """``limit`` or ``page`` of ``x-pagination``."""

    parameter: str
    default: int
    min: int
    outside: Literal["default"]
    max: int | UnsetType = UNSET


class PaginationKey(_Key, frozen=True):
    """``x-pagination``."""

    style: Literal["page"]
    items: Annotated[str, Meta(pattern="^(/[^/]+)+$")]
    limit: BoundRow
    page: BoundRow


class ConflictKey(_Key, frozen=True, rename={"states": "while"}):
    """``x-conflict``."""

    parameter: str
    key: str
    states: _Some
    status: _Refusing


#: Each known key, its type, and what it may stand on: a part of a document, so many steps down.
KNOWN: Mapping[str, tuple[type[_Key], str, int]] = {
    "x-lifecycle": (LifecycleKey, "/components/schemas/", 4),
    "x-pagination": (PaginationKey, "/paths/", 4),
    "x-conflict": (ConflictKey, "/paths/", 4),
}


def find(value: Any, pointer: str = "") -> Iterator[tuple[str, str, Any]]:
    """Yield the pointer, the name and the value of each ``x-`` key in a parsed document."""
    if isinstance(value, dict):
        for name, member in value.items():
            below = f"{pointer}/{str(name).replace('~', '~0').replace('/', '~1')}"
            if str(name).startswith("x-"):
                yield below, name, member
            elif name not in _DATA and not (name == "examples" and isinstance(member, list)):
                yield from find(member, below)
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from find(member, f"{pointer}/{index}")


def explain_misplaced(name: str, pointer: str) -> str | None:
    """Return what is wrong with an ``x-`` key of that name at *pointer*, or None."""
    if name not in KNOWN:
        return f"{name} is not known; known are {', '.join(KNOWN)}"
    _, place, steps = KNOWN[name]
    if not pointer.startswith(place):
        return f"{name} means nothing outside {place}"
    if pointer.count("/") != steps:
        on = "an operation" if place == "/paths/" else "the schema of a record"
        return f"{name} means nothing here; write it on {on}"
    return None


def accepts(name: str, value: Any) -> bool:
    """Return whether *value* is what the known key *name* may hold."""
    try:
        msgspec.convert(value, KNOWN[name][0])
    except msgspec.ValidationError:
        return False
    return name != "x-lifecycle" or all(_is_whole(row) for row in value["transitions"])


def _is_whole(row: Mapping[str, Any]) -> bool:
    """A client's row says what else the client gets; a server's may have a ``notBefore``."""
    by_server = row["by"] == "server"
    return (
        ("otherwise" not in row) if by_server else ("otherwise" in row and "notBefore" not in row)
    )
