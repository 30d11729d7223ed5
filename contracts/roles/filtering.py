"""The declared filters of a list, with values to ask for, and what each of them selects."""

from __future__ import annotations

import operator
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from contracts.contract.api import Api
from contracts.contract.json_values import Record, freeze, get_value
from contracts.contract.pages import Filter
from contracts.engine.probe import Probe
from contracts.roles.moments import make_comparable
from contracts.roles.survey import get_known, get_largest_limit
from contracts.roles.walking import Walk, take_walk

PLAIN = re.compile(r"[^,\s]+$")
"""A value that is one value to any reader."""

WORD = re.compile(r"[\w@.:/+-]{2,}$")
"""A text without a character that a pattern could mean something by."""

VALUES = 4
"""How many values of one property are asked for."""

RELATIONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}


TEXTS: Mapping[str, Callable[[str, str], bool]] = {
    "contains": operator.contains,
    "prefix": str.startswith,
    "glob": fnmatchcase,
}


def list_queries(probe: Probe) -> list[tuple[Filter, Any]]:
    """Return filters with values that records have; a filter of a range needs a form that sorts."""
    found: list[tuple[Filter, Any]] = []
    known, listing = get_known(probe), probe.api.resource.list
    for one in probe.api.resource.filters:
        parameter = listing.parameters.get(one.parameter, {})
        all_values = [get_value(record, one.place) for record in known.values()]
        # What a comma or a space in a value means to a filter is not declared.
        values = [
            v for v in all_values if isinstance(v, int) or (isinstance(v, str) and PLAIN.match(v))
        ]
        times = Counter(map(freeze, values))
        if is_in_path(probe, one):
            found.append((one, probe.target.path.get(one.parameter)))
        elif one.relation in RELATIONS:
            found += [(one, value) for value in _choose_middle(probe, one, parameter, values)]
        elif one.relation in ("eq", "in") or (one.relation == "ne" and None not in all_values):
            # Whether a record without a value is unequal to one is not declared.
            found += [(one, value) for value, _ in times.most_common(VALUES)]
        elif one.relation in TEXTS:
            texts = [v for v, _ in times.most_common() if isinstance(v, str) and WORD.match(v)]
            found += [(one, make_part(one.relation, text, texts)) for text in texts[:VALUES]]
    return found


def list_untold(probe: Probe) -> Iterator[Filter]:
    """Go through the filters by any text of which no value tells records apart.

    Either no record has one to ask for, or all have the same: what such a filter selects is as if
    it were not given.
    """
    known = get_known(probe).values()
    told = {
        one.parameter
        for one, value in list_queries(probe)
        if not all(matches(probe.api, one, value, record) for record in known)
    }
    for one in probe.api.resource.filters:
        parameter = probe.api.resource.list.parameters.get(one.parameter, {})
        schema = parameter.get("schema", {})
        items = schema.get("items", schema)
        free = "string" in str(items) and not items.keys() & {"enum", "format", "pattern"}
        by_text = one.relation in ("eq", "in", *TEXTS) and not is_in_path(probe, one)
        if by_text and free and one.parameter not in told:
            yield one


def make_part(relation: str, text: str, others: Sequence[str]) -> str:
    """Return a part of *text* that a filter by *relation* finds it by.

    Its beginning is half of it, or so much more that not all *others* begin so, if any does.
    """
    half = -(-len(text) // 2)
    begins = [text[:length] for length in range(half, len(text) + 1)]
    telling = (one for one in begins if not all(other.startswith(one) for other in others))
    begin = next(telling, begins[0])
    return {"prefix": begin, "glob": f"{begin}*"}.get(relation, text)


def is_in_path(probe: Probe, one: Filter) -> bool:
    """Tell whether a path parameter filters: what --path says is what it is asked for."""
    return bool(probe.api.resource.list.parameters.get(one.parameter, {}).get("in") == "path")


def _choose_middle(
    probe: Probe, one: Filter, parameter: Mapping[str, Any], values: list[Any]
) -> list[Any]:
    """Return the value in the middle, if the parameter takes values of the form of the property."""
    schema = parameter.get("schema", {})
    takes_text = "string" in str(schema.get("type")) and schema.get("format") != "date-time"
    if takes_text or not all(make_comparable(probe.api, one.place, value) for value in values):
        return []
    return sorted(values, key=lambda value: make_comparable(probe.api, one.place, value) or 0)[
        len(values) // 2 :
    ][:1]


def matches(api: Api, one: Filter, wanted: Any, record: Record) -> bool:
    """Tell whether *record* is what the filter selects where *wanted* is asked for."""
    value = get_value(record, one.place)
    if one.relation in RELATIONS:
        pair = [make_comparable(api, one.place, v) for v in (value, wanted)]
        return None not in pair and RELATIONS[one.relation](*pair)
    if one.relation in TEXTS:
        return value is not None and TEXTS[one.relation](str(value), str(wanted))
    return (write_value(value) == write_value(wanted)) is (one.relation != "ne")


def write_value(value: Any) -> str:
    """Return *value* as a query has it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def read_filtered(probe: Probe, one: Filter, value: Any) -> Walk:
    """Read what the filter selects where *value* is asked for."""
    query = {} if is_in_path(probe, one) else {one.parameter: write_value(value)}
    return take_walk(probe, get_largest_limit(probe), query)


def is_steady(probe: Probe, one: Filter, value: Any, walk: Walk) -> bool:
    """Tell whether the filter selects the same records again as in *walk*.

    Of a list that shrinks meanwhile, a walk by numbers leaves records out.
    """
    return read_filtered(probe, one, value).keys == walk.keys


def list_state_values(probe: Probe, one: Filter) -> list[Any]:
    """Return the values by which a filter selects states, if it is one on the state."""
    life = probe.api.resource.lifecycle
    if life is None or one.relation not in ("eq", "in") or is_in_path(probe, one):
        return []
    values = [members.get(one.place) for members in life.states.values()]
    return [] if None in values else list(dict.fromkeys(values))
