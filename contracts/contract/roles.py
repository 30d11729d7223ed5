"""The roles of an API as frozen values: its records, and the operations on them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.contract.json_values import Record, get_value, is_same
from contracts.contract.model import Operation
from contracts.contract.moves import SERVER, Lifecycle, Move
from contracts.contract.pages import Filter, Pages

Key = str | int


@dataclass(frozen=True, slots=True)
class Conflict:
    """A second record with the same key is refused while a first is in one of *states*.

    *given* is the runtime expression of the request's value, *key* the pointer to the record's.
    """

    given: str
    key: str
    states: tuple[str, ...] | None
    status: int
    clause: str


@dataclass(frozen=True, slots=True)
class Creation:
    """An operation that makes a record."""

    operation: Operation
    declared: bool
    conflict: Conflict | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """Records of one kind, and the operations on them.

    *key* is the pointer to what identifies a record within its scope, *key_parameter* the path
    parameter of the read that takes it. *scope* are the path parameters that list and read share.
    What is inferred from the structure is said in *inferred*: calls are made by it, and nothing
    is judged by it.
    """

    name: str
    list: Operation
    read: Operation | None
    items: str
    key: str | None
    key_parameter: str | None
    scope: tuple[str, ...]
    schema: str
    pages: Pages | None = None
    filters: tuple[Filter, ...] = ()
    lifecycle: Lifecycle | None = None
    creations: tuple[Creation, ...] = ()
    shows: Mapping[str, str] = field(default_factory=dict)
    """By operation: the place in its success that has one record."""
    inferred: Mapping[str, str] = field(default_factory=dict)
    has_integer_keys: bool = False
    """The key of a record is a number; the path may take any text, such as a number or a name."""

    def find_key(self, record: Record) -> Key | None:
        """Return what identifies *record*, or None if it has nothing of the kind."""
        found = get_value(record, self.key) if self.key is not None else None
        return found if type(found) in (str, int) else None

    def find_key_parameter(self, operation: Operation) -> str | None:
        """Return the path parameter of *operation* that takes a record's key, whatever its name.

        It stands where that of the read stands; on another path it has the same name.
        """
        if self.read is None or self.key_parameter is None:
            return None
        ours, theirs = (one.path.rstrip("/").split("/") for one in (self.read, operation))
        pairs = list(zip(ours, theirs, strict=False))
        alike = all(one == two or ("{" in one and "{" in two) for one, two in pairs)
        if alike and len(theirs) >= len(ours):
            found = re.search(r"\{([^{}]+)\}[^{}]*$", pairs[-1][1])
            return found and found[1]
        return self.key_parameter if f"{{{self.key_parameter}}}" in operation.path else None

    def read_from(self, body: Any) -> Record:
        """Return the record in the *body* of a read; empty if there is none."""
        found = get_value(body, self.shows.get(self.read.id, "")) if self.read else None
        return found if isinstance(found, dict) else {}

    def find_scope(self, arguments: Mapping[str, str]) -> str:
        """Return what a call's path says of the records that it sees, in one text."""
        return "/".join(arguments.get(name, "") for name in self.scope)

    def find_state(self, record: Record) -> str | None:
        """Return the name of the state of *record*, or None if it is in none that is declared."""
        for name, members in self.lifecycle.states.items() if self.lifecycle else ():
            if all(is_same(get_value(record, place), value) for place, value in members.items()):
                return name
        return None

    def name_state(self, record: Record) -> str:
        """Return the state of *record*; what is in none that is declared is told by its values."""
        states = self.lifecycle.states.values() if self.lifecycle else ()
        places = dict.fromkeys(place for members in states for place in members)
        return self.find_state(record) or ", ".join(str(get_value(record, p)) for p in places)

    def list_moves(self, operation: Operation | None = None) -> Iterator[Move]:
        """Go through the moves that clients make, by *operation* if one is given."""
        for move in self.lifecycle.moves if self.lifecycle else ():
            if move.by != SERVER and (operation is None or move.by == operation.id):
                yield move

    @property
    def has_declared_key(self) -> bool:
        """Tell whether the document says what identifies a record."""
        return self.key is not None and "key" not in self.inferred


@dataclass(frozen=True, slots=True)
class Tenancy:
    """The path parameters that name the tenant, and the status for who may not see it."""

    parameters: tuple[str, ...]
    where: str
    stranger: int | None
    clause: str


@dataclass(frozen=True, slots=True)
class Scheme:
    """One way to carry a key: *kind* is `apiKey`, or a scheme of Authorization in lower case."""

    kind: str
    where: str
    parameter: str
    clause: str


@dataclass(frozen=True, slots=True)
class Security:
    """The schemes of which a call carries one; *declared* where the document demands a key."""

    schemes: tuple[Scheme, ...] = ()
    declared: bool = False
