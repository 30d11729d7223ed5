"""MAKE-09: a record that is made of another one, such as a run that is run again."""

from __future__ import annotations

from contracts.contract.api import Api
from contracts.contract.roles import Creation
from contracts.engine.law import MUST, OWN_EFFECTS
from contracts.engine.probe import Probe
from contracts.engine.verdict import Untested, Violation
from contracts.http.shown import get_single, is_success
from contracts.roles.declared import has_lifecycle
from contracts.roles.law import role_law
from contracts.roles.supply import get_record_in
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

    A new record that the response does not show could not be ended again, so that such a call is
    made under `--effects any` only.
    """
    life, resource = probe.api.resource.lifecycle, probe.api.resource
    for one in _list_copying(probe.api):
        shown = one.operation.id in resource.shows
        if not shown and probe.target.effects is not Effects.ANY:
            raise Untested(
                f"{one.operation.id} does not show what it makes; --effects any calls it"
            )
        for state in life.states if life else ():
            try:
                key = get_record_in(probe, state)
            except Untested:
                continue
            response = probe.call(one.operation.id, key=key)
            after = probe.read_record(key)
            legal = life.find_reachable(state, by="server") if life else ()
            now = resource.find_state(get_single(after, probe.api))
            if now not in legal:
                actual = f"it is {now or 'gone'}"
                raise Violation(f"record {key} to stay {state}", actual, [response, after])
            made = resource.find_key(get_single(response, probe.api))
            if is_success(response, probe.api) and made == key:
                raise Violation(f"another record than {key}", "it is the same", [response])
            probe.exercise(f"{one.operation.id} of one that is {state}: {response.status}")
