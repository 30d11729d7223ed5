"""All deviations that a world of an API can have, by name."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import structs

from mockserver.contract.description.contract import Contract
from mockserver.deviations.derived import creating, entering, filtering, moving, paging, showing
from mockserver.deviations.deviation import Deviation
from mockserver.deviations.names import find_nearest, spell
from mockserver.records.kind import Kind


class UnknownDeviationError(LookupError):
    """There is no deviation of the name; the message tells similar names."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        nearest = find_nearest(name, known)
        told = f"; similar names are {', '.join(nearest)}" if nearest else ""
        super().__init__(f"{name!r} is not a deviation of this contract{told}")


class Catalogue:
    """The deviations of an API: those that follow from its *contract*, and its *own* ones.

    An own one takes the place of one of its name that follows from the contract.
    """

    def __init__(
        self, contract: Contract, kinds: Mapping[str, Kind], own: Iterable[Deviation] = ()
    ) -> None:
        self._own = tuple(own)
        replaced = {deviation.name for deviation in self._own}
        derived = [d for d in derive(contract, kinds) if d.name not in replaced]
        #: The innermost first: what a later one is given, the earlier ones have already changed.
        self.by_name: Mapping[str, Deviation] = {d.name: d for d in (*derived, *self._own)}

    def find(self, name: str) -> Deviation:
        """Return the deviation of that name.

        Raises:
            UnknownDeviationError: there is none.
        """
        if name not in self.by_name:
            raise UnknownDeviationError(name, self.by_name)
        return self.by_name[name]

    def expand(self, names: Iterable[str]) -> tuple[Deviation, ...]:
        """Return the deviations of these *names*, each once and in the order of the catalogue.

        A bundle is replaced by its parts. The order of the names means nothing: each deviation
        lies where it works together with the rest.

        Raises:
            UnknownDeviationError: a name is not that of a deviation.
        """
        wanted = {part for name in names for part in self._list_parts(name)}
        return tuple(deviation for name, deviation in self.by_name.items() if name in wanted)

    def _list_parts(self, name: str) -> Iterator[str]:
        parts = self.find(name).parts
        for part in parts:
            yield from self._list_parts(part)
        if not parts:
            yield name


def derive(contract: Contract, kinds: Mapping[str, Kind]) -> Iterator[Deviation]:
    """Yield the deviations that follow from *contract*, whose records are of *kinds*.

    Where it has records of several kinds, the name of the kind comes first in each name.
    """
    for kind in kinds.values():
        prefix = f"{spell(kind.name)}-" if len(kinds) > 1 else ""
        found = {d.name: d for d in _derive_of_kind(contract, kind)}
        for deviation in found.values():
            yield structs.replace(deviation, name=prefix + deviation.name)
    yield from entering.derive(contract)
    yield from showing.derive_of_all(contract)


def _derive_of_kind(contract: Contract, kind: Kind) -> Iterator[Deviation]:
    operations = {operation.name: operation for operation in contract.operations}
    yield from moving.derive(kind, operations)
    yield from paging.derive(kind)
    yield from filtering.derive(kind)
    yield from creating.derive(kind)
    yield from entering.derive_of_kind(kind)
    yield from showing.derive(kind)
