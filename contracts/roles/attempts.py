"""Calls for moves that several laws judge: made once, with the record before and after each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from contracts.contract.moves import Lifecycle, Move
from contracts.contract.roles import Key
from contracts.engine.probe import Probe
from contracts.engine.verdict import Inapplicable, Inconclusive, Untested
from contracts.http.exchange import Exchange
from contracts.http.shown import get_single, is_success
from contracts.roles.supply import get_record_in, is_callable, release

TRIES = 3
"""How many records are tried, since one may move before it was judged."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A call for a move of a record in one state, with the record before and after it."""

    move: Move
    rows: tuple[Move, ...]
    """All that the call may mean, by the state of the record when it arrives."""
    state: str
    key: Key
    before: Exchange
    response: Exchange
    after: Exchange

    @property
    def evidence(self) -> list[Exchange]:
        """Return what shows how it went."""
        return [self.before, self.response, self.after]


def get_lifecycle(probe: Probe) -> Lifecycle:
    """Return how a record moves."""
    life = probe.api.resource.lifecycle
    if life is None:
        raise Inapplicable("the document declares no lifecycle")
    return life


def list_calls(probe: Probe) -> Iterator[tuple[Move, ...]]:
    """Go through the calls that clients can make: rows of one operation that mean the same call."""
    calls: dict[str, list[Move]] = {}
    for move in probe.api.resource.list_moves():
        if is_callable(probe, move):
            calls.setdefault(f"{move.by} {sorted(move.given.items())}", []).append(move)
    yield from map(tuple, calls.values())


def _attempt(probe: Probe, move: Move, rows: tuple[Move, ...], state: str) -> Attempt:
    """Call for *move* of a record in *state*; another is tried if it was not in it any more."""
    resource = probe.api.resource
    for _ in range(TRIES):
        key = get_record_in(probe, state)
        before = probe.read_record(key)
        if resource.find_state(get_single(before, probe.api)) != state:
            continue
        response, after = probe.move(move, key), probe.read_record(key)
        if not is_success(response, probe.api) and find_state(probe, after) == state:
            release(probe, key)
        return Attempt(move, rows, state, key, before, response, after)
    raise Untested(f"each record that was {state} moved on before the call")


def make_accepted(probe: Probe) -> list[Attempt]:
    """Call for each move from each state from which it leads and that can be reached."""
    # Where records are few: a refusal leaves a record as it is, and a move uses it up.
    probe.read_once(make_refused)
    return _make_attempts(probe, accepted=True)


def make_refused(probe: Probe) -> list[Attempt]:
    """Call for each move in each other state for which a response is declared."""
    return _make_attempts(probe, accepted=False)


def _make_attempts(probe: Probe, *, accepted: bool) -> list[Attempt]:
    found, states = [], get_lifecycle(probe).states
    for rows in list_calls(probe):
        for state in states:
            row = next((one for one in rows if state in one.sources), None)
            move = row or rows[0]
            if (row is not None) is not accepted or (
                row is None and not _find_refusal(rows, state)
            ):
                continue
            try:
                found.append(_attempt(probe, move, rows, state))
            except Untested:
                continue
    return found


def _find_refusal(rows: tuple[Move, ...], state: str) -> int | None:
    """Return the declared status of a call in *state*, if the rows of it agree."""
    codes = {row.get_refusal(state) for row in rows} - {None}
    return codes.pop() if len(codes) == 1 else None


def get_accepted(probe: Probe) -> list[Attempt]:
    """Return the calls that should be accepted; the law is untested if there are none."""
    attempts: list[Attempt] = probe.read_once(make_accepted)
    if not attempts:
        raise Untested("no record is in a state from which a client can move it")
    return attempts


def get_refused(probe: Probe) -> list[Attempt]:
    """Return the calls that should be refused; the law is untested if there are none."""
    attempts: list[Attempt] = probe.read_once(make_refused)
    if not attempts:
        raise Untested("no record is in a state in which a declared refusal can be seen")
    return attempts


