"""READ-01 to READ-02, READ-04, READ-08: one record, read by its key."""

from __future__ import annotations

from string import ascii_lowercase, ascii_uppercase, digits
from typing import Any

from contracts.contract.json_values import Record
from contracts.contract.roles import Key
from contracts.engine.law import MUST
from contracts.engine.probe import Probe
from contracts.engine.verdict import Inconclusive, Violation
from contracts.http.excerpt import compare_records
from contracts.http.shown import get_single, is_success, list_page
from contracts.roles.declared import has_key, has_refusal
from contracts.roles.law import role_law
from contracts.roles.survey import get_known, get_largest_limit, sample_states
from contracts.roles.walking import build_query, take_walk

TRIES = 3
"""How often a record is read again because it moved between two reads."""


def _is_listed(probe: Probe, key: Key) -> bool:
    return key in take_walk(probe, get_largest_limit(probe)).by_key


@role_law("READ-01", MUST, ref="@read/responses", when=has_key)
def a_listed_record_can_be_read(probe: Probe) -> None:
    """Each record in the list can be read by its key, whatever its state."""
    for key, record in sample_states(probe, 2):
        response = probe.read_record(key)
        if not is_success(response, probe.api) and not _is_listed(probe, key):
            continue  # it was deleted meanwhile
        if not is_success(response, probe.api):
            expected = f"a declared success for the listed record {key}"
            raise Violation(expected, f"it was {response.status}", [response])
        probe.exercise(probe.api.resource.name_state(record))


@role_law("READ-02", MUST, ref="@read/responses", when=has_key, after=["READ-01"])
def a_record_reads_as_it_is_listed(probe: Probe) -> None:
    """Reading a record returns what its entry in the list says.

    An entry may say less than the record, so what both say is compared; and the list has to show
    the record unchanged before and after it is read, each of three times.
    """
    query = build_query(probe.api.resource.pages, get_largest_limit(probe))
    differing = None
    for _ in range(TRIES):
        differing = _find_difference(probe, query)
        if differing is None:
            return
    if differing is not None:
        raise differing


def _find_difference(probe: Probe, query: dict[str, Any]) -> Violation | None:
    resource, found = probe.api.resource, None
    before = {resource.find_key(one): one for one in list_page(probe.list_page(query), probe.api)}
    chosen: dict[str, list[Key]] = {}
    for key, record in before.items():
        some = chosen.setdefault(resource.name_state(record), [])
        if key is not None and len(some) < 2:
            some.append(key)
    read = {key: probe.read_record(key) for some in chosen.values() for key in some}
    after = {resource.find_key(one): one for one in list_page(probe.list_page(query), probe.api)}
    for key, response in read.items():
        record, shown = before[key], get_single(response, probe.api)
        if after.get(key) != record or not shown:
            continue
        common = _list_common(probe, record, shown)
        one, two = (
            {name: value for name, value in r.items() if name in common} for r in (record, shown)
        )
        if one != two:
            found = found or Violation(
                "the record as it is listed",
                f"{', '.join(change.member for change in compare_records(one, two))} differ",
                [response],
                changed=compare_records(one, two),
            )
            continue
        probe.exercise(resource.name_state(record))
    return found


def _list_common(probe: Probe, listed: Record, shown: Record) -> set[str]:
    """Return the members that can be compared: an entry of a list may leave out what is long.

    What is empty in the list may stand for what is left out, but for state, key and timestamps.
    """
    life, resource = probe.api.resource.lifecycle, probe.api.resource
    places = [resource.key or "", *(life.stamps.places if life and life.stamps else ())]
    places += [place for members in (life.states.values() if life else ()) for place in members]
    told = {place.split("/")[1] for place in places if place}
    empty = {name for name, value in listed.items() if value in (None, "", [], {})}
    return (listed.keys() & shown.keys()) - (empty - told)


@role_law("READ-04", MUST, ref="@read/responses/404", when=has_refusal(404))
def a_record_that_does_not_exist_is_not_found(probe: Probe) -> None:
    """A key that no record has gets the declared 404.

    The key is made up in the form of one that there is. Where the document declares 404 only within
    a range or by `default`, any status of an error will do.
    """
    read = probe.api.resource.read
    exact = read is not None and 404 in read.responses
    for key in list(get_known(probe))[:2]:
        made_up = make_up_key(probe, key)
        response = probe.read_record(made_up)
        if probe.api.resource.find_key(get_single(response, probe.api)) == made_up:
            continue  # there is one, in a part of the list that was not read
        if exact:
            probe.expect_status(response, 404, f"for {made_up}, which is not listed")
        elif response.status is None or not 400 <= response.status < 500:
            raise Violation(f"an error for {made_up}", f"it was {response.status}", [response])
        probe.exercise("made-up keys")


def make_up_key(probe: Probe, key: Key) -> Key:
    """Return a key of the form of *key* that no record should have."""
    if isinstance(key, int):
        return key + 10**6 + probe.random.randrange(10**6)
    kinds = (digits, ascii_lowercase, ascii_uppercase)
    if all(c in "0123456789abcdef-" for c in key.lower()):
        kinds = (digits, "abcdef", "ABCDEF")
    return "".join(
        kind[probe.random.getrandbits(32) % len(kind)] if kind else character
        for character in key
        for kind in [next((kind for kind in kinds if character in kind), "")]
    )


@role_law("READ-08", MUST, ref="RFC 9110 §9.2.1", when=has_key, after=["READ-01"])
def a_record_reads_the_same_again(probe: Probe) -> None:
    """Reading a record again returns the same record, unless it moved to another state."""
    for key, _ in sample_states(probe, 1):
        with probe.set_doubt_aside():
            _read_twice(probe, key)


def _read_twice(probe: Probe, key: Key) -> None:
    resource, different = probe.api.resource, None
    for _ in range(TRIES):
        one, two = probe.read_record(key), probe.read_record(key)
        records: list[Record] = [get_single(one, probe.api), get_single(two, probe.api)]
        if not all(records):
            return  # it was deleted meanwhile
        if records[0] == records[1]:
            probe.exercise(resource.name_state(records[0]))
            return
        different = Violation.compare(
            "the record as it read before", records[0], records[1], [one, two]
        )
    if resource.lifecycle and resource.lifecycle.stamps and different:
        stamps = {place[1:] for place in resource.lifecycle.stamps.places}
        if {change.member for change in different.changed} & stamps:
            raise different
    raise Inconclusive(f"record {key} changed each time it was read")
