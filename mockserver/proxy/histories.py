"""What traffic shows of how records move: states, what led from one to another, refusals."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from mockserver.proxy.traffic import Members, Observation
from mockserver.records.kind import Kind
from mockserver.records.places import Place

#: What an operation says that is not possible in the state of a record.
_REFUSALS = (400, 403, 409, 422)


class Change(Struct, frozen=True):
    """A record that was seen in the state *before*, and then in *after*.

    *operation* is what showed the latter if it does something to records, and else empty.
    """

    before: str
    after: str
    operation: str


class Histories(Struct, frozen=True):
    """How the records of one kind moved.

    Attributes:
        states: the states that were seen, each with the properties that make it.
        made_in: the states in which records were made.
        changes: how often each change was seen.
        refused: the status of each refusal, by operation and the state that the record was in.
    """

    states: Mapping[str, Mapping[str, Any]]
    made_in: tuple[str, ...]
    changes: Mapping[Change, int]
    refused: Mapping[tuple[str, str], int]


def follow(kind: Kind, observations: Iterable[Observation]) -> Histories:
    """Return how records of *kind* moved in *observations*, which are in the order of time."""
    states: dict[str, Mapping[str, Any]] = {}
    made_in: dict[str, None] = {}
    changes: dict[Change, int] = {}
    refused: dict[tuple[str, str], int] = {}
    last: dict[tuple[str, Any], str] = {}
    for seen in observations:
        acts = seen.operation.name if seen.role in ("move", "other", "create") else ""
        if acts and seen.status in _REFUSALS:
            for key in _list_named(kind, seen):
                if (before := last.get(key)) is not None:
                    refused.setdefault((acts, before), seen.status)
        for members in seen.records:
            state, held = name_state(kind, members)
            if not state or kind.key is None:
                continue
            states.setdefault(state, held)
            key = (_name_scope(kind, seen), kind.key.read(members))
            before = last.get(key)
            if before is None and seen.role == "create":
                made_in[state] = None
            if before is not None and before != state:
                change = Change(before, state, acts)
                changes[change] = changes.get(change, 0) + 1
            last[key] = state
    return Histories(states, tuple(made_in), changes, refused)


def name_state(kind: Kind, members: Members) -> tuple[str, Mapping[str, Any]]:
    """Return the name of the state that *members* make, known or not; empty if they make none."""
    lifecycle = kind.lifecycle
    if lifecycle is None:
        return "", {}
    known = lifecycle.state_of(members)
    if known is not None:
        return known, lifecycle.states[known]
    held = {place: Place(place).read(members) for place in sorted(lifecycle.state_places)}
    said = [str(value) for value in held.values() if value is not None]
    return "/".join(said), held


def _name_scope(kind: Kind, seen: Observation) -> str:
    return "/".join(seen.path.get(name, "") for name in kind.scope)


def _list_named(kind: Kind, seen: Observation) -> Iterator[tuple[str, Any]]:
    """Yield what a path may name a record by."""
    for text in seen.path.values():
        key = kind.key_of(text)
        if key is not None:
            yield _name_scope(kind, seen), key
