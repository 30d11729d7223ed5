"""A record as it is kept from run to run: key, state, stamps, and digests of its other members."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from contracts.contract.document import Document
from contracts.contract.model import Lifecycle
from contracts.http.json_text import Nested

MOST_RECORDS = 5_000
"""How many records a file keeps: about 3 MB."""

DIGEST = 8
"""Octets of a digest: enough to see that a member changed."""

WIDEST = 2**63
"""Numbers from here on are not kept: no timestamp is as high."""


class Remembered(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A record as a run saw it last."""

    project: str
    key: int
    state: str
    stamps: dict[str, int | None]
    """The timestamps that the lifecycle names: made, moved and due, in milliseconds."""
    members: dict[str, str]
    """A digest of each other member, by its name."""
    first: str
    last: str
    """When the runs began that saw the record first and last: ISO 8601, UTC."""


@dataclass(frozen=True, slots=True)
class Describer:
    """Puts records into the form in which they are kept."""

    document: Document
    salt: str
    """Hexadecimal; another one in each file, so that digests of two files cannot be compared."""

    def describe(self, project: str, job: Mapping[str, Any], at: str) -> Remembered | None:
        """Return *job* as the run that began *at* keeps it; None if it has no key or state."""
        life = self.document.lifecycle
        resource = self.document.resource
        key, state = resource.find_key(job), resource.find_state(job)
        if type(key) is not int or abs(key) >= WIDEST or state is None:
            return None
        names = list_stamps(life)
        return Remembered(
            project=project,
            key=key,
            state=state,
            stamps={name: _read_stamp(job[name]) for name in names if name in job},
            members={
                name: self.digest(job[name])
                for name in self.document.item["properties"]
                if name in job and name not in (*names, life.field) and f"/{name}" != resource.key
            },
            first=at,
            last=at,
        )

    def digest(self, value: Any) -> str:
        """Return the digest of a member's value."""
        text = value.text if isinstance(value, Nested) else json.dumps(value, sort_keys=True)
        salt = bytes.fromhex(self.salt)
        return hashlib.blake2b(text.encode(), key=salt, digest_size=DIGEST).hexdigest()


def list_stamps(life: Lifecycle) -> tuple[str, ...]:
    """Return the members that hold a time: when a record was made, moved, and when it is due."""
    due = (move.not_before for move in life.transitions if move.not_before)
    return tuple(dict.fromkeys((life.made, life.moved, *due)))


def _read_stamp(value: Any) -> int | None:
    return value if type(value) is int and abs(value) < WIDEST else None


def choose_earlier(one: Remembered, other: Remembered, life: Lifecycle) -> Remembered:
    """Return what is safe to keep of two sightings of a record whose order is not known.

    That is the one from which the other can follow: what is judged by it is never too much.
    """
    first = min(one.first, other.first)
    if one.state != other.state:
        kept = one if other.state in life.find_reachable(one.state) else other
    else:
        kept = min(one, other, key=lambda record: record.stamps.get(life.moved) or 0)
    return msgspec.structs.replace(kept, first=first)


def select_kept(records: Iterable[Remembered], life: Lifecycle) -> list[Remembered]:
    """Return up to MOST_RECORDS of *records*, in a fixed order.

    The first that are left out are those that can no longer move and were not seen for the longest
    time, then those with the lowest keys; records that can still move go last.
    """

    def rank(record: Remembered) -> tuple[bool, str, int]:
        return record.state not in life.terminal, record.last, record.key

    kept = sorted(records, key=rank, reverse=True)[:MOST_RECORDS]
    return sorted(kept, key=lambda record: (record.project, record.key))
