"""LIFE-09 to LIFE-10: a move that the contract promises within some time has happened by then."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

from contracts.contract.api import Api
from contracts.contract.json_values import Record, get_value
from contracts.contract.moments import UNSET, read_moment
from contracts.contract.moves import Move, Stamps
from contracts.contract.roles import Key
from contracts.engine.law import MUST, OWN_EFFECTS
from contracts.engine.probe import Probe
from contracts.engine.verdict import Inapplicable, Untested, Violation
from contracts.http.exchange import Exchange
from contracts.http.shown import get_single
from contracts.roles.attempts import find_state, get_lifecycle
from contracts.roles.declared import has_lifecycle, has_stamps
from contracts.roles.law import role_law
from contracts.roles.moments import LEEWAY, read_duration
from contracts.roles.supply import get_record_in, make_record

PATIENCE, PAUSE = 20.0, 1.0
"""Seconds: how long a promised move is waited for, and between two looks."""


def _has_promise(api: Api) -> str:
    if lacking := has_lifecycle(api) or has_stamps("made")(api):
        return lacking
    life = api.resource.lifecycle
    if life is not None and any(move.within for move in life.moves):
        return ""
    line = "x-lifecycle: {transitions: [{event: .., within: PT10M}]}"
    return f"not declared; add to {api.resource.schema}: {line}"


def _list_promises(probe: Probe) -> Iterator[tuple[Move, str, float]]:
    """Go through the moves with a promise: from which state, and within how many seconds."""
    for move in get_lifecycle(probe).moves:
        for state in move.sources if move.within and move.by == "server" else ():
            yield move, state, read_duration(move.within or "")


def _get_stamps(probe: Probe) -> Stamps:
    stamps = get_lifecycle(probe).stamps
    if stamps is None:
        raise Inapplicable("the document declares no timestamps of a record")
    return stamps


def _find_entered(probe: Probe, state: str, record: Record) -> float | None:
    """Return when *record* came into *state*, in seconds since 1970, if it says so."""
    stamps = _get_stamps(probe)
    place = stamps.entered.get(state)
    value = get_value(record, place) if place is not None else None
    return None if value in UNSET else read_moment(value, stamps.unit)


def _list_moments(probe: Probe, record: Record) -> Iterator[float]:
    """Go through the moments of *record* that had come when the deployment stamped them."""
    stamps = _get_stamps(probe)
    for place in stamps.places:
        value = get_value(record, place)
        moment = None if value in UNSET else read_moment(value, stamps.unit)
        if moment is not None:
            yield moment


@role_law("LIFE-09", MUST, ref="@lifecycle/transitions", when=_has_promise, last=True)
def no_record_waits_longer_than_is_promised(probe: Probe) -> None:
    """No record is seen in a state longer than a move out of it may take by its `within`.

    What time it is at the deployment is told by the latest timestamp that it had shown before: only
    its own clock counts. A minute is allowed for.
    """
    seen = sorted(probe.run.history.list_sightings(), key=lambda one: one.exchange.received)
    received = [one.exchange.received for one in seen]
    latest = (max(_list_moments(probe, one.job), default=0) for one in seen)
    clock = list(accumulate(latest, max, initial=0.0))
    resource = probe.api.resource
    for move, state, seconds in _list_promises(probe):
        for one in (one for one in seen if resource.find_state(one.job) == state):
            entered = _find_entered(probe, state, one.job)
            now = clock[bisect_right(received, one.exchange.since)]
            if entered is None or now < entered:
                continue
            probe.exercise(f"records that are {state}")
            if now - entered > seconds + LEEWAY:
                raise _fail(move, state, now - entered, [one.exchange])


def _fail(move: Move, state: str, seconds: float, evidence: list[Exchange]) -> Violation:
    expected = f"{move.event} within {move.within}"
    actual = f"a record is {state} after {seconds:.0f} s"
    return Violation(expected, actual, evidence, clause=move.clause)


@role_law("LIFE-10", MUST, ref="@lifecycle/transitions", when=_has_promise, needs=OWN_EFFECTS)
def a_promised_move_happens_in_time(probe: Probe) -> None:
    """A record of this run makes a promised move within the time that is declared for it.

    The time that passes is that of the deployment's clock, read from the timestamps of records that
    are made meanwhile. A driver with `advance(seconds)` lets it pass at once; without one, the
    judge waits twenty seconds at most.
    """
    open_promises = []
    for move, state, seconds in _list_promises(probe):
        try:
            key = get_record_in(probe, state)
        except Untested as error:
            open_promises.append(error.reason)
            continue
        if not _wait(probe, move, state, seconds, key):
            open_promises.append(
                f"{move.event} within {move.within} takes longer than the judge waits; a driver "
                "that has advance(seconds) lets the time pass"
            )
    if open_promises and not probe.exercised:
        raise Untested("; ".join(open_promises))


def _wait(probe: Probe, move: Move, state: str, seconds: float, key: Key) -> bool:
    """Wait for *move* of the record with *key*; return False if that would take too long.

    Raises:
        Violation: the time is over by the deployment's clock, and the record is where it was.
    """
    transport, driver = probe.run.transport, probe.run.driver
    begun, at_first = transport.clock(), _read_clock(probe)
    if driver is not None and (advance := getattr(driver, "advance", None)) is not None:
        advance(seconds + 2 * LEEWAY)
    while True:
        now = _read_clock(probe)
        shown = probe.read_record(key)
        if find_state(probe, shown) != state:
            probe.exercise(move.event)
            return True
        entered = _find_entered(probe, state, get_single(shown, probe.api))
        passed = now - (at_first if entered is None else entered)
        if passed > seconds + LEEWAY:
            raise _fail(move, state, passed, [shown])
        spent = transport.clock() - begun
        pace = (now - at_first) / spent if spent else 0
        if spent >= PAUSE and passed + pace * (PATIENCE - spent) < seconds + LEEWAY:
            return False
        transport.pause(PAUSE)


def _read_clock(probe: Probe) -> float:
    """Return what time it is at the deployment: it stamps a new record."""
    stamps, made = _get_stamps(probe), make_record(probe)
    value = get_value(made.record, stamps.made or "")
    moment = read_moment(value, stamps.unit)
    if moment is None:
        raise Untested("a new record does not say when it was made")
    return moment
