"""Faults made of the operations that make a record of another one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from contracts.contract.api import Api
from contracts.contract.model import Operation
from contracts.contract.moves import SERVER, Lifecycle
from contracts.contract.roles import Creation
from contracts.roles.declared import has_lifecycle
from contracts.selftest.any_api.call import Call, Entry
from contracts.selftest.any_api.faults.promise import Fault, Promise, Unchecked
from contracts.selftest.any_api.miniature import AnyMiniature
from contracts.selftest.messages import Response


@dataclass
class Copying(AnyMiniature):
    """A deployment in which one operation that makes a record of another one goes wrong."""

    operation: str = ""

    def create(self, call: Call, creation: Creation) -> Response:
        name = self.api.resource.find_key_parameter(creation.operation)
        source = self.find(call, call.arguments.get(name or "", ""))
        if creation.operation.id != self.operation or source is None:
            return super().create(call, creation)
        return self.copy(call, creation, source)

    def copy(self, call: Call, creation: Creation, source: Entry) -> Response:
        """Make a record of *source*."""
        return super().create(call, creation)


class CopiesNothing(Copying):
    """No other record is made, and the response shows the one that is there."""

    def copy(self, call: Call, creation: Creation, source: Entry) -> Response:
        return self.succeed(call.operation, source)


@dataclass
class MovesWhatItCopies(Copying):
    """The record of which another one is made moves."""

    state: str = ""
    target: str = ""

    def copy(self, call: Call, creation: Creation, source: Entry) -> Response:
        response = super().copy(call, creation, source)
        if self.get_state(source) == self.state:
            self.enter(source, self.target)
        return response


def derive(api: Api) -> Iterator[Promise]:
    """Go through what is promised of a record that another one is made of."""
    life = api.resource.lifecycle
    for one in api.resource.creations:
        if api.resource.find_key_parameter(one.operation) is None:
            continue
        if life is None or has_lifecycle(api):
            promise = f"that {one.operation.id} leaves a record as it is"
            yield Unchecked(promise, one.operation.pointer, has_lifecycle(api))
        else:
            yield from _derive_copy(api, life, one.operation)


def _derive_copy(api: Api, life: Lifecycle, operation: Operation) -> Iterator[Promise]:
    clause, given = f"{operation.pointer}/x-creates", {"operation": operation.id}
    ways = (
        (state, target)
        for state in life.states
        for target in life.states
        if target not in life.find_reachable(state, by=SERVER)
    )
    for state, target in islice(ways, 1):
        sentence = f"{operation.id} of a record that is {state} moves it to {target}"
        settings = {**given, "state": state, "target": target}
        yield Fault(sentence, clause, MovesWhatItCopies, settings=settings)
    if operation.id in api.resource.shows:
        sentence = f"{operation.id} makes no other record, and shows the one that is there"
        yield Fault(sentence, clause, CopiesNothing, settings=given)
    else:
        why = "its response does not show what was made"
        yield Unchecked(f"that {operation.id} makes another record", clause, why)
