"""What an API consists of for the mock: its paths, and what carries each operation out."""

from collections.abc import Callable, Mapping

from mockserver.contract.contract import Contract
from mockserver.contract.operations import Operation
from mockserver.http.paths import PathMatch, Paths
from mockserver.operations.roles import Performer, find_roles, show_example
from mockserver.records.kind import Kind


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
        self._roles: dict[str, Callable[[], Performer]] = {}
        self._keys: dict[str, frozenset[str]] = {}
        tenancy = contract.tenancy
        tenants = () if tenancy is None else tenancy.value.parameters
        scopes = {name for kind in kinds.values() for name in kind.scope}
        for kind in kinds.values():
            keys = frozenset(scopes.difference(kind.scope, tenants))
            for operation, make in find_roles(kind, contract):
                if operation.name not in self._roles:
                    self._roles[operation.name] = make
                    self._keys[operation.name] = keys | _find_key(kind, operation)

    def replace(self, contract: Contract, kinds: Mapping[str, Kind]) -> "Api":
        """Return the same API with another contract, and other kinds of records."""
        return Api(contract, kinds, self._base_path, has_exact_paths=self._has_exact_paths)

    def find_scope(self, match: PathMatch) -> Mapping[str, str]:
        """Return those parameters of the path that say what a caller has to be let see.

        What is the key of a record here, ``/teams/{team}``, may be what divides other records,
        ``/teams/{team}/runs``, or be called as that is, ``/teams/{id}/runs`` beside ``/runs/{id}``.
        """
        path = match.parameters
        keys = self._keys.get(match.operation.name) if match.operation is not None else None
        if not keys or keys.isdisjoint(path):
            return path
        return {name: value for name, value in path.items() if name not in keys}

    @property
    def operation_names(self) -> tuple[str, ...]:
        """The names of the operations, and for those with an operationId the call as well."""
        names = [name for o in self.contract.operations for name in (o.name, o.call)]
        return tuple(dict.fromkeys(names))

    def performer(self, operation: Operation) -> Performer:
        """Return what carries *operation* out; it is made at the first call."""
        found = self._performers.get(operation.name)
        if found is None:
            make = self._roles.get(operation.name)
            found = show_example(operation) if make is None else make()
            self._performers[operation.name] = found
        return found


def _find_key(kind: Kind, operation: Operation) -> frozenset[str]:
    """Return what names the record that *operation* is on, if a part of the list's path does."""
    read = kind.resource.read
    if read is None or operation.segments[: len(read.value.segments)] != read.value.segments:
        return frozenset()
    last = len(read.value.path_parameters) - 1
    return frozenset(operation.path_parameters[last : last + 1]).intersection(kind.scope)
