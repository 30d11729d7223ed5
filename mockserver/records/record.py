"""A record as a value: its JSON text, and what the engine has to know of it."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct, structs

from mockserver.records.places import Place

_ENCODER = msgspec.json.Encoder()
#: Few records need more; for those the encoder makes room.
_USUAL_BYTES = 512
#: What identifies a record within its scope.
Key = int | str
#: The values of the path parameters that name a list, in their order.
Scope = tuple[str, ...]


class Planned(Struct, frozen=True):
    """What becomes of a record if nobody interferes: it moves *to* a state (None: it is gone).

    The move happens *at* a moment (epoch milliseconds), or *after* so many milliseconds in the
    state that it leaves, or else when the contract says. *members* are what the move writes, by
    JSON Pointer.
    """

    to: str | None
    at: int | None = None
    after: int | None = None
    members: Mapping[str, Any] = {}


class Pending(Struct, frozen=True):
    """The move *event* to a state, answered already, that takes effect *at* (epoch milliseconds).

    It does so only if the record is then in one of *sources*.
    """

    event: str
    to: str | None
    at: int
    sources: tuple[str, ...]


class Due(Struct, frozen=True):
    """The next move: its moment in epoch milliseconds, its event, and the state it leads to.

    *to* is None where the record is gone then. *planned* is the step of a plan that it makes.
    """

    at: int
    event: str
    to: str | None
    by: str = "server"
    planned: Planned | None = None


class Record(Struct, frozen=True, gc=False):
    """One record. It never refers to another one, so Python's cycle collector may pass over it.

    *text* is its JSON, members in their order. *state* is empty where its kind has no lifecycle;
    *entered* is the moment at which it came into that state, in epoch milliseconds. *serial*
    counts the records of a kind as they are made, and is given by the store.
    """

    key: Key
    scope: Scope
    text: bytes
    state: str = ""
    entered: int = 0
    serial: int = 0
    plan: tuple[Planned, ...] = ()
    pending: Pending | None = None

    def members(self) -> dict[str, Any]:
        """Return the members of the record, as a new object that may be changed."""
        found: dict[str, Any] = msgspec.json.decode(self.text)
        return found

    def with_members(self, members: Mapping[str, Any]) -> "Record":
        """Return the record with *members* written to it, by JSON Pointer; its state stays."""
        if not members:
            return self
        changed = self.members()
        for pointer, value in members.items():
            Place(pointer).write(changed, value)
        return structs.replace(self, text=msgspec.json.encode(changed))


def write_text(members: Mapping[str, Any]) -> bytes:
    """Return the JSON of *members* in no more memory than it needs.

    An encoder leaves room behind what it writes: a tenth of the memory of a million records.
    """
    text = bytearray(_USUAL_BYTES)
    _ENCODER.encode_into(members, text)
    return bytes(text)
