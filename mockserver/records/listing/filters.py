"""Filters: which records of a list a request asks for."""

import re
from collections.abc import Iterator
from fnmatch import translate
from typing import Any

from msgspec import Struct

from mockserver.contract.contract import Filter
from mockserver.contract.schemas import types
from mockserver.records.arguments import Arguments
from mockserver.records.kind import Kind
from mockserver.records.places import Place
from mockserver.records.record import Record
from mockserver.records.refusals import InvalidArgumentError, choose_refusal
from mockserver.records.scales import Rank, Scale

_ORDERED = ("lt", "lte", "gt", "gte")


class Condition(Struct, frozen=True):
    """What a record has to fulfil: its value at a *place* stands in a *relation* to *texts*.

    *wanted* are the texts as the *scale* compares them. *states* are those that fulfil it, where
    the place is one of those that make a state; then no record has to be read.
    """

    place: Place
    relation: str
    texts: tuple[str, ...]
    scale: Scale
    wanted: tuple[Rank, ...]
    states: frozenset[str] | None = None

    def holds(self, record: Record, members: dict[str, Any] | None) -> bool:
        """Return whether *record* fulfils this; *members* are its own, or None if not needed."""
        if self.states is not None:
            return (record.state in self.states) == (self.relation != "ne")
        return self._compares(self.place.read(members))

    def _compares(self, value: Any) -> bool:
        if self.relation in ("contains", "prefix", "glob"):
            return self._matches(value)
        if isinstance(value, list) and self.relation in ("eq", "in"):
            return any(self.scale.of_value(item) in self.wanted for item in value)
        found = self.scale.of_value(value)
        if self.relation == "ne":
            return found not in self.wanted
        if self.relation not in _ORDERED:
            return found in self.wanted
        if value is None:
            return False
        return all(_is_ordered(found, self.relation, wanted) for wanted in self.wanted)

    def _matches(self, value: Any) -> bool:
        """Return whether the texts are, in their relation, a part of *value*."""
        text = self.texts[0]
        if isinstance(value, list) and self.relation == "contains":
            return any(str(item) == text for item in value)
        if value is None:
            return False
        if self.relation == "contains":
            return text in str(value)
        if self.relation == "prefix":
            return str(value).startswith(text)
        return re.match(translate(text), str(value)) is not None


def _is_ordered(found: Rank, relation: str, wanted: Rank) -> bool:
    if relation == "lt":
        return found < wanted
    if relation == "lte":
        return found <= wanted
    return found > wanted if relation == "gt" else found >= wanted


def fulfils(record: Record, conditions: tuple[Condition, ...]) -> bool:
    """Return whether *record* fulfils all of *conditions*."""
    read = any(condition.states is None for condition in conditions)
    members = record.members() if read else None
    return all(condition.holds(record, members) for condition in conditions)


def conditions_of(kind: Kind, arguments: Arguments) -> Iterator[Condition]:
    """Yield the conditions of a request for a list of *kind*.

    Raises:
        InvalidArgumentError: a parameter does not state what its place holds.
    """
    for said in kind.filters:
        parameter = kind.parameter(said.parameter)
        where = "query" if parameter is None else parameter.where
        texts = arguments.texts(said.parameter, where)
        if not texts or said.place is None:
            continue
        if said.relation == "in":
            texts = _split(kind, said, texts)
        relation = "in" if said.relation == "eq" and len(texts) > 1 else said.relation
        states = _states(kind, said, texts)
        scale = kind.scale(said.place)
        wanted = () if states is not None else _read(kind, said, scale, texts)
        yield Condition(Place(said.place), relation, texts, scale, wanted, states)


def _read(kind: Kind, said: Filter, scale: Scale, texts: tuple[str, ...]) -> tuple[Rank, ...]:
    if said.relation in ("contains", "prefix", "glob"):
        return ()
    try:
        return tuple(map(scale.of_text, texts))
    except ValueError as error:
        status = choose_refusal(kind)
        raise InvalidArgumentError(said.parameter, status, str(error)) from None


def _split(kind: Kind, said: Filter, texts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the values of a list, which are repeated or, in one text, separated by commas."""
    parameter = kind.parameter(said.parameter)
    if parameter is not None and parameter.schema is not None:
        is_array = "array" in types(parameter.schema)
        if is_array and parameter.node.value.get("explode") is not False:
            return texts
    return tuple(part for text in texts for part in text.split(","))


def _states(kind: Kind, said: Filter, texts: tuple[str, ...]) -> frozenset[str] | None:
    """Return the states that *texts* name, where the place is one of those that make a state.

    A state is named by its name, or by the value of the place.
    """
    lifecycle = kind.lifecycle
    if lifecycle is None or said.relation not in ("eq", "in", "ne"):
        return None
    if said.place not in lifecycle.state_places:
        return None
    return frozenset(
        state
        for state, held in lifecycle.states.items()
        if state in texts or str(held.get(said.place)) in texts
    )
