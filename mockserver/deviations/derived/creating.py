"""Deviations of making and deleting records: conflicts, first states, and what is set."""

from collections.abc import Callable, Iterator

from msgspec import structs

from mockserver.contract.contract import (
    SERVER,
    Conflict,
    Creation,
    Fact,
    Grade,
    Resource,
)
from mockserver.deviations.deviation import (
    Deviation,
    OtherRecords,
)
from mockserver.deviations.names import last_word, spell
from mockserver.deviations.records import ForwardingRecords
from mockserver.records.kind import Kind
from mockserver.records.record import Record
from mockserver.store.records import KeyTakenError

_OTHER_STATUSES = (400, 409, 422)
_SUCCESSES = (200, 201, 202)


def derive(kind: Kind) -> Iterator[Deviation]:
    """Yield the deviations of how records of *kind* are made and deleted."""
    for fact in kind.resource.creations:
        yield from _derive_conflict(kind, fact)
        yield from _derive_set(kind, fact)
    yield from _derive_first_states(kind)
    delete, lifecycle = kind.resource.delete, kind.lifecycle
    if delete is not None and (lifecycle is None or not lifecycle.of_operation(delete.value.name)):
        yield _keep_deleted(kind)


def _derive_conflict(kind: Kind, fact: Fact[Creation]) -> Iterator[Deviation]:
    conflict, operation = fact.value.conflict, fact.value.operation
    if conflict is None:
        return
    clause = f"{operation.node.pointer}/x-conflict"
    is_key = kind.key is not None and kind.key.pointer == conflict.key
    how = "by showing the first one" if is_key else "and makes it"
    yield Deviation(
        "conflict-is-accepted",
        "must",
        f"Accepts a second record of the same {conflict.key[1:]} instead of answering"
        f" {conflict.status}, {how}.",
        clause,
        resource=kind.name,
        records=_accept_conflicts(kind.name),
    )
    for status in _OTHER_STATUSES:
        if status != conflict.status:
            yield Deviation(
                f"conflict-is-{status}",
                "must",
                f"Answers {status} instead of {conflict.status} to a second record of the same"
                f" {conflict.key[1:]}.",
                clause,
                resource=kind.name,
                contract=_answer_conflict(status),
            )


def _derive_set(kind: Kind, fact: Fact[Creation]) -> Iterator[Deviation]:
    """Yield the deviations of moments that a creation sets."""
    clause = f"{fact.value.operation.node.pointer}/x-creates"
    for pointer, value in fact.value.set.items():
        if isinstance(value, str) and (value.startswith("$now+") or value == "$nextMidnight"):
            yield Deviation(
                f"{last_word(pointer)}-is-now",
                "must",
                f"Sets {pointer[1:]} of a new record to now instead of {value}.",
                clause,
                resource=kind.name,
                contract=_change_set(pointer, "$now"),
            )
    lifecycle = kind.resource.lifecycle
    moved = None if lifecycle is None or lifecycle.stamps is None else lifecycle.stamps.value.moved
    if moved is not None and moved not in fact.value.set:
        yield Deviation(
            f"{last_word(moved)}-set-on-creation",
            "conforming",
            f"Makes a record with its first moment as its {moved[1:]}.",
            clause,
            resource=kind.name,
            contract=_change_set(moved, "$now"),
        )


def _derive_first_states(kind: Kind) -> Iterator[Deviation]:
    said = kind.resource.lifecycle
    if said is None or kind.lifecycle is None or not kind.resource.creations:
        return
    initial = kind.lifecycle.initial
    moves = kind.lifecycle.of_operation(SERVER)
    targets = [t for m in moves if initial[0] in m.sources for t in m.targets]
    for state in dict.fromkeys(t for t in targets if t not in initial):
        yield Deviation(
            f"starts-as-{spell(state)}",
            "must" if said.initial.grade is Grade.DECLARED else "conforming",
            f"Makes records that are {state} at once instead of {initial[0]}.",
            f"{kind.resource.record.pointer}/x-lifecycle/initial",
            resource=kind.name,
            contract=_start_as(state),
        )


def _start_as(state: str) -> Callable[[Resource], Resource]:
    def change(resource: Resource) -> Resource:
        said = resource.lifecycle
        if said is None:
            return resource
        initial = structs.replace(said.initial, value=(state,))
        return structs.replace(resource, lifecycle=structs.replace(said, initial=initial))

    return change


def _keep_deleted(kind: Kind) -> Deviation:
    delete = kind.resource.delete

    def change(resource: Resource) -> Resource:
        if resource.delete is None:
            return resource
        unknown = (*resource.unknown, resource.delete.value)
        return structs.replace(resource, delete=None, unknown=unknown)

    return Deviation(
        "deleted-is-still-there",
        "must" if delete is not None and delete.grade is Grade.DECLARED else "conforming",
        "Answers a deletion with success, and keeps the record.",
        "/paths" if delete is None else delete.value.node.pointer,
        resource=kind.name,
        contract=change,
    )


def _accept_conflicts(name: str) -> OtherRecords:
    class Accepting(ForwardingRecords):
        async def add(
            self, kind: Kind, record: Record, now: int, conflict: Conflict | None = None
        ) -> Record:
            if kind.name != self._name:
                return await self._inner.add(kind, record, now, conflict)
            try:
                return await self._inner.add(kind, record, now)
            except KeyTakenError:
                return await self._inner.get(kind, record.scope, record.key, now)

    return lambda records, _: Accepting(records, name)


def _answer_conflict(status: int) -> Callable[[Resource], Resource]:
    def change(creation: Creation) -> Creation:
        if creation.conflict is None:
            return creation
        conflict = structs.replace(creation.conflict, status=status)
        return structs.replace(creation, conflict=conflict)

    return lambda resource: _change_creations(resource, change)


def _change_set(pointer: str, value: str) -> Callable[[Resource], Resource]:
    def change(creation: Creation) -> Creation:
        return structs.replace(creation, set={**creation.set, pointer: value})

    return lambda resource: _change_creations(resource, change)


def _change_creations(resource: Resource, change: Callable[[Creation], Creation]) -> Resource:
    changed = (structs.replace(fact, value=change(fact.value)) for fact in resource.creations)
    return structs.replace(resource, creations=tuple(changed))
