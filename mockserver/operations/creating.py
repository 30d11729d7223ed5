"""The role of operations that make records."""

from msgspec import structs

from mockserver.contract.contract import Creation
from mockserver.contract.words import REFUSALS
from mockserver.http.messages import Response
from mockserver.operations.call import Call, RefusedCallError
from mockserver.operations.performers import OnRecord
from mockserver.profiles.refusals import ConflictRefusal, Refusal
from mockserver.records.bodies.links import Links
from mockserver.records.bodies.response import address_of
from mockserver.records.creation import Maker
from mockserver.records.kind import InvalidRecordError, Kind
from mockserver.records.record import Record, Scope
from mockserver.store.records import ConflictError, KeyTakenError

#: A key that is drawn is taken once in a lifetime; one that is chosen is taken for good.
_MOST_DRAWS = 20


class Creating(OnRecord):
    """Makes a record of *kind*, with its *links*, of the request or the record in its path."""

    def __init__(self, kind: Kind, creation: Creation, links: Links) -> None:
        super().__init__(kind, creation.operation)
        self._conflict = creation.conflict
        self._maker = Maker(kind, creation, links)
        self._is_counted = kind.key is not None and kind.key.pointer in self._maker.counted

    async def perform(self, call: Call) -> Response:
        """Return what the creation gives; the record is there."""
        self._texts.check(call.arguments.path)
        has_source = self._maker.needs_source
        source = await self.find(call) if has_source else None
        made = await self._keep(call, source)
        response = self.show(made)
        read = self.kind.resource.read
        if read is not None and self._result.has_location:
            names = {read.value.path_parameters[-1]: str(made.key), **dict(call.arguments.path)}
            return response.with_headers({"Location": call.origin + address_of(read.value, names)})
        return response

    async def _keep(self, call: Call, source: Record | None) -> Record:
        draws, key = 0, None
        while draws < _MOST_DRAWS:
            record = await self._make(call, source)
            # A counted key that has grown since the last try shows that other servers make records:
            # it is not drawn in vain, since one of those who try always succeeds.
            draws += key is None or record.key == key or not self._is_counted
            key = record.key
            try:
                return await call.records.add(self.kind, record, call.now, self._conflict)
            except ConflictError as error:
                raise RefusedCallError(ConflictRefusal(error.status, str(error))) from None
            except KeyTakenError:
                if self._is_chosen(call, record):
                    declared = self.operation.responses
                    usual = next((code for code in REFUSALS if code in declared), REFUSALS[0])
                    status = int(usual) if self._conflict is None else self._conflict.status
                    told = f"a record {record.key!r} already exists"
                    raise RefusedCallError(ConflictRefusal(status, told)) from None
        raise RefusedCallError(Refusal(409, "no key is left for another record"))

    async def _make(self, call: Call, source: Record | None) -> Record:
        scope = self._scope(call, source)
        numbers = {}
        key = None if self.kind.key is None else self.kind.key.pointer
        for pointer in self._maker.counted:
            if pointer == key:
                counted = None if self.kind.has_one_sequence else scope
                highest = await call.records.highest(self.kind, counted, call.now)
            else:
                highest = await call.records.highest_at(self.kind, pointer, call.now)
            numbers[pointer] = highest + 1
        try:
            record = self._maker.make(
                call.arguments,
                call.now,
                call.chance(),
                numbers=numbers,
                source=source,
            )
        except InvalidRecordError as error:
            raise RefusedCallError(Refusal(400, str(error))) from None
        return structs.replace(record, scope=scope)

    def _scope(self, call: Call, source: Record | None) -> Scope:
        named = self._addressing.scope_of(call)
        if named is None and source is not None:
            return source.scope
        path = call.arguments.path
        unnamed = (*(path.get(name, "") for name in self.kind.scope), *call.tenant)
        return unnamed if named is None else named

    def _is_chosen(self, call: Call, record: Record) -> bool:
        body = call.arguments.body
        shown = body.values() if isinstance(body, dict) else ()
        return record.key in (*shown, *call.arguments.path.values())
