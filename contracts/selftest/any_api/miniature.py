"""A conforming deployment of any API: what a fault changes is one method of it, or its contract.

It plays what it reads: a miniature that is given an Api with one promise changed breaks that
promise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import RLock
from typing import Any

from contracts.contract.api import Api
from contracts.contract.json_values import get_value
from contracts.contract.model import Operation
from contracts.contract.moves import Move
from contracts.contract.roles import Creation
from contracts.selftest.any_api.answers import Responder
from contracts.selftest.any_api.call import Call, Entry, read_key
from contracts.selftest.any_api.clock import Clock
from contracts.selftest.any_api.listing import Refusal
from contracts.selftest.any_api.pages import Lister
from contracts.selftest.any_api.records import Recorder
from contracts.selftest.any_api.sent_bodies import read_body
from contracts.selftest.messages import Request, Response


@dataclass
class AnyMiniature(Recorder, Responder, Lister):
    """One deployment: the records of its tenants."""

    api: Api
    now: Clock
    opened: Mapping[str, tuple[str, ...]]
    """By key: the scopes that it opens."""
    entries: list[Entry] = field(default_factory=list)
    made: int = 0
    """How many records there were, those that are gone included."""
    lock: RLock = field(default_factory=RLock, repr=False)

    def respond(self, request: Request) -> Response:
        """Answer *request*."""
        operation = self.api.match(request.method, request.path)
        if operation is None:
            known = any(one.matches(request.path) for one in self.api.operations.values())
            return Response(405 if known else 404)
        arguments = operation.parse_arguments(request.path) or {}
        caller = self.find_caller(request, operation)
        if caller is None:
            return self.refuse(operation, 401)
        scope = self.api.resource.find_scope(arguments)
        if not self.opens(caller, scope, operation):
            tenancy = self.api.tenancy
            return self.refuse(operation, (tenancy and tenancy.stranger) or 404)
        body = read_body(self.api, operation, request)
        call = Call(operation, arguments, request, caller, scope, body)
        with self.lock:
            self.settle()
            try:
                return self.carry_out(call)
            except Refusal as refusal:
                return self.refuse(operation, refusal.status)

    def settle(self) -> None:
        """Make the moves of the server whose time is over; this deployment makes no others."""
        life = self.api.resource.lifecycle
        waiting = {s: due for s in (life.states if life else ()) if (due := self.list_promises(s))}
        for entry in list(self.entries) if waiting else ():
            for move, seconds in waiting.get(self.get_state(entry), ()):
                if self.now() - entry.since >= seconds:
                    self.carry_out_move(entry, move)
                    break

    # Who may call

    def find_caller(self, request: Request, operation: Operation) -> str | None:
        """Return the key that *request* carries; None if nobody has that key."""
        schemes = self.api.security.schemes
        if not schemes:
            return next(iter(self.opened))
        owners = (self.find_owner(read_key(request, scheme)) for scheme in schemes)
        return next((one for one in owners if one is not None), None)

    def find_owner(self, key: str) -> str | None:
        """Return the key that *key* is taken for; None if it is nobody's."""
        return key if key in self.opened else None

    def opens(self, caller: str, scope: str, operation: Operation) -> bool:
        """Tell whether *caller* may see what lies in *scope*."""
        return scope in self.opened.get(caller, ())

    # The operations

    def carry_out(self, call: Call) -> Response:
        """Carry out an operation."""
        operation, resource = call.operation, self.api.resource
        if operation.id == resource.list.id:
            return self.list_records(call)
        name = resource.find_key_parameter(operation)
        creation = next((c for c in resource.creations if c.operation.id == operation.id), None)
        if creation is not None and name is None:
            return self.create(call, creation)
        entry = self.find(call, call.arguments.get(name or "", ""))
        if entry is None:
            return self.refuse(operation, 404)
        if creation is not None:
            return self.create(call, creation)
        if resource.read is not None and operation.id == resource.read.id:
            return self.read(call, entry)
        rows = [row for row in resource.list_moves(operation) if call.means(row)]
        return self.move(call, entry, rows) if rows else self.act(call, entry)

    def find(self, call: Call, key: str) -> Entry | None:
        """Return the record that is called *key* in what the caller sees."""
        find_key = self.api.resource.find_key
        return next((e for e in self.select(call) if str(find_key(e.record)) == key), None)

    def select(self, call: Call) -> Sequence[Entry]:
        """Return the records that the caller sees, in the order in which they were made."""
        return [
            entry
            for entry in self.entries
            if entry.scope == call.scope and (call.scope or entry.owner == call.caller)
        ]

    def read(self, call: Call, entry: Entry) -> Response:
        """Answer with one record."""
        return self.succeed(call.operation, entry)

    def act(self, call: Call, entry: Entry) -> Response:
        """Answer what no move is meant by: it changes nothing, unless it deletes."""
        if call.operation is self.api.find_deletion():
            return self.delete(call, entry)
        return self.succeed(call.operation, entry)

    def delete(self, call: Call, entry: Entry) -> Response:
        """Delete a record, where no move does it."""
        self.entries.remove(entry)
        return self.succeed(call.operation, entry)

    def create(self, call: Call, creation: Creation) -> Response:
        """Make a record, unless one of the same key prevents it."""
        wanted = self.find_wanted(call, creation)
        if creation.conflict is not None and self.find_conflicting(call, creation, wanted):
            return self.refuse(call.operation, creation.conflict.status)
        entry = self.make(call, creation, wanted)
        self.keep(entry)
        response, headers = self.succeed(call.operation, entry), self.locate(call, entry)
        return replace(response, headers={**response.headers, **headers})

    def keep(self, entry: Entry) -> None:
        """Remember a new record."""
        self.entries.append(entry)

    def move(self, call: Call, entry: Entry, rows: Sequence[Move]) -> Response:
        """Move a record by the row that leads from its state, or answer as declared."""
        state = self.api.resource.find_state(entry.record) or ""
        row = next((one for one in rows if state in one.sources), None)
        if row is None:
            return self.refuse_move(call, entry, rows, state)
        self.carry_out_move(entry, row)
        return self.succeed(call.operation, entry)

    def refuse_move(self, call: Call, entry: Entry, rows: Sequence[Move], state: str) -> Response:
        """Answer a move that does not lead from *state*; where nothing is declared, by an error."""
        codes = [code for row in rows if (code := row.get_refusal(state)) is not None]
        declared = [one for one in (409, 400, 422, 403) if one in call.operation.responses]
        status = next(iter([*codes, *declared]), 409)
        if 200 <= status < 300:
            return self.succeed(call.operation, entry, status)
        return self.refuse(call.operation, status)

    def carry_out_move(self, entry: Entry, row: Move) -> None:
        """Let *row* take effect."""
        if row.targets:
            self.enter(entry, row.targets[0])
        else:
            self.entries.remove(entry)

    def get_state(self, entry: Entry) -> str:
        """Return the state of a record."""
        return self.api.resource.find_state(entry.record) or ""

    def read_stamp(self, entry: Entry, place: str) -> Any:
        """Return a timestamp of a record."""
        return get_value(entry.record, place)
