"""What a world that deviates is served by: another contract, other records, other responses."""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from msgspec import Struct, structs

from mockserver.contract.contract import Contract, Resource
from mockserver.deviations.catalogue import Catalogue
from mockserver.deviations.deviation import Deviation, WriteRefusal
from mockserver.records.kind import Kind
from mockserver.records.lifecycle import Lifecycle
from mockserver.store.records import Records

#: How many combinations of deviations are kept ready.
_MOST_KEPT = 64


class Variant(Struct, frozen=True):
    """What some *deviations* make of an API: its *contract*, and the *kinds* of its records.

    *write_refusal* is how the API refuses.
    """

    deviations: tuple[Deviation, ...]
    contract: Contract
    kinds: Mapping[str, Kind]
    write_refusal: WriteRefusal

    def choose_records(self, records: Records, operation: str) -> Records:
        """Return the records that an operation meets, given those of the world."""
        # Not needed where nothing deviates.
        from mockserver.deviations.records import ForwardingRecords

        # Also where none changes them: responses of another contract may not be remembered.
        found: Records = ForwardingRecords(records, "")
        for deviation in self.deviations:
            if deviation.records is not None:
                found = deviation.records(found, operation)
        return found


class Variants:
    """The variants of an API, by the names of deviations.

    What derives deviations is not imported before the catalogue is asked for.

    Args:
        contract: the contract of the API.
        kinds: the kinds of its records.
        make_kind: returns the kind of a resource that deviates.
        write_refusal: returns how the API refuses a call.
        own: returns the deviations that are the API's own, the innermost first.
    """

    def __init__(
        self,
        contract: Contract,
        kinds: Mapping[str, Kind],
        make_kind: Callable[[Resource], Kind],
        write_refusal: WriteRefusal,
        own: Callable[[], Iterable[Deviation]] = tuple,
    ) -> None:
        self._contract = contract
        self._kinds = kinds
        self._make_kind = make_kind
        self._write_refusal = write_refusal
        self._own = own
        self._catalogue: Catalogue | None = None
        self._right = {k.name: k.lifecycle for k in kinds.values() if k.lifecycle is not None}
        self.find = lru_cache(_MOST_KEPT)(self._find)
        self._change_lifecycles = lru_cache(_MOST_KEPT)(self._make_lifecycles)

    @property
    def catalogue(self) -> Catalogue:
        """All deviations that there are."""
        if self._catalogue is None:
            from mockserver.deviations.deriving import derive

            self._catalogue = Catalogue(derive(self._contract, self._kinds), self._own())
        return self._catalogue

    def lifecycles_of(self, names: tuple[str, ...]) -> Mapping[str, Lifecycle]:
        """Return how records move in a world with the deviations of these *names*, by kind.

        They are the same objects for the same changes: a database has statements made of them.

        Raises:
            UnknownDeviationError: a name is not that of a deviation.
        """
        if not names:
            return self._right
        changing = [d.name for d in self.catalogue.expand(names) if d.contract or d.lifecycle]
        return self._change_lifecycles(tuple(changing))

    def _find(self, names: tuple[str, ...]) -> Variant:
        """Return the variant with the deviations of these *names*.

        Raises:
            UnknownDeviationError: a name is not that of a deviation.
        """
        deviations = self.catalogue.expand(names)
        changed = {name: _change(kind.resource, deviations) for name, kind in self._kinds.items()}
        kinds = {
            name: kind if changed[name] is kind.resource else self._make_kind(changed[name])
            for name, kind in self._kinds.items()
        }
        contract = structs.replace(self._contract, resources=tuple(changed.values()))
        return Variant(deviations, contract, kinds, self._write_refusal)

    def _make_lifecycles(self, names: tuple[str, ...]) -> Mapping[str, Lifecycle]:
        deviations = self.catalogue.expand(names)
        made = {}
        for name, right in self._right.items():
            resource = self._kinds[name].resource
            changed = _change(resource, deviations)
            lifecycle = right
            if changed.lifecycle is not resource.lifecycle:
                lifecycle = self._make_kind(changed).lifecycle or right
            for deviation in deviations:
                if deviation.lifecycle is not None and deviation.resource in ("", name):
                    lifecycle = deviation.lifecycle(lifecycle)
            made[name] = lifecycle
        return made


def _change(resource: Resource, deviations: Iterable[Deviation]) -> Resource:
    """Return what those of *deviations* that are about it make of a *resource*."""
    for deviation in deviations:
        if deviation.contract is not None and deviation.resource in ("", resource.name):
            resource = deviation.contract(resource)
    return resource
