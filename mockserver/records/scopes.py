"""Path parameters that name a part of an API, as members of the records in it."""

from collections.abc import Iterable, Mapping
from typing import Any

from mockserver.contract.description.schemas import member, pointer_of, properties, types
from mockserver.contract.description.tree import Node
from mockserver.contract.description.words import plain
from mockserver.domain.integer import parse_integer


def write_scope(members: dict[str, Any], record: Node, values: Iterable[tuple[str, str]]) -> None:
    """Give *members* what *values*, by parameter, say of a record in properties of their names.

    What is there already stays.
    """
    known = {plain(name): name for name in properties(record)}
    for parameter, text in values:
        name = known.get(plain(parameter))
        if name is not None and name not in members:
            members[name] = typed(record, pointer_of(name), text)


def typed(record: Node, pointer: str, value: Any) -> Any:
    """Return *value* as the integer that the place of a record holds, if it is one as text."""
    node = member(record, pointer)
    if isinstance(value, str) and node is not None and "integer" in types(node):
        try:
            return parse_integer(value)
        except ValueError:
            return value
    return value


def in_order(members: Mapping[str, Any], record: Node) -> dict[str, Any]:
    """Return *members* in the order in which the schema of a *record* has them."""
    ordered = {name: members[name] for name in properties(record) if name in members}
    return {**ordered, **members}
