"""What a page says beside its records: where others are, whether there are more, and how many."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from msgspec import Struct

from mockserver.contract.contract import Location
from mockserver.contract.schemas import member, types
from mockserver.contract.tree import Node
from mockserver.records.arguments import spell_value
from mockserver.records.kind import Kind
from mockserver.records.listing.numbers import least_offset, least_page
from mockserver.records.listing.query import Query, Slice
from mockserver.records.listing.request import cursor_of, identity_of
from mockserver.records.listing.tokens import write_token
from mockserver.records.record import Record, Scope

#: The relation types of RFC 8288 by which a Link header names other pages.
_RELATIONS = {"next": "next", "previous": "prev", "first": "first", "last": "last"}
_LIKE_URLS = ("url", "uri", "link", "href")


class Step(Struct, frozen=True):
    """How another page is asked for: by *value* in a *parameter*; None: without it."""

    parameter: str
    value: str | int | None


class Target(Struct, frozen=True):
    """Where a request for a list was sent: its *url* without the query, and its *query*."""

    url: str
    query: Sequence[tuple[str, str]] = ()

    def link(self, step: Step, dropped: frozenset[str]) -> str:
        """Return the address of another page; all but the *dropped* parameters are kept."""
        kept = [pair for pair in self.query if pair[0] not in dropped]
        if step.value is not None:
            kept.append((step.parameter, str(step.value)))
        return f"{self.url}?{urlencode(kept)}" if kept else self.url


class PageMembers(Struct, frozen=True):
    """What a response for a page carries: *members* of its body by pointer, and *headers*.

    A member is None where there is no such page; one that may not be null is left out then.
    """

    members: Mapping[str, Any]
    headers: Mapping[str, str]


class PageWriter:
    """Says of the pages of a *kind* what the contract wants said."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._cursor = cursor_of(kind.pages)
        places = {name: getattr(kind.pages, name) for name in (*_RELATIONS, "more", "total")}
        self._places: dict[str, Location] = {n: p for n, p in places.items() if p is not None}
        self._is_link = {name: self._leads_by_url(place) for name, place in self._places.items()}
        self._is_text = {name: self._is_told_as_text(place) for name, place in self._places.items()}
        pages, cursor = kind.pages, self._cursor
        bounds = (pages.page, pages.offset) if cursor is None else ()
        names = {bound.parameter for bound in bounds if bound is not None}
        names |= set() if cursor is None else {cursor.parameter, cursor.back or cursor.parameter}
        self._leading = frozenset(names)

    @property
    def is_silent(self) -> bool:
        """Whether a page of such records says nothing beside them."""
        return not self._places

    @property
    def reads_records(self) -> bool:
        """Whether what a page says depends on the records that it holds."""
        return self._cursor is not None

    def write(self, query: Query, found: Slice, scope: Scope, target: Target) -> PageMembers:
        """Return what the page *found* for *query* in *scope* says of itself and of others."""
        if self._cursor is None:
            steps = self._count_steps(query, found)
        else:
            steps = self._by_cursor(query, found, scope)
        members: dict[str, Any] = {}
        headers: dict[str, list[str]] = {}
        for name, place in self._places.items():
            value = self._value(name, steps.get(name), found, target)
            if place.pointer is not None:
                members[place.pointer] = value
            elif value is not None:
                is_link = str(place.header).lower() == "link"
                text = f'<{value}>; rel="{_RELATIONS[name]}"' if is_link else spell_value(value)
                headers.setdefault(str(place.header), []).append(text)
        return PageMembers(members, {name: ", ".join(texts) for name, texts in headers.items()})

    def _value(self, name: str, step: Step | None, found: Slice, target: Target) -> Any:
        if name == "total":
            return str(found.total) if self._is_text[name] else found.total
        if name == "more":
            return found.after
        if step is None:
            return None
        if self._is_link[name]:
            return target.link(step, self._leading)
        return str(step.value) if self._is_text[name] and step.value is not None else step.value

    def _count_steps(self, query: Query, found: Slice) -> dict[str, Step]:
        """Return how other pages are asked for where pages, or records, are counted."""
        pages, limit = self._kind.pages, query.limit
        bound = pages.page or pages.offset
        if bound is None or not limit:
            return {}
        least = least_offset(bound) if pages.page is None else least_page(pages)
        step = 1 if pages.page is not None else limit
        here = least + (query.offset if pages.page is None else query.offset // limit)
        last = least + max(0, (found.total or 0) - 1) // limit * step
        numbers = {"first": least, "last": last}
        if found.after:
            numbers["next"] = here + step
        if found.before:
            numbers["previous"] = max(least, here - step)
        return {name: Step(bound.parameter, number) for name, number in numbers.items()}

    def _by_cursor(self, query: Query, found: Slice, scope: Scope) -> dict[str, Step]:
        """Return how other pages are asked for by a cursor."""
        cursor, records = self._cursor, found.records
        if cursor is None:
            return {}
        if cursor.kind == "key":
            return self._by_key(cursor.parameter, cursor.back, found)
        identity = identity_of(self._kind, scope, query)

        def token(record: Record | None, *, back: bool) -> Step:
            position = None if record is None else query.ordering.position(record)
            parameter = cursor.back if back and cursor.back else cursor.parameter
            return Step(parameter, write_token(position, identity, back=back))

        steps = {"first": Step(cursor.parameter, None), "last": token(None, back=True)}
        if records and found.after:
            steps["next"] = token(records[-1], back=False)
        if records and found.before:
            steps["previous"] = token(records[0], back=True)
        return steps

    def _by_key(self, parameter: str, back: str | None, found: Slice) -> dict[str, Step]:
        """Return the keys of the first and the last record, by which other pages are asked for.

        Where the response says in another place whether there are more, the last key is always
        told.
        """
        if not found.records:
            return {}
        first, last = found.records[0].key, found.records[-1].key
        steps = {"first": Step(parameter, first), "last": Step(parameter, last)}
        if self._is_link.get("first"):
            steps["first"] = Step(parameter, None)
        if found.after or ("more" in self._places and not self._is_link.get("next")):
            steps["next"] = Step(parameter, last)
        if found.before and back is not None:
            steps["previous"] = Step(back, first)
        return steps

    def _leads_by_url(self, place: Location) -> bool:
        """Return whether other pages are named there by their address, not by a parameter."""
        if place.header is not None:
            return place.header.lower() == "link"
        pointer, schema = str(place.pointer), self._schema(place)
        said = schema.get_text("format") if schema is not None else None
        if said is not None and "uri" in said:
            return True
        if schema is not None and "integer" in types(schema):
            return False
        name = pointer.rpartition("/")[2].lower()
        if self._kind.pages.style == "link" or any(word in name for word in _LIKE_URLS):
            return True
        return self._cursor is None and name in ("prev", *_RELATIONS)

    def _is_told_as_text(self, place: Location) -> bool:
        """Return whether a number, such as that of the next page, stands there as text."""
        schema = self._schema(place)
        return schema is not None and types(schema) == {"string"}

    def _schema(self, place: Location) -> Node | None:
        listing = self._kind.resource.list
        body = listing.value.result if listing is not None else None
        return None if body is None or place.pointer is None else member(body, place.pointer)
