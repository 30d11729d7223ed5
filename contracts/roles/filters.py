"""FILT-01 to FILT-05: what the declared filters of a list select."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from contracts.contract.json_values import get_value
from contracts.contract.pages import Filter
from contracts.engine.law import MUST
from contracts.engine.probe import Probe
from contracts.engine.verdict import Inapplicable, Untested, Violation
from contracts.http.excerpt import as_json
from contracts.http.shown import is_success, list_page
from contracts.roles.declared import has_filters
from contracts.roles.filtering import (
    is_in_path,
    is_steady,
    list_queries,
    list_state_values,
    list_untold,
    matches,
    read_filtered,
    write_value,
)
from contracts.roles.law import role_law
from contracts.roles.survey import get_known, get_largest_limit
from contracts.roles.walking import MOST_PAGES, take_walk

TRIES = 3
"""How often a list is read again when a law seems broken."""


def _judge(probe: Probe, check: Callable[[Probe, Filter, Any], Violation | None]) -> None:
    """Break the law if *check* finds a violation each time that it reads the list.

    A server may look a record up after it has chosen it, and records move meanwhile.
    """
    for one, value in list_queries(probe):
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
    """Each record of a filtered list has the value that was asked for.

    A filter by a text of which no value tells records apart is asked for one that is made up.
    """
    _judge(probe, _find_odd)
    for one in list_untold(probe):
        page = probe.list_page({one.parameter: f"no-{probe.random.getrandbits(48):x}"})
        if records := list_page(page, probe.api):
            expected = f"no records for a made-up {one.parameter}"
            raise Violation(expected, f"{len(records)} were returned", [page], about=records[:1])
        if is_success(page, probe.api):
            probe.exercise(one.parameter)


def _find_odd(probe: Probe, one: Filter, value: Any) -> Violation | None:
    walk = read_filtered(probe, one, value)
    odd = [record for record in walk.records if not matches(probe.api, one, value, record)]
    if not odd:
        return None
    key = probe.api.resource.find_key(odd[0])
    return Violation(
        f"only records with {one.place[1:]} {one.relation} {write_value(value)}",
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
    walk = read_filtered(probe, one, value)
    wanted = [k for k, r in get_known(probe).items() if matches(probe.api, one, value, r)]
    if set(wanted) <= walk.by_key.keys():
        return None  # so the list need not be read again
    before = take_walk(probe, get_largest_limit(probe))
    walk = read_filtered(probe, one, value)
    after = take_walk(probe, get_largest_limit(probe))
    missing = [
        key
        for key, record in before.by_key.items()
        if after.by_key.get(key) == record
        and matches(probe.api, one, value, record)
        and key not in walk.by_key
    ]
    if not missing or not walk.ended or not is_steady(probe, one, value, walk):
        return None
    return Violation(
        f"all records with {one.place[1:]} {one.relation} {write_value(value)}",
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
    pages, whole = probe.api.resource.pages, read_filtered(probe, one, value)
    least = max(pages.limit.min or 1, 1) if pages and pages.limit else 1
    if len(whole.keys) < 2 * least or is_in_path(probe, one):
        return None
    size = max(least, -(-len(whole.keys) // 4))
    # A third page may fail if the second one has lost the filter.
    for most in (2, MOST_PAGES):
        parts = take_walk(probe, size, {one.parameter: write_value(value)}, most)
        # Without the filter there may be more pages than a walk reads.
        expected = whole.keys if parts.ended else whole.keys[: len(parts.keys)]
        if parts.keys != expected and whole.ended:
            break
    else:
        return None
    if not is_steady(probe, one, value, whole):
        return None
    return Violation(
        f"the {len(whole.keys)} records of {one.parameter}={write_value(value)}",
        f"{len(parts.pages)} pages of {size} have {len(parts.keys)}, and not the same ones",
        [*whole.pages[:1], *parts.pages[:2]],
    )


@role_law("FILT-04", MUST, ref="@list/x-filters", when=has_filters, after=["WALK-03"])
def a_filtered_list_has_nothing_that_the_whole_list_lacks(probe: Probe) -> None:
    """A filter selects from the list: each record that it shows is in the list without it.

    The whole list is read before and after, so that what was made meanwhile is known.
    """
    _judge(probe, _find_foreign)


def _find_foreign(probe: Probe, one: Filter, value: Any) -> Violation | None:
    walk = read_filtered(probe, one, value)
    if is_in_path(probe, one) or walk.by_key.keys() <= get_known(probe).keys():
        return None
    before = take_walk(probe, get_largest_limit(probe))
    walk = read_filtered(probe, one, value)
    after = take_walk(probe, get_largest_limit(probe))
    more = [k for k in walk.keys if k not in before.by_key and k not in after.by_key]
    # Of a list that shrinks meanwhile, a walk by numbers leaves records out.
    if not more or not (before.ended and after.ended) or before.keys != after.keys:
        return None
    return Violation(
        f"only records of the list with {one.parameter}={write_value(value)}",
        f"{more[0]} is in no page of the whole list",
        [*walk.find_pages(more[0])[:1], *after.pages[:1]],
        about=[walk.by_key[more[0]]],
    )


@role_law("FILT-05", MUST, ref="@list/x-filters", when=has_filters, after=["FILT-01"])
def the_lists_of_all_states_together_are_the_whole_list(probe: Probe) -> None:
    """Filtered by each value of the state in turn, the list has every record once.

    A record that moves from one to the other meanwhile is not counted.
    """
    filters = [(one, list_state_values(probe, one)) for one in probe.api.resource.filters]
    chosen = next(((one, values) for one, values in filters if values), None)
    if chosen is None:
        raise Inapplicable("no filter of the list selects records by their state")
    violation = None
    for _ in range(TRIES):
        violation = _find_gap(probe, *chosen)
        if violation is None:
            probe.exercise("values of the state", len(chosen[1]))
            return
    if violation is not None:
        raise violation


def _find_gap(probe: Probe, one: Filter, values: list[Any]) -> Violation | None:
    before = take_walk(probe, get_largest_limit(probe))
    walks = [read_filtered(probe, one, value) for value in values]
    after = take_walk(probe, get_largest_limit(probe))
    if not before.ended or not all(walk.ended for walk in walks):
        raise Untested("the list is longer than what is read of it")
    for key, record in before.by_key.items():
        times = sum(key in walk.by_key for walk in walks)
        known = get_value(record, one.place) in values
        if times != 1 and known and after.by_key.get(key) == record:
            if not all(map(partial(is_steady, probe, one), values, walks)):
                return None
            return Violation(
                f"record {key} in the list of one {one.place[1:]}",
                f"it is in {times} of the {len(walks)}",
                [*before.find_pages(key)[:1], *(walk.pages[0] for walk in walks[:3])],
                about=[record],
            )
    return None
