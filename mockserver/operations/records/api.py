"""What an API consists of for the mock: its paths, and what carries each operation out."""

from collections.abc import Iterator, Mapping

from mockserver.contract.description.contract import Contract
from mockserver.contract.description.operations import Operation
from mockserver.http.paths import Paths
from mockserver.operations.records.creating import Creating
from mockserver.operations.records.examples import Exemplary
from mockserver.operations.records.performers import (
    Changing,
    Deleting,
    Listing,
    Moving,
    Performer,
    Reading,
)
from mockserver.records.kind import Kind
from mockserver.records.links import Links


class Api:
    """The operations of *contract* on records of *kinds*, below its base path and *base_path*.

    With *has_exact_paths* they are below *base_path* alone, each just where the contract says.
    """

    def __init__(
        self,
        contract: Contract,
        kinds: Mapping[str, Kind],
        base_path: str = "",
        *,
        has_exact_paths: bool = False,
    ) -> None:
        self.contract = contract
        self.kinds = kinds
        self._base_path = base_path
        self._has_exact_paths = has_exact_paths
        bases = (base_path,) if has_exact_paths else (base_path, contract.base_path)
        #: The path below which a client finds the operations.
        self.base_path = next(filter(None, bases), "")
        self.paths = Paths(contract.operations, bases, is_exact=has_exact_paths)
        self._performers: dict[str, Performer] = {}
        for kind in kinds.values():
            for operation, performer in _performers(kind, contract):
                self._performers.setdefault(operation.name, performer)

    def replace(self, contract: Contract, kinds: Mapping[str, Kind]) -> "Api":
        """Return the same API with another contract, and other kinds of records."""
        return Api(contract, kinds, self._base_path, has_exact_paths=self._has_exact_paths)

    @property
    def operation_names(self) -> tuple[str, ...]:
        """The names of the operations, and for those with an operationId the call as well."""
        names = [name for o in self.contract.operations for name in (o.name, o.call)]
        return tuple(dict.fromkeys(names))

    def performer(self, operation: Operation) -> Performer:
        """Return what carries *operation* out."""
        if operation.name not in self._performers:
            self._performers[operation.name] = Exemplary(operation)
        return self._performers[operation.name]


def _performers(kind: Kind, contract: Contract) -> Iterator[tuple[Operation, Performer]]:
    resource, lifecycle = kind.resource, kind.lifecycle
    links = Links(kind, contract.operations)
    for creation in resource.creations:
        yield creation.value.operation, Creating(kind, creation.value, links)
    for operation in contract.operations:
        if lifecycle is not None and lifecycle.of_operation(operation.name):
            yield operation, Moving(kind, operation)
    if resource.list is not None:
        yield resource.list.value, Listing(kind, resource.list.value)
    if resource.read is not None:
        yield resource.read.value, Reading(kind, resource.read.value)
    if resource.delete is not None:
        yield resource.delete.value, Deleting(kind, resource.delete.value)
    for operation in resource.unknown:
        yield operation, Changing(kind, operation)
