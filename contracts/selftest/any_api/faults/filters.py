"""Faults made of the filters: each selects too much, too little, or on one page only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from contracts.contract.api import Api
from contracts.contract.pages import Filter
from contracts.contract.pointer import escape
from contracts.engine.bodies import list_types
from contracts.selftest.any_api.call import Call, Entry
from contracts.selftest.any_api.faults.promise import Fault, Promise, Unchecked
from contracts.selftest.any_api.listing import Page
from contracts.selftest.any_api.miniature import AnyMiniature
from contracts.selftest.any_api.values import find_property, list_stamps

PLAIN, ORDERED = ("eq", "ne", "in", "contains", "prefix", "glob"), ("lt", "lte", "gt", "gte")
"""Relations that a law asks for: of any text or number, and of what has an order."""


@dataclass
class Filtering(AnyMiniature):
    """A deployment of which one filter is wrong."""

    parameter: str = ""

    def is_asked(self, call: Call) -> bool:
        """Tell whether the call gives a value of the filter."""
        return self.parameter in {**call.request.query, **call.arguments}


class SelectsEverything(Filtering):
    """A filter selects everything."""

    def filter(self, call: Call, entries: Sequence[Entry]) -> list[Entry]:
        return list(entries) if self.is_asked(call) else super().filter(call, entries)


class LosesAMatch(Filtering):
    """A filter leaves out one record that matches."""

    def filter(self, call: Call, entries: Sequence[Entry]) -> list[Entry]:
        found = super().filter(call, entries)
        return found[1:] if self.is_asked(call) else found


class ForgetsItsFilter(Filtering):
    """From the second page on, a filter selects everything."""

    def cut(self, call: Call, whole: Sequence[Entry]) -> Page:
        page = super().cut(call, whole)
        if self.is_asked(call) and whole and page.entries[:1] != list(whole)[:1]:
            return super().cut(call, self.order(self.select(call)))
        return page


def derive(api: Api) -> Iterator[Promise]:
    """Go through what the filters promise."""
    listing, pages = api.resource.list, api.resource.pages
    for one in api.resource.filters:
        clause = f"{listing.pointer}/x-filters/{escape(one.parameter)}"
        if why := _explain_unasked(api, one):
            yield Unchecked(f"what {one.parameter} selects", clause, why)
            continue
        given = {"parameter": one.parameter}
        in_path = listing.parameters.get(one.parameter, {}).get("in") == "path"
        yield Fault(f"{one.parameter} selects everything", clause, SelectsEverything, None, given)
        if in_path:
            why = "what the list of another value has is not asked for"
            yield Unchecked(f"that {one.parameter} leaves nothing out", clause, why)
            continue
        yield Fault(f"{one.parameter} leaves a match out", clause, LosesAMatch, None, given)
        if pages is not None and pages.limit is not None and pages.style != "none":
            sentence = f"{one.parameter} is forgotten from the second page on"
            yield Fault(sentence, clause, ForgetsItsFilter, None, given)


def _explain_unasked(api: Api, one: Filter) -> str:
    """Say why no law asks for a filter; empty if one does."""
    schema = find_property(api, one.place)
    types = {*list_types(schema)}
    if one.relation in PLAIN:
        asked = types & {"string", "integer", "boolean"}
        return "" if asked else f"{one.place[1:]} is neither a text nor an integer"
    if one.relation not in ORDERED:
        return f"no law asks for {one.relation}"
    if not (types & {"integer", "number"} or one.place in list_stamps(api)):
        return f"{one.place[1:]} is neither a number nor one of stamps, so its order is not known"
    given = api.resource.list.parameters.get(one.parameter, {}).get("schema", {})
    if "string" in list_types(given) and given.get("format") != "date-time":
        return f"the form in which {one.parameter} takes a value is not declared"
    return ""
