"""Deviations of `x-filters`: a parameter of a list that compares nothing."""

from collections.abc import Callable, Iterator

from msgspec import structs

from mockserver.contract.contract import Fact, Filter, Grade, Resource
from mockserver.deviations.deviation import Deviation
from mockserver.deviations.names import spell
from mockserver.records.kind import Kind


def derive(kind: Kind) -> Iterator[Deviation]:
    """Yield the deviations of the filters of *kind*."""
    listing = kind.resource.list
    if listing is None:
        return
    for fact in kind.resource.filters:
        said = fact.value
        if said.place is None or said.parameter in listing.value.path_parameters:
            continue
        yield Deviation(
            f"ignores-{spell(said.parameter)}",
            "must" if fact.grade is Grade.DECLARED else "conforming",
            f"Shows the list as if {said.parameter} were not given.",
            f"{listing.value.node.pointer}/x-filters",
            resource=kind.name,
            contract=_ignore(said.parameter),
        )


def _ignore(parameter: str) -> Callable[[Resource], Resource]:
    def change(fact: Fact[Filter]) -> Fact[Filter]:
        if fact.value.parameter != parameter:
            return fact
        return structs.replace(fact, value=structs.replace(fact.value, place=None))

    return lambda resource: structs.replace(resource, filters=tuple(map(change, resource.filters)))
