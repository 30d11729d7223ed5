"""READ-10 to READ-11: every record that can be read is in the list, whatever its state."""

from __future__ import annotations

from contracts.contract.api import Api
from contracts.contract.roles import Key
from contracts.engine.law import MUST
from contracts.engine.probe import Probe
from contracts.engine.verdict import Untested, Violation
from contracts.http.exchange import Exchange
from contracts.http.shown import get_single
from contracts.roles.attempts import get_lifecycle
from contracts.roles.declared import has_key, has_lifecycle, has_pages
from contracts.roles.law import role_law
from contracts.roles.survey import get_largest_limit
from contracts.roles.walking import take_walk
from contracts.target import Need


def _has_pages_and_lifecycle(api: Api) -> str:
    return has_pages()(api) or has_lifecycle(api)


def _has_pages_and_key(api: Api) -> str:
    return has_pages()(api) or has_key(api)


def _expect_listed(probe: Probe, key: Key, shown: Exchange) -> None:
    """Break the law unless a record that was just read is in the list, or has gone since."""
    walk = take_walk(probe, get_largest_limit(probe))
    if key not in walk.by_key:
        walk = take_walk(probe, get_largest_limit(probe))  # it may have moved between two pages
    if key in walk.by_key:
        return
    if not walk.ended:
        raise Untested("the list is longer than what is read of it")
    if record := get_single(probe.read_record(key), probe.api):
        state = probe.api.resource.name_state(record)
        actual = f"it can be read ({state}), and is not listed"
        raise Violation(f"record {key} in the list", actual, [shown, *walk.pages[:1]])


@role_law("READ-11", MUST, ref="@list", when=_has_pages_and_lifecycle, needs={Need.DRIVER})
def a_record_is_listed_in_every_state(probe: Probe) -> None:
    """The list holds records in every state: each one that the driver makes is in it."""
    scope = probe.api.resource.find_scope(probe.target.path)
    for state in get_lifecycle(probe).states:
        key = probe.run.driver.job_in(state) if probe.run.driver else None
        if key is None:
            continue
        probe.run.transport.guard.adopt(scope, key)
        response = probe.read_record(key)
        if get_single(response, probe.api):
            _expect_listed(probe, key, response)
            probe.exercise(state)


@role_law("READ-10", MUST, ref="@list", when=_has_pages_and_key, after=["WALK-01"], last=True)
def a_record_that_was_read_is_listed(probe: Probe) -> None:
    """Each record that the run read on its own, for whatever reason, is also in the list.

    At the end of the run, the list is searched for one record of each state that no page has shown.
    """
    resource = probe.api.resource
    scope = resource.find_scope(probe.target.path)
    for state, one in probe.run.history.find_unlisted(scope).items():
        key = resource.find_key(one.job)
        if key is not None and get_single(probe.read_record(key), probe.api):
            _expect_listed(probe, key, one.exchange)
            probe.exercise(f"{state} records that no page had shown")
    probe.exercise("states of records that were read")
