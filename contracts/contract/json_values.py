"""Values of JSON: what is at a pointer, and whether two are the same."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from contracts.contract.pointer import PointerError, resolve, unescape

Record = Mapping[str, Any]


def get_value(record: Any, pointer: str) -> Any:
    """Return what is at *pointer* in *record*; None if nothing is."""
    try:
        return resolve(record, pointer)
    except PointerError:
        return None


def has_value(record: Any, pointer: str) -> bool:
    """Tell whether something is at *pointer* in *record*, if only null."""
    try:
        resolve(record, pointer)
    except PointerError:
        return False
    return True


def put(body: Any, pointer: str, value: Any) -> None:
    """Set what is at *pointer* in *body*; the objects on the way there are made."""
    *above, last = (unescape(step) for step in pointer.split("/")[1:])
    for step in above:
        body = body.setdefault(step, {})
    body[last] = value


def is_same(one: Any, other: Any) -> bool:
    """Tell whether two JSON values are the same: true is not 1, and 1.0 is 1."""
    return one == other and isinstance(one, bool) is isinstance(other, bool)


def find_records(value: Any, pointer: str) -> Sequence[Record]:
    """Return the records of a page: the objects in the array at *pointer* of its body."""
    found = get_value(value, pointer)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def freeze(value: Any) -> Hashable:
    """Return *value* so that it can be counted."""
    return repr(value) if isinstance(value, dict | list) else value
