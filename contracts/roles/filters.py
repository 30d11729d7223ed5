"""FILT-01 to FILT-03: what the declared filters of a list select."""

from __future__ import annotations

import operator
import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from contracts.contract.json_values import Record, freeze, get_value
from contracts.contract.pages import Filter
from contracts.engine.law import MUST
from contracts.engine.probe import Probe
from contracts.engine.verdict import Untested, Violation
from contracts.http.excerpt import as_json
from contracts.roles.declared import has_filters
from contracts.roles.law import role_law
from contracts.roles.moments import make_comparable
from contracts.roles.survey import get_known, get_largest_limit
from contracts.roles.walking import Walk, take_walk

TRIES = 3
"""How often a list is read again when a law seems broken."""

PLAIN = re.compile(r"[^,\s]+$")
"""A value that is one value to any reader."""

VALUES = 4
"""How many values of one property are asked for."""

RELATIONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}


def _list_queries(probe: Probe) -> list[tuple[Filter, Any]]:
    """Return filters with values that records have; a filter of a range needs a form that sorts."""
    found: list[tuple[Filter, Any]] = []
    known, listing = get_known(probe), probe.api.resource.list
    for one in probe.api.resource.filters:
        parameter = listing.parameters.get(one.parameter, {})
        values = [get_value(record, one.place) for record in known.values()]
        # What a comma or a space in a value means to a filter is not declared.
        values = [
            v for v in values if isinstance(v, int) or (isinstance(v, str) and PLAIN.match(v))
        ]
        times = Counter(map(freeze, values))
        if _is_in_path(probe, one):
            found.append((one, probe.target.path.get(one.parameter)))
        elif one.relation in RELATIONS:
            found += [(one, value) for value in _choose_middle(probe, one, parameter, values)]
        elif one.relation in ("eq", "in", "contains", "prefix"):
            found += [(one, value) for value, _ in times.most_common(VALUES)]
    return found


def _is_in_path(probe: Probe, one: Filter) -> bool:
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


def _matches(probe: Probe, one: Filter, wanted: Any, record: Record) -> bool:
    value = get_value(record, one.place)
    if one.relation in RELATIONS:
        pair = [make_comparable(probe.api, one.place, v) for v in (value, wanted)]
        return None not in pair and RELATIONS[one.relation](*pair)
    if one.relation == "contains":
        return str(wanted) in str(value)
    if one.relation == "prefix":
        return str(value).startswith(str(wanted))
    return _write(value) == _write(wanted)


def _write(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read_filtered(probe: Probe, one: Filter, value: Any) -> Walk:
    query = {} if _is_in_path(probe, one) else {one.parameter: _write(value)}
    return take_walk(probe, get_largest_limit(probe), query)


def _judge(probe: Probe, check: Callable[[Probe, Filter, Any], Violation | None]) -> None:
    """Break the law if *check* finds a violation each time that it reads the list.

    A server may look a record up after it has chosen it, and records move meanwhile.
    """
    for one, value in _list_queries(probe):
        violation = None
        for _ in range(TRIES):
            violation = check(probe, one, value)
            if violation is None:
                break
        if violation is not None:
            raise violation
        probe.exercise(one.parameter)


@role_law("FILT-01", MUST, ref="@list/x-filters", when=has_filters)
def a_filtered_list_has_only_what_matches(probe: Probe) -> None:
    """Each record of a filtered list has the value that was asked for."""
    _judge(probe, _find_odd)


def _find_odd(probe: Probe, one: Filter, value: Any) -> Violation | None:
    walk = _read_filtered(probe, one, value)
    odd = [record for record in walk.records if not _matches(probe, one, value, record)]
    if not odd:
        return None
    key = probe.api.resource.find_key(odd[0])
    return Violation(
        f"only records with {one.place[1:]} {one.relation} {_write(value)}",
        f"{as_json(get_value(odd[0], one.place))} is among them",
        walk.pages[:1] if key is None else walk.find_pages(key),
        about=odd[:1],
    )


@role_law("FILT-02", MUST, ref="@list/x-filters", when=has_filters, after=["FILT-01"])
def a_filtered_list_has_all_that_matches(probe: Probe) -> None:
    """Each record that has the value asked for is in the filtered list, if it stays as it is.

    So the lists of all values together have every record. What the whole list shows before and
    after has to be in the filtered one.
    """
    _judge(probe, _find_missing)


def _find_missing(probe: Probe, one: Filter, value: Any) -> Violation | None:
    walk = _read_filtered(probe, one, value)
    wanted = [k for k, r in get_known(probe).items() if _matches(probe, one, value, r)]
    if set(wanted) <= walk.by_key.keys():
        return None  # so the list need not be read again
    before = take_walk(probe, get_largest_limit(probe))
    walk = _read_filtered(probe, one, value)
    after = take_walk(probe, get_largest_limit(probe))
    missing = [
        key
        for key, record in before.by_key.items()
        if after.by_key.get(key) == record
        and _matches(probe, one, value, record)
        and key not in walk.by_key
    ]
    if not missing or not walk.ended:
        return None
    return Violation(
        f"all records with {one.place[1:]} {one.relation} {_write(value)}",
        f"{len(missing)} are missing, such as {missing[0]}",
        [*before.find_pages(missing[0])[:1], *walk.pages[:1]],
        about=[before.by_key[missing[0]]],
    )


@role_law("FILT-03", MUST, ref="@list/x-filters", when=has_filters)
def a_filter_survives_from_page_to_page(probe: Probe) -> None:
    """The pages of a filtered list hold the same records, however many are on each."""
    pages = probe.api.resource.pages
    if pages is None or pages.limit is None:
        raise Untested("the list has no limit, so its filtered pages have one size only")
    _judge(probe, _find_other_parts)


def _find_other_parts(probe: Probe, one: Filter, value: Any) -> Violation | None:
    pages, whole = probe.api.resource.pages, _read_filtered(probe, one, value)
    least = max(pages.limit.min or 1, 1) if pages and pages.limit else 1
    if len(whole.keys) < 2 * least or _is_in_path(probe, one):
        return None
    size = max(least, -(-len(whole.keys) // 4))
    parts = take_walk(probe, size, {one.parameter: _write(value)})
    settled = whole.keys == _read_filtered(probe, one, value).keys
    if parts.keys == whole.keys or not (settled and whole.ended and parts.ended):
        return None
    return Violation(
        f"the {len(whole.keys)} records of {one.parameter}={_write(value)}",
        f"pages of {size} have {len(parts.keys)}",
        [*whole.pages[:1], *parts.pages[:2]],
    )
