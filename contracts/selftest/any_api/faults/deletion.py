"""Faults made of a DELETE that no row of the lifecycle names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contracts.contract.api import Api
from contracts.roles.declared import has_creation
from contracts.selftest.any_api.call import Call, Entry
from contracts.selftest.any_api.faults.promise import Fault, Promise, Unchecked
from contracts.selftest.any_api.listing import Page
from contracts.selftest.any_api.miniature import AnyMiniature
from contracts.selftest.messages import Response


class KeepsWhatIsDeleted(AnyMiniature):
    """A DELETE is answered, and not carried out."""

    def delete(self, call: Call, entry: Entry) -> Response:
        return self.succeed(call.operation, entry)


class ListsWhatIsDeleted(AnyMiniature):
    """What was deleted cannot be read, and stays in the list."""

    deleted: Sequence[Entry] = ()

    def delete(self, call: Call, entry: Entry) -> Response:
        self.deleted = [*self.deleted, entry]
        return super().delete(call, entry)

    def cut(self, call: Call, whole: Sequence[Entry]) -> Page:
        return super().cut(call, [*whole, *self.deleted])


def derive(api: Api) -> Iterator[Promise]:
    """Go through what a DELETE promises."""
    operation = api.find_deletion()
    if operation is None:
        return
    if lacking := has_creation(api):
        yield Unchecked("that a DELETE deletes a record", operation.pointer, lacking)
        return
    yield Fault("a DELETE leaves the record where it is", operation.pointer, KeepsWhatIsDeleted)
    yield Fault("a deleted record stays in the list", operation.pointer, ListsWhatIsDeleted)
