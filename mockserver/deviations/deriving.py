"""The deviations that follow from a contract, of all of its rules."""

from collections.abc import Iterator, Mapping

from msgspec import structs

from mockserver.contract.contract import Contract
from mockserver.deviations.derived import (
    answering,
    bounds,
    creating,
    entering,
    filtering,
    moving,
    paging,
    showing,
)
from mockserver.deviations.deviation import Deviation
from mockserver.deviations.names import spell
from mockserver.records.kind import Kind


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
    yield from answering.derive(kind, operations)
    yield from bounds.derive(kind)
    yield from paging.derive(kind)
    yield from filtering.derive(kind)
    yield from creating.derive(kind)
    yield from entering.derive_of_kind(kind)
    yield from showing.derive(kind)
