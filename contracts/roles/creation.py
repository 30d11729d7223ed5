"""MAKE-01 to MAKE-05, MAKE-10: what becomes of a record that was just made."""

from __future__ import annotations

from contracts.contract.api import Api
from contracts.contract.json_values import get_value, has_value, is_same
from contracts.contract.moments import UNSET, read_moment
from contracts.contract.moves import Stamps
from contracts.contract.roles import Creation
from contracts.engine.law import MUST, OWN_EFFECTS
from contracts.engine.probe import Probe
from contracts.engine.verdict import Inapplicable, Inconclusive, Violation
from contracts.http.excerpt import as_json
from contracts.http.exchange import Exchange
from contracts.http.shown import get_single, is_success
from contracts.roles.declared import has_creation, has_lifecycle, has_stamps
from contracts.roles.law import role_law
from contracts.roles.moments import LEEWAY, find_unit_at, read_duration
from contracts.roles.supply import Made, find_given, get_made, make_record, repeat
from contracts.roles.survey import get_largest_limit
from contracts.roles.walking import take_walk

AHEAD = "$now+"
"""What a runtime expression of a moment ahead begins with."""

TRIES = 3
"""How many new records are read, and how often the list is read again for one."""


def _has_conflict(api: Api) -> str:
    if lacking := has_creation(api):
        return lacking
    made = [one for one in api.resource.creations if one.conflict is not None]
    if made:
        return ""
    first = api.resource.creations[0].operation
    line = "x-conflict: {given: $request.body#/name, key: name, while: '*', status: 409}"
    return f"not declared; add to {first.method} {first.path}: {line}"


def list_ahead(api: Api, creation: Creation) -> dict[str, float]:
    """Return the places that a creation sets ahead of now, each by how many seconds."""
    written = api.resolve(creation.operation.pointer).get("x-creates") or {}
    ahead = {
        place if place.startswith("/") else f"/{place}": str(value).removeprefix(AHEAD)
        for place, value in written.get("set", {}).items()
        if str(value).startswith(AHEAD)
    }
    # How long a month or a year is depends on the day.
    exact = {p: text for p, text in ahead.items() if not {*text.partition("T")[0]} & {"M", "Y"}}
    return {place: read_duration(text) for place, text in exact.items()}


def _has_moment_ahead(api: Api) -> str:
    if lacking := has_creation(api) or has_stamps("made")(api):
        return lacking
    if any(list_ahead(api, one) for one in api.resource.creations):
        return ""
    return "no x-creates sets a moment ahead, such as {set: {expires_at: $now+PT24H}}"


def _has_creation_and_lifecycle(api: Api) -> str:
    return has_creation(api) or has_lifecycle(api)


@role_law(
    "MAKE-01", MUST, ref="@lifecycle/initial", when=_has_creation_and_lifecycle, needs=OWN_EFFECTS
)
def a_new_record_is_in_an_initial_state(probe: Probe) -> None:
    """A record that was just made is in an initial state, or where the server moves it then."""
    life, resource = probe.api.resource.lifecycle, probe.api.resource
    made = get_made(probe)
    initial = life.initial if life else ()
    legal = {s for one in initial for s in (life.find_reachable(one, by="server") if life else ())}
    if resource.find_state(made.record) not in legal:
        actual = f"it is {resource.name_state(made.record)}"
        expected = f"a record that is {' or '.join(initial)}"
        raise Violation(expected, actual, [made.exchange])
    probe.exercise(resource.name_state(made.record))


@role_law("MAKE-02", MUST, ref="@create/responses", when=has_creation, needs=OWN_EFFECTS)
def a_new_record_can_be_read_and_is_listed(probe: Probe) -> None:
    """A record that was made can be read by its key, and the list has it.

    The server may forget records by itself, so three that cannot be read have to be made.
    """
    made, response = _make_and_read(probe)
    for _ in range(TRIES - 1):
        if not get_single(response, probe.api):
            made, response = _make_and_read(probe)
    if not get_single(response, probe.api):
        actual = f"reading it got {response.status}"
        raise Violation(f"the new record {made.key}", actual, [made.exchange, response])
    walk = take_walk(probe, get_largest_limit(probe))
    for _ in range(TRIES):
        if made.key in walk.by_key:
            break
        walk = take_walk(probe, get_largest_limit(probe))
    again = probe.read_record(made.key)
    if made.key not in walk.by_key and walk.ended and get_single(again, probe.api):
        evidence = [made.exchange, *walk.pages[:2]]
        raise Violation(f"the new record {made.key} in the list", "it is not there", evidence)
    probe.exercise("new records")


