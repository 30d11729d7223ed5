"""What the control API answers about records of any API, as typed values."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct


class NextMove(Struct, frozen=True):
    """What will happen to a record next (to None: it is gone), and when."""

    to: str | None
    at: str


class SteeredRecord(Struct, frozen=True):
    """A record as its API shows it, and what will become of it."""

    key: int | str
    scope: tuple[str, ...]
    state: str
    record: Mapping[str, Any]
    next: NextMove | None


class RecordList(Struct, frozen=True):
    """Records of a resource: *found* fit what was asked for, and these are a page of them.

    *counts* says how many there are in each state, whether or not they fit.
    """

    records: tuple[SteeredRecord, ...]
    found: int = 0
    counts: Mapping[str, int] = {}
