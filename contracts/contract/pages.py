"""How a list pages and what its filters select, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where a response says something: a *pointer* into its body, or the name of a *header*."""

    pointer: str | None = None
    header: str | None = None

    @property
    def is_link(self) -> bool:
        """Tell whether other pages are named there by their URLs, as RFC 8288 has it."""
        return self.header is not None and self.header.lower() == "link"


@dataclass(frozen=True, slots=True)
class Bound:
    """A number that a list takes; what is None is not declared.

    *outside* is what a number outside the range means: `default`, `nearest` or a status.
    """

    parameter: str
    where: str = "query"
    default: int | None = None
    min: int | None = None
    max: int | None = None
    outside: str | int | None = None


@dataclass(frozen=True, slots=True)
class Cursor:
    """The parameter that says after which record a page begins.

    *kind* is `token`, or `key` (of the last record). *unknown* is the status for a cursor that
    names nothing.
    """

    parameter: str
    where: str = "query"
    kind: str = "token"
    unknown: int | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """The order of a list: by which property, as a pointer, and which way."""

    by: str | None = None
    descending: bool | None = None


@dataclass(frozen=True, slots=True)
class Pages:
    """How a list pages; *clause* is the pointer to what declares it."""

    style: str
    items: str
    clause: str
    limit: Bound | None = None
    page: Bound | None = None
    offset: Bound | None = None
    cursor: Cursor | None = None
    next: Place | None = None
    more: Place | None = None
    total: Place | None = None
    order: Order | None = None

    @property
    def first_number(self) -> int:
        """Return the number of the page that comes without one: its default, its least, or 1."""
        said = (self.page.default, self.page.min) if self.page else ()
        return next((number for number in said if number is not None), 1)


@dataclass(frozen=True, slots=True)
class Filter:
    """What a parameter of a list compares: a property, as a pointer, by a relation such as `eq`."""

    parameter: str
    place: str
    relation: str