def _make_and_read(probe: Probe) -> tuple[Made, Exchange]:
    made = make_record(probe)
    return made, probe.read_record(made.key)


@role_law("MAKE-03", MUST, ref="@create/x-conflict", when=_has_conflict, needs=OWN_EFFECTS)
def a_new_record_has_the_key_that_was_asked_for(probe: Probe) -> None:
    """A record has the value that its creation gave for the key of a conflict."""
    made = get_made(probe)
    conflict = made.creation.conflict
    if conflict is None or find_given(made) is None:
        raise Inapplicable("the key of a conflict is neither in the body nor in the path")
    given, shown = find_given(made), get_value(made.record, conflict.key)
    if not is_same(given, shown):
        expected = f"{conflict.key[1:]} {as_json(given)}"
        raise Violation(expected, f"it is {as_json(shown)}", [made.exchange])
    probe.exercise("new records")


@role_law("MAKE-04", MUST, ref="@create/x-conflict", when=_has_conflict, needs=OWN_EFFECTS)
def a_second_record_of_one_key_is_refused(probe: Probe) -> None:
    """A second record of the same key gets the declared status while the first is there.

    Where only some states of the first one count, it has to be in one of them before and after.
    """
    resource, made = probe.api.resource, make_record(probe)
    conflict = made.creation.conflict
    if conflict is None or find_given(made) is None:
        raise Inapplicable("the key of a conflict is neither in the body nor in the path")
    again = repeat(probe, made)
    first = probe.read_record(made.key)
    state = resource.find_state(get_single(first, probe.api))
    if not is_success(first, probe.api) or (conflict.states and state not in conflict.states):
        raise Inconclusive("the first record was not there any more, or had moved on")
    probe.expect_status(again, conflict.status, "for a second record", [made.exchange])
    probe.exercise("second records")


@role_law(
    "MAKE-05", MUST, ref="@lifecycle/stamps", when=_has_creation_and_lifecycle, needs=OWN_EFFECTS
)
def a_new_record_has_no_timestamp_of_a_later_state(probe: Probe) -> None:
    """A record that was just made has the timestamp of its making, and none of a later state."""
    resource, made = probe.api.resource, make_record(probe)
    life, record, exchange = resource.lifecycle, made.record, made.exchange
    stamps, state = life.stamps if life else None, resource.find_state(record)
    if life is None or stamps is None or state is None:
        raise Inapplicable("the document declares no timestamps of a record")
    if stamps.made is not None and get_value(record, stamps.made) in UNSET:
        raise Violation(f"{stamps.made[1:]} of a new record", "it is not set", [exchange])
    own = stamps.entered.get(state)
    for later, place in stamps.entered.items():
        reached = state in life.initial and later != state and place != own
        if reached and later not in life.initial and get_value(record, place) not in UNSET:
            actual = f"it is {as_json(get_value(record, place))}"
            expected = f"no {place[1:]} of a record that is {state}"
            raise Violation(expected, actual, [exchange], about=[record])
    probe.exercise(state)


@role_law("MAKE-10", MUST, ref="@create/x-creates/set", when=_has_moment_ahead, needs=OWN_EFFECTS)
def a_moment_that_is_set_ahead_is_so_far_ahead(probe: Probe) -> None:
    """A moment that `x-creates` sets by `$now+` is so long after the making of the record.

    A minute is allowed for. What the request itself says of it comes first, and is not judged.
    """
    made, life = get_made(probe), probe.api.resource.lifecycle
    stamps = (life and life.stamps) or Stamps()
    begun = read_moment(get_value(made.record, stamps.made or ""), stamps.unit)
    for place, seconds in list_ahead(probe.api, made.creation).items():
        if not has_value(made.record, place) or get_value(made.body, place) is not None:
            continue
        value = get_value(made.record, place)
        unit = find_unit_at(probe.api, place) or stamps.unit
        moment = None if value in UNSET else read_moment(value, unit)
        if begun is not None and (moment is None or abs(moment - begun - seconds) > LEEWAY):
            expected = f"{place[1:]} {seconds:.0f} s after {(stamps.made or '')[1:]}"
            raise Violation(expected, f"it is {as_json(value)}", [made.exchange])
        probe.exercise(place[1:])
