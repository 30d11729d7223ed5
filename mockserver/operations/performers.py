"""The roles of operations on records that are there: read, move, change, delete."""

from collections.abc import Awaitable, Mapping
from typing import Any

from msgspec import structs

from mockserver.contract.operations import Operation
from mockserver.contract.schemas import pointer_of
from mockserver.http.messages import Response
from mockserver.operations.call import (
    Addressing,
    Body,
    Call,
    PathTexts,
    RefusedCallError,
    make_response,
)
from mockserver.profiles.refusals import (
    MoveRefusal,
    ParameterRefusal,
    Refusal,
)
from mockserver.records.bodies.response import Result
from mockserver.records.kind import InvalidRecordError, Kind
from mockserver.records.lifecycle import Unmoved
from mockserver.records.record import Key, Record, Scope
from mockserver.store.records import MoveCall, RecordNotFoundError

_OK = 200
_WRITING = ("PATCH", "PUT")


class OnRecord:
    """What operations on one record share: finding it, and showing it as the contract says."""

    is_repeatable = False
    names_host = False

    def __init__(self, kind: Kind, operation: Operation) -> None:
        self.kind = kind
        self.operation = operation
        self.read_body = Body(operation).read
        self._addressing = Addressing(kind, operation)
        self._texts = PathTexts(operation)
        self._result = Result(operation, kind.resource.record)

    def find(self, call: Call) -> Awaitable[Record]:
        """Return the record that the path names.

        Raises:
            RefusedCallError: what stands there is no key of such records.
            RecordNotFoundError: there is none.
        """
        scope, key = self.address(call)
        finding = call.records.get(self.kind, scope, key, call.now)
        return _refuse_others(finding, call.tenant) if call.tenant else finding

    def address(self, call: Call) -> tuple[Scope | None, Key]:
        """Return scope and key that the path names.

        Raises:
            RefusedCallError: what stands there is no key of such records.
        """
        self._texts.check(call.arguments.path)
        name = self._addressing.key
        text = "" if name is None else call.arguments.path[name]
        error = None
        try:
            key = None if name is None else self.kind.read_key(text)
        except ValueError as reason:
            key, error = None, reason
        if key is None:
            status = 400 if "400" in self.operation.responses else 404
            told = "not found: the path names no record"
            raise RefusedCallError(
                ParameterRefusal(status, told, parameter=name or "", text=text, error=error)
            )
        return self._addressing.scope_of(call), key

    def show(self, record: Record | None) -> Response:
        """Return what the operation gives, which may show *record*."""
        result = self._result
        body = result.body(None if record is None else record.text)
        return make_response(result.status, body, result.media_type)


class Reading(OnRecord):
    """Responds with one record."""

    is_repeatable = True

    async def perform(self, call: Call) -> Response:
        """Return the record."""
        return self.show(await self.find(call))


class Moving(OnRecord):
    """Moves one record as its lifecycle says; a PATCH or PUT writes its other members as well."""

    def __init__(self, kind: Kind, operation: Operation) -> None:
        super().__init__(kind, operation)
        self._writable = None
        if operation.method in _WRITING:
            # Only a request with a body needs it.
            from mockserver.records.writable import Writable

            self._writable = Writable(kind)

    async def perform(self, call: Call) -> Response:
        """Return what the move gives."""
        asked = MoveCall(self.operation.name, call.arguments, self._list_changes(call))
        scope, key = self.address(call)
        if scope is None or call.tenant:
            # Whose record it is shows only once it is found.
            found = await self.find(call)
            scope, key = found.scope, found.key
        moved = await call.records.move(self.kind, scope, key, asked, call.now)
        if isinstance(moved, Unmoved):
            if moved.is_refused:
                told = f"{moved.event} is not possible: the state is {moved.state}"
                raise RefusedCallError(
                    MoveRefusal(moved.status, told, event=moved.event, state=moved.state)
                )
            response = self.show(await self.find(call))
            return response if moved.status in (_OK, response.status) else Response(moved.status)
        return self.show(moved.before if moved.after is None else moved.after)

    def _list_changes(self, call: Call) -> Mapping[str, Any]:
        """Return what the call writes besides, by pointer: what a PATCH or PUT may change."""
        return {} if self._writable is None else self._writable.changes(call.arguments.body)


class Changing(OnRecord):
    """Writes members of one record, its state among them where the contract declares no move.

    What another method than PATCH and PUT does is not known: then nothing changes.
    """

    async def perform(self, call: Call) -> Response:
        """Return the record as it is now."""
        found = await self.find(call)
        body = call.arguments.body
        if self.operation.method not in _WRITING or not isinstance(body, dict):
            return self.show(found)

        def change(record: Record) -> Record:
            known = {name: value for name, value in body.items() if self.kind.has(pointer_of(name))}
            return self.kind.change(record, {**record.members(), **known}, call.now)

        try:
            after = await call.records.change(self.kind, found.scope, found.key, change, call.now)
        except InvalidRecordError as error:
            from mockserver.records.bodies.request import choose_refusal

            status = choose_refusal(self.operation, well_formed=True)
            raise RefusedCallError(Refusal(status, str(error))) from None
        return self.show(after)


class Deleting(OnRecord):
    """Removes one record, whatever state it is in."""

    async def perform(self, call: Call) -> Response:
        """Return what the operation gives; the record is gone."""
        found = await self.find(call)
        await call.records.change(self.kind, found.scope, found.key, lambda _: None, call.now)
        return self.show(structs.replace(found, plan=()))


async def _refuse_others(finding: Awaitable[Record], tenant: Scope) -> Record:
    found = await finding
    if found.scope[-1:] != tenant:
        raise RecordNotFoundError(found.key)
    return found
