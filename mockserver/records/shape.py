"""How members of records are written: their order, their types, and the units of moments."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from mockserver.contract.schemas import member, properties, types, unit_of
from mockserver.contract.tree import Node
from mockserver.contract.words import plain
from mockserver.parsing.integer import parse_integer
from mockserver.parsing.pointer import escape
from mockserver.records.kind import Kind
from mockserver.records.places import Place


class Shape:
    """What the members of records of *kind* look like; each is looked up once."""

    def __init__(self, kind: Kind) -> None:
        record, lifecycle = kind.resource.record, kind.lifecycle
        known = properties(record)
        self._names = tuple(known)
        by_words = {plain(name): name for name in known if _holds_scalars(known[name])}

        @cache
        def unit(pointer: str) -> str:
            if lifecycle is not None:
                return lifecycle.unit_of(pointer)
            return unit_of(member(record, pointer))

        @cache
        def is_integer(pointer: str) -> bool:
            node = member(record, pointer)
            return node is not None and "integer" in types(node)

        @cache
        def scope_place(parameter: str) -> str | None:
            within = "".join(f"/{escape(name)}" for name in parameter.split("."))
            held = member(record, within) if "." in parameter else None
            if held is not None and _holds_scalars(held):
                return within
            name = by_words.get(plain(parameter))
            return None if name is None else f"/{escape(name)}"

        self.unit = unit
        #: Where a record holds what a path parameter of its scope says; None: nowhere.
        self.scope_place = scope_place
        self._is_integer = is_integer

    def order(self, members: Mapping[str, Any]) -> dict[str, Any]:
        """Return *members* in the order in which the schema has them."""
        return {**{name: members[name] for name in self._names if name in members}, **members}

    def convert(self, pointer: str, value: Any) -> Any:
        """Return *value* as the integer that the place holds, if it is one as text."""
        if isinstance(value, str) and self._is_integer(pointer):
            try:
                return parse_integer(value)
            except ValueError:
                return value
        return value

    def write_scope(self, members: dict[str, Any], values: Iterable[tuple[str, str]]) -> None:
        """Give *members* what *values*, by path parameter, say in properties of their names.

        What is there already stays.
        """
        for parameter, text in values:
            pointer = self.scope_place(parameter)
            place = None if pointer is None else Place(pointer)
            if place is not None and not place.is_in(members):
                place.write(members, self.convert(place.pointer, text))


def _holds_scalars(node: Node) -> bool:
    """Return whether a property may hold what can stand in a path."""
    kinds = types(node)
    return not kinds or bool(kinds - {"object", "array"})
