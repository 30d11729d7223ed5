"""Deviations of the numbers that a list takes: how many records, which page, how many before."""

from collections.abc import Iterator
from typing import Any

from msgspec import structs

from mockserver.contract.contract import Bound, Grade, Resource
from mockserver.deviations.deviation import Deviation, Level
from mockserver.deviations.names import spell
from mockserver.records.kind import Kind
from mockserver.records.listing.numbers import USUAL_LIMIT, least_offset, least_page
from mockserver.records.refusals import choose_refusal

#: Two limits that are usual in APIs: what a default is changed to if it is not that already.
_USUAL_DEFAULTS = (20, 10)
_REFUSALS = (400, 422)


def derive(kind: Kind) -> Iterator[Deviation]:
    """Yield the deviations of the numbers that the list of *kind* takes."""
    pages = kind.pages
    if pages.limit is not None:
        usual = pages.limit.default or min(USUAL_LIMIT, pages.limit.max or USUAL_LIMIT)
        limit = _Number(kind, "limit", pages.limit)
        yield from limit.derive(usual, "the default number of records")
        yield from limit.change_default(usual)
    if pages.page is not None:
        least, page = least_page(pages), _Number(kind, "page", pages.page)
        yield from page.derive(least, "the first page")
        origin, word = (0, "zero") if least else (1, "one")
        told = f"Counts pages from {origin}."
        yield page.make(f"{page.name}-{word}-based", told, min=origin, default=origin)
    if pages.offset is not None:
        offset = _Number(kind, "offset", pages.offset)
        yield from offset.derive(least_offset(pages.offset), "the first records")


class _Number:
    """A number that the list of a *kind* takes as *bound* says, the *role* that it has in pages.

    Attributes:
        name: the name of its parameter, spelled.
    """

    def __init__(self, kind: Kind, role: str, bound: Bound) -> None:
        self._kind = kind
        self._role = role
        self._bound = bound
        self.name = spell(bound.parameter)

    def derive(self, usual: int, shown: str) -> Iterator[Deviation]:
        """Yield the deviations of any number; *shown* is what the list shows for the *usual*."""
        parameter, outside = self._bound.parameter, self._bound.outside
        level: Level = "conforming" if outside is None else self._level
        # Where the nearest bound is the default, nobody can tell.
        differs = self._bound.max is not None or self._bound.min not in (None, usual)
        if outside not in (None, "nearest") and (differs or outside != "default"):
            told = f"Moves a {parameter} outside its range to the nearest bound."
            yield self.make(f"clamps-{self.name}", told, level, outside="nearest")
        name = f"{self.name}-out-of-range-is"
        if outside != "default":
            told = f"Takes the default for a {parameter} outside its range."
            yield self.make(f"{name}-default", told, level, outside="default")
        preferred = choose_refusal(self._kind)
        others = (status for status in (preferred, *_REFUSALS) if status != outside)
        status = next(others)
        told = f"Answers {status} to a {parameter} outside its range."
        yield self.make(f"{name}-{status}", told, level, outside=status)
        told = f"Always shows {shown}, whatever {parameter} says."
        same: dict[str, Any] = {"min": usual, "max": usual, "default": usual, "outside": "default"}
        yield self.make(f"ignores-{self.name}", told, self._level, **same)

    def change_default(self, usual: int) -> Iterator[Deviation]:
        """Yield the deviation that the default is another than the *usual* one."""
        other = next(number for number in _USUAL_DEFAULTS if number != usual)
        if self._bound.max is None or other <= self._bound.max:
            told = f"Shows {other} records where no {self._bound.parameter} is given."
            yield self.make(f"default-{self.name}-is-{other}", told, default=other)

    def make(self, name: str, does: str, level: Level | None = None, **changes: Any) -> Deviation:
        """Return the deviation that *changes* what the contract says of the number."""
        role, listing = self._role, self._kind.resource.list

        def change(resource: Resource) -> Resource:
            said = resource.pages
            if said is None:
                return resource
            bound = structs.replace(getattr(said.value, role), **changes)
            pages = structs.replace(said.value, **{role: bound})
            return structs.replace(resource, pages=structs.replace(said, value=pages))

        return Deviation(
            name,
            self._level if level is None else level,
            does,
            "/paths" if listing is None else f"{listing.value.node.pointer}/x-pagination",
            resource=self._kind.name,
            contract=change,
        )

    @property
    def _level(self) -> Level:
        said = self._kind.resource.pages
        return "must" if said is not None and said.grade is Grade.DECLARED else "conforming"
