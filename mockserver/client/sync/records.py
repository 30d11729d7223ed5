# Generated from mockserver/client/aio/records.py by `python -m tools.generate_sync`. Do not edit.
"""The records of a world, for the synchronous client."""

from collections.abc import Mapping
from typing import Any

from mockserver.client import record_calls
from mockserver.client.record_calls import Scope
from mockserver.client.record_models import SteeredRecord
from mockserver.client.sync.resources import Sender


class Records:
    """The records of one *resource* of a world, such as ``batches``.

    A scope is the name of one of the fixtures, or the parameters of the path of its list.

    Args:
        sender: sends the calls.
        name: that of the world.
        resource: what ``mockserver explain`` calls the records.
    """

    def __init__(self, sender: Sender, name: str, resource: str) -> None:
        self._sender = sender
        self._name = name
        self.resource = resource

    def list(self, scope: Scope | None = None) -> tuple[SteeredRecord, ...]:
        """Return the records of a *scope*, or of all, as they were made."""
        call = record_calls.list_records(self._name, self.resource, scope)
        return (self._sender.send(call)).records

    def create(
        self,
        *,
        state: str | None = None,
        members: Mapping[str, Any] | None = None,
        scope: str | None = None,
        path: Mapping[str, str] | None = None,
    ) -> SteeredRecord:
        """Create a record in any *state*, with some *members*; its schema says the rest.

        *scope* is one of the fixtures; without fixtures, *path* has the parameters of its list.
        """
        asked = {"state": state, "members": members, "scope": scope, "path": path}
        call = record_calls.create_record(self._name, self.resource, asked)
        return self._sender.send(call)

    def get(self, key: int | str, scope: Scope | None = None) -> SteeredRecord:
        """Return a record; *scope* says which one where several scopes have the key."""
        call = record_calls.read_record(self._name, self.resource, key, scope)
        return self._sender.send(call)

    def move(
        self, key: int | str, to: str | None, scope: Scope | None = None
    ) -> SteeredRecord | None:
        """Move a record *to* a state now, by the moves of its world; None: it is gone."""
        call = record_calls.move_record(self._name, self.resource, key, to, scope)
        return self._sender.send(call)

    def plan(
        self, key: int | str, *moves: Mapping[str, Any], scope: Scope | None = None
    ) -> SteeredRecord:
        """Say what becomes of a record: ``{"to": "failed", "after": "1h"}``, move by move."""
        call = record_calls.plan_record(self._name, self.resource, key, moves, scope)
        return self._sender.send(call)