def find_state(probe: Probe, exchange: Exchange) -> str | None:
    """Return the state of the record that a response shows."""
    return probe.api.resource.find_state(get_single(exchange, probe.api))


def is_accepted_again(probe: Probe, one: Attempt) -> bool:
    """Tell whether the call is accepted again and again of records in its state.

    A record could have been moved on by the server before the call arrived, which then meant
    another row. So the call is made of two more, and each time another record that was in the state
    before them has to be in it still.

    Raises:
        Inconclusive: there are no others to show it.
    """
    if not is_success(one.response, probe.api):
        return False
    for _ in range(TRIES - 1):
        try:
            witness, key = get_record_in(probe, one.state), get_record_in(probe, one.state)
        except Untested as error:
            told = f"{one.move.event} was accepted of a record that was {one.state} before it"
            raise Inconclusive(f"{told}, and may have moved on: {error.reason}") from error
        response = probe.move(one.move, key)
        if find_state(probe, probe.read_record(witness)) != one.state:
            return False
        release(probe, witness)
        if not is_success(response, probe.api):
            return False
    return True


def is_lost(probe: Probe, one: Attempt, attempts: Iterable[Attempt]) -> bool:
    """Tell whether the call makes the record disappear, which no row of it may have meant.

    A server may forget records by itself, so that has to happen to three: to all for which
    *attempts* made the call, or to more that are in the same state.

    Raises:
        Inconclusive: there are no others to show it.
    """
    may_be_gone = may_delete(get_lifecycle(probe), one.rows, one.state)
    if get_single(one.after, probe.api) or may_be_gone:
        return False
    stayed = [get_single(each.after, probe.api) for each in attempts if each.rows == one.rows]
    if len(stayed) >= TRIES and not any(stayed):
        return True
    for _ in range(TRIES - 1):
        try:
            another = _attempt(probe, one.move, one.rows, one.state)
        except Untested as error:
            told = f"{one.key} is gone after {one.move.event}, which the server may do by itself"
            raise Inconclusive(f"{told}: {error.reason}") from error
        if get_single(another.after, probe.api):
            return False
    return True


def changes_nothing_again(probe: Probe, one: Attempt) -> bool:
    """Tell whether accepted calls leave three records just as they were, all timestamps included.

    A record that went on and came back to its state would show when.
    """
    life = get_lifecycle(probe)
    if life.stamps is None or not (life.stamps.moved or life.stamps.entered):
        return False
    attempts = [one]
    try:
        attempts += [_attempt(probe, one.move, one.rows, one.state) for _ in range(TRIES - 1)]
    except Untested:
        return False
    return all(
        is_success(each.response, probe.api)
        and get_single(each.before, probe.api) == get_single(each.after, probe.api)
        for each in attempts
    )


def list_legal(life: Lifecycle, one: Attempt) -> set[str]:
    """Return the states that a record can be in after the call, whatever the server did."""
    return list_outcomes(life, one.rows, one.state)


def list_outcomes(life: Lifecycle, rows: Iterable[Move], before: str) -> set[str]:
    """Return the states that can follow a call that means one of *rows*, in the state *before*.

    The server may have moved it before the call arrived, and the call meant another row then.
    """
    starts: set[str] = set()
    for state in life.find_reachable(before, by="server"):
        leading = [row for row in rows if state in row.sources]
        starts.update(target for row in leading for target in row.targets)
        if not leading or any(row.delayed for row in leading):
            starts.add(state)
    return {state for start in starts for state in life.find_reachable(start, by="server")}


def may_delete(life: Lifecycle, rows: Iterable[Move], before: str) -> bool:
    """Tell whether a call that means one of *rows* can delete a record in the state *before*."""
    reached = life.find_reachable(before, by="server")
    return any(not row.targets and reached.intersection(row.sources) for row in rows)
