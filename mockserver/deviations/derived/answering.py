"""Deviations of what operations answer that make or move records, and of reading those."""

from collections.abc import Iterator, Mapping

from mockserver.contract.contract import Creation
from mockserver.contract.operations import Operation
from mockserver.deviations.deviation import (
    Around,
    Deviation,
    InterceptedCall,
    OtherRecords,
    replace_status,
)
from mockserver.deviations.names import spell
from mockserver.deviations.records import ForwardingRecords
from mockserver.http.messages import Response
from mockserver.records.bodies.response import Result
from mockserver.records.kind import Kind
from mockserver.records.record import Key, Record, Scope
from mockserver.store.records import RecordNotFoundError

_OF_MOVES = (200, 202, 204)
_OF_CREATIONS = (200, 201, 202)


def derive(kind: Kind, operations: Mapping[str, Operation]) -> Iterator[Deviation]:
    """Yield the deviations of what operations on records of *kind* answer."""
    lifecycle, read = kind.lifecycle, kind.resource.read
    moves = () if lifecycle is None else lifecycle.moves
    clients = [move for move in moves if move.by in operations]
    for name in dict.fromkeys(move.by for move in clients):
        events = {move.event for move in clients if move.by == name}
        called = events.pop() if len(events) == 1 else name
        yield from _derive_statuses(operations[name], called, _OF_MOVES)
    for state in dict.fromkeys(target for move in clients for target in move.targets):
        if read is not None:
            yield Deviation(
                f"{spell(state)}-is-gone",
                "must",
                f"Does not find a record that is {state}; the list has it.",
                f"{read.value.node.pointer}/responses",
                resource=kind.name,
                records=_hide_from_read(kind.name, state, read.value.name),
            )
    for fact in kind.resource.creations:
        yield from _derive_of_creation(fact.value)


def _derive_of_creation(creation: Creation) -> Iterator[Deviation]:
    operation = creation.operation
    called = operation.operation_id or "creation"
    yield from _derive_statuses(operation, called, _OF_CREATIONS)
    if Result(operation, None).has_location:
        yield Deviation(
            "location-is-missing",
            "must",
            f"Leaves Location out of what {operation.name} answers.",
            f"{operation.node.pointer}/responses",
            around=_leave_out_location(operation.name),
        )


def _derive_statuses(
    operation: Operation, called: str, statuses: tuple[int, ...]
) -> Iterator[Deviation]:
    success = Result(operation, None).status
    for status in statuses:
        if status != success:
            yield Deviation(
                f"{spell(called)}-answers-{status}",
                "must",
                f"Answers {operation.name} with {status} instead of {success}.",
                f"{operation.node.pointer}/responses",
                around=_answer_with(status, operation.name, success),
            )


def _answer_with(status: int, name: str, success: int) -> Around:
    async def around(call: InterceptedCall) -> Response:
        response = await call.respond()
        if call.name != name or response.status != success:
            return response
        return replace_status(response, status)

    return around


def _hide_from_read(kind: str, state: str, operation: str) -> OtherRecords:
    class Hiding(ForwardingRecords):
        async def get(self, kind: Kind, scope: Scope | None, key: Key, now: int) -> Record:
            found = await self._inner.get(kind, scope, key, now)
            if kind.name == self._name and found.state == state:
                raise RecordNotFoundError(key)
            return found

    return lambda records, called: Hiding(records, kind) if called == operation else records


def _leave_out_location(name: str) -> Around:
    async def around(call: InterceptedCall) -> Response:
        response = await call.respond()
        if call.name != name:
            return response
        left_out = ("Location", "Content-Length")
        fields = {n: v for n, v in response.headers.items() if n not in left_out}
        return Response(response.status, response.body, fields)

    return around
