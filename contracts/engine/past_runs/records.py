"""A record as it is kept from run to run: key, state, stamps, and digests of its other members."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from contracts.contract.api import Api
from contracts.contract.document import Document
from contracts.contract.json_values import get_value
from contracts.contract.moments import UNSET, read_moment
from contracts.contract.moves import Lifecycle, Stamps
from contracts.contract.roles import Key
from contracts.http.json_text import Nested

MOST_RECORDS = 5_000
"""How many records a file keeps, of all resources together: about 3 MB."""

DIGEST = 8
"""Octets of a digest: enough to see that a member changed."""

WIDEST = 2**63
"""Numbers from here on are not kept: no timestamp is as high."""

LONGEST = 512
"""Characters of a key: a record of a longer one is not kept."""


class Remembered(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A record as a run saw it last."""

    project: str
    """What the path of a call says of the records that it sees."""
    key: Key
    state: str
    stamps: dict[str, int | None]
    """The timestamps that the lifecycle names, in milliseconds, by the member that has them."""
    members: dict[str, str]
    """A digest of each other member that says what the record is, by its name."""
    first: str
    last: str
    """When the runs began that saw the record first and last: ISO 8601, UTC."""
    resource: str = ""
    """What records of its kind are called; a file of version 1 has it in its title."""


@dataclass(frozen=True, slots=True)
class Describer:
    """Puts records into the form in which they are kept."""

    document: Api
    salt: str
    """Hexadecimal; another one in each file, so that digests of two files cannot be compared."""

    def describe(self, project: str, job: Mapping[str, Any], at: str) -> Remembered | None:
        """Return *job* as the run that began *at* keeps it; None if it has no key or state."""
        resource = self.document.resource
        key, state = resource.find_key(job), resource.find_state(job)
        if key is None or not _is_kept(key) or state is None:
            return None
        members = {place: get_value(job, place) for place in list_members(self.document)}
        return Remembered(
            project=project,
            key=key,
            state=state,
            stamps=read_stamps(self.document, job),
            members={
                name_member(place): self.digest(value)
                for place, value in members.items()
                if value is not None or place[1:] in job
            },
            first=at,
            last=at,
            resource=resource.name,
        )

    def digest(self, value: Any) -> str:
        """Return the digest of a member's value."""
        text = value.text if isinstance(value, Nested) else json.dumps(value, sort_keys=True)
        salt = bytes.fromhex(self.salt)
        return hashlib.blake2b(text.encode(), key=salt, digest_size=DIGEST).hexdigest()


def _is_kept(key: Key) -> bool:
    return len(key) <= LONGEST if isinstance(key, str) else abs(key) < WIDEST


def name_member(place: str) -> str:
    """Return what the file calls the member at *place*."""
    return place.removeprefix("/")


def list_members(api: Api) -> tuple[str, ...]:
    """Return the places of members of which a digest is kept.

    They are what the document says to be kept; of the jobs API, all but state and timestamps.
    """
    life, resource = api.resource.lifecycle, api.resource
    special = {resource.key, *list_stamps(api)}
    special |= {p for members in (life.states.values() if life else ()) for p in members}
    places = life.keeps if life else ()
    if isinstance(api, Document):
        places = tuple(f"/{name}" for name in api.item["properties"])
    return tuple(place for place in places if place not in special)


def list_stamps(api: Api) -> tuple[str, ...]:
    """Return the places that hold a time: those of the lifecycle, and when a record is due."""
    life = api.resource.lifecycle
    stamps = (life.stamps if life else None) or Stamps()
    due = (move.not_before for move in (life.moves if life else ()) if move.not_before)
    return tuple(dict.fromkeys((*stamps.places, *due)))


def read_stamps(api: Api, record: Mapping[str, Any]) -> dict[str, int | None]:
    """Return the timestamps of a record in milliseconds, by the member that has them."""
    places = list_stamps(api)
    return {
        name_member(place): read_stamp(api, get_value(record, place))
        for place in places
        if get_value(record, place) is not None or place[1:] in record
    }


def read_stamp(api: Api, value: Any) -> int | None:
    """Return a timestamp in milliseconds; None if it was not set, or is not one."""
    life = api.resource.lifecycle
    unit = life.stamps.unit if life and life.stamps else "ms"
    if unit == "ms":
        return value if type(value) is int and abs(value) < WIDEST else None
    moment = None if value in UNSET else read_moment(value, unit)
    return None if moment is None or abs(moment) > WIDEST / 1000 else round(moment * 1000)


def get_moved(life: Lifecycle) -> str:
    """Return what the file calls the timestamp of the last move; empty if there is none."""
    return name_member((life.stamps and life.stamps.moved) or "")


def choose_earlier(one: Remembered, other: Remembered, life: Lifecycle) -> Remembered:
    """Return what is safe to keep of two sightings of a record whose order is not known.

    That is the one from which the other can follow: what is judged by it is never too much.
    """
    first = min(one.first, other.first)
    if one.state != other.state:
        kept = one if other.state in life.find_reachable(one.state) else other
    else:
        kept = min(one, other, key=lambda one: one.stamps.get(get_moved(life)) or 0)
    return msgspec.structs.replace(kept, first=first)


def select_kept(
    records: Iterable[Remembered], life: Lifecycle, resources: int = 1
) -> list[Remembered]:
    """Return up to MOST_RECORDS of *records*, of each of several *resources* a part, in an order.

    The first that are left out are those that can no longer move and were not seen for the longest
    time, then those with the lowest keys; records that can still move go last.
    """

    def rank(record: Remembered) -> tuple[Any, ...]:
        return record.state not in life.terminal, record.last, sort_key(record.key)

    kept = sorted(records, key=rank, reverse=True)[: max(1, MOST_RECORDS // resources)]
    return sorted(kept, key=lambda record: (record.project, sort_key(record.key)))


def sort_key(key: Key) -> tuple[bool, Key]:
    """Return what keys are sorted by: numbers come before texts."""
    return isinstance(key, str), key
