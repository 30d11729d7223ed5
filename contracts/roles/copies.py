"""MAKE-09: a record that is made of another one, such as a run that is run again."""

from __future__ import annotations

from itertools import takewhile

from contracts.contract.api import Api
from contracts.contract.moves import SERVER
from contracts.contract.roles import Creation
from contracts.engine.law import MUST, OWN_EFFECTS
from contracts.engine.probe import Probe
from contracts.engine.verdict import Untested, Violation
from contracts.http.shown import get_single, is_success
from contracts.roles.attempts import TRIES, get_lifecycle
from contracts.roles.declared import has_lifecycle
from contracts.roles.law import role_law
from contracts.roles.supply import get_record_in, release
from contracts.target import Effects


def _list_copying(api: Api) -> list[Creation]:
    find = api.resource.find_key_parameter
    return [one for one in api.resource.creations if find(one.operation) is not None]


def _has_copying(api: Api) -> str:
    if lacking := has_lifecycle(api):
        return lacking
    return "" if _list_copying(api) else "no operation makes a record of another one"


@role_law("MAKE-09", MUST, ref="@lifecycle/transitions", when=_has_copying, needs=OWN_EFFECTS)
def a_record_that_another_is_made_of_stays_as_it_is(probe: Probe) -> None:
    """Making a record of another one leaves that one where it is, and the new one is another.

    The server may forget a record, and other clients may move it meanwhile: the law is broken only
    if that happens with each of three.
    A new record that the response does not show could not be ended again, so that such a call is
    made under `--effects any` only.
    """
    resource = probe.api.resource
    for one in _list_copying(probe.api):
        shown = one.operation.id in resource.shows
        if not shown and probe.target.effects is not Effects.ANY:
            raise Untested(
                f"{one.operation.id} does not show what it makes; --effects any calls it"
            )
        for state in get_lifecycle(probe).states:
            try:
                violations = list(takewhile(bool, (_copy(probe, one, state) for _ in range(TRIES))))
            except Untested:
                continue
            if len(violations) == TRIES and violations[-1] is not None:
                raise violations[-1]


def _copy(probe: Probe, creation: Creation, state: str) -> Violation | None:
    """Make a record of one that is in *state*; return what is wrong, if anything is."""
    resource, life = probe.api.resource, get_lifecycle(probe)
    key = get_record_in(probe, state)
    response, after = probe.call(creation.operation.id, key=key), probe.read_record(key)
    now = resource.find_state(get_single(after, probe.api))
    if now not in life.find_reachable(state, by=SERVER):
        actual = f"it is {now or 'gone'}"
        return Violation(f"record {key} to stay {state}", actual, [response, after])
    made = resource.find_key(get_single(response, probe.api))
    if is_success(response, probe.api) and made == key:
        return Violation(f"another record than {key}", "it is the same", [response])
    if now == state:
        release(probe, key)
    probe.exercise(f"{creation.operation.id} of one that is {state}: {response.status}")
    return None
