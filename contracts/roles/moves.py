"""CANC-01, CANC-03, CANC-06 to CANC-08, CANC-11 to CANC-12, CANC-14: the moves that clients make.

The ids are those of the same rules on a cancel. When a move takes effect is judged only where it is
answered with its effect: a move with `after` is allowed to be under way.
"""

from __future__ import annotations

from contracts.contract.json_values import Record
from contracts.contract.moves import Move
from contracts.engine.law import MUST, OWN_EFFECTS
from contracts.engine.probe import Probe
from contracts.engine.verdict import Inapplicable, Inconclusive, Untested, Violation
from contracts.http.exchange import Exchange
from contracts.http.shown import get_single, is_success
from contracts.roles.attempts import (
    TRIES,
    changes_nothing_again,
    find_state,
    get_accepted,
    get_lifecycle,
    get_refused,
    is_accepted_again,
    is_lost,
    list_calls,
    list_legal,
)
from contracts.roles.declared import has_moves
from contracts.roles.law import role_law
from contracts.roles.supply import make_record
from contracts.roles.survey import get_largest_limit
from contracts.roles.walking import take_walk


@role_law("CANC-01", MUST, ref="@lifecycle/transitions", when=has_moves, needs=OWN_EFFECTS)
def a_move_is_accepted_where_it_is_declared(probe: Probe) -> None:
    """A client's move is accepted in each state from which it is declared to lead."""
    for one in get_accepted(probe):
        with probe.set_doubt_aside():
            stays = find_state(probe, one.after) == one.state
            if not is_success(one.response, probe.api) and stays:
                probe.require_certain(one.response)
                raise Violation(
                    f"a declared success for {one.move.event} of a record that is {one.state}",
                    f"the status was {one.response.status}, and the record is still {one.state}",
                    one.evidence,
                    clause=one.move.clause,
                )
            probe.exercise(f"{one.move.event} from {one.state}")


@role_law("CANC-03", MUST, ref="@lifecycle/transitions", when=has_moves, needs=OWN_EFFECTS)
def a_move_gets_the_declared_status_in_other_states(probe: Probe) -> None:
    """In a state from which a move does not lead, the call gets the status that is declared.

    If the record has moved, the server may have moved it before the call arrived; so the call has
    to be accepted three times, while another record stays in the state.
    """
    for one in get_refused(probe):
        with probe.set_doubt_aside():
            code = one.move.get_refusal(one.state)
            stays = find_state(probe, one.after) == one.state
            if one.response.status != code and (stays or is_accepted_again(probe, one)):
                probe.require_certain(one.response)
                raise Violation(
                    f"{code} for {one.move.event} of a record that is {one.state}",
                    f"the status was {one.response.status}",
                    one.evidence,
                    clause=one.move.clause,
                )
            probe.exercise(f"{one.move.event} while {one.state}")


@role_law("CANC-06", MUST, ref="@lifecycle/transitions", when=has_moves, needs=OWN_EFFECTS)
def the_response_to_a_move_is_the_moved_record(probe: Probe) -> None:
    """Where the response to a move is a record, it is the one that was meant, in its new state."""
    life, resource = get_lifecycle(probe), probe.api.resource
    for one in get_accepted(probe):
        record = get_single(one.response, probe.api)
        if not record or not one.move.targets:
            continue
        state, legal = resource.find_state(record), list_legal(life, one)
        if resource.find_key(record) != one.key or state not in legal:
            expected = f"record {one.key}, {' or '.join(sorted(legal))}"
            actual = f"it is record {resource.find_key(record)}, {resource.name_state(record)}"
            evidence = [one.before, one.response]
            raise Violation(expected, actual, evidence, about=[record], clause=one.move.clause)
        probe.exercise(one.move.event)


@role_law("CANC-07", MUST, ref="@lifecycle/transitions", when=has_moves, needs=OWN_EFFECTS)
def a_moved_record_reads_as_moved(probe: Probe) -> None:
    """After a move was accepted, the record reads in a state to which the move leads.

    The server may have moved it on since. Where that can lead back to the state before, the move
    has to leave a trace in the record; it does not if three records are just as they were.
    """
    life, attempts = get_lifecycle(probe), get_accepted(probe)
    for one in attempts:
        if not is_success(one.response, probe.api) or not one.move.targets:
            continue
        shown, state = get_single(one.after, probe.api), find_state(probe, one.after)
        legal = list_legal(life, one)
        back = state == one.state not in one.move.targets and not one.move.delayed
        wrong = shown and (state not in legal or (back and changes_nothing_again(probe, one)))
        with probe.set_doubt_aside():
            if wrong or is_lost(probe, one, attempts):
                expected = f"{' or '.join(sorted(legal))} after {one.move.event}"
                raise Violation(expected, _say(probe, shown), one.evidence, clause=one.move.clause)
            probe.exercise(one.move.event)


def _say(probe: Probe, shown: Record) -> str:
    return f"it is {probe.api.resource.name_state(shown)}" if shown else "it is gone"


@role_law("CANC-08", MUST, ref="@lifecycle/transitions", when=has_moves, needs=OWN_EFFECTS)
def a_deleted_record_is_gone(probe: Probe) -> None:
    """After a move that deletes a record, it cannot be read, and no page has it."""
    for one in get_accepted(probe):
        if one.move.targets or not is_success(one.response, probe.api):
            continue
        shown = get_single(one.after, probe.api)
        listed = take_walk(probe, get_largest_limit(probe)).by_key.get(one.key)
        if shown or listed:
            actual = "it can be read" if shown else "it is listed"
            expected = f"no record {one.key} after {one.move.event}"
            raise Violation(expected, actual, one.evidence, clause=one.move.clause)
        probe.exercise(one.move.event)
    if not probe.exercised:
        raise Inapplicable("the document declares no move that deletes a record")


@role_law("CANC-11", MUST, ref="@lifecycle/transitions", when=has_moves, needs=OWN_EFFECTS)
def a_refused_move_changes_nothing(probe: Probe) -> None:
    """A move that does not lead from the state of a record leaves it in its state.

    The server may move it meanwhile, so any state counts to which that can have led.
    """
    life, attempts = get_lifecycle(probe), get_refused(probe)
    for one in attempts:
        shown, state = get_single(one.after, probe.api), find_state(probe, one.after)
        elsewhere = shown and state not in list_legal(life, one)
        with probe.set_doubt_aside():
            if elsewhere or is_lost(probe, one, attempts):
                expected = f"the record to stay {one.state}"
                raise Violation(expected, _say(probe, shown), one.evidence, clause=one.move.clause)
            probe.exercise(f"{one.move.event} while {one.state}")


@role_law("CANC-12", MUST, ref="@lifecycle/transitions", when=has_moves, needs=OWN_EFFECTS)
def a_move_does_not_affect_other_records(probe: Probe) -> None:
    """A move of one record of this run does not move another one of this run.

    The server may forget records by itself, so one has to be gone beside three that are moved.
    """
    life, resource = get_lifecycle(probe), probe.api.resource
    for rows in list_calls(probe):
        beside = _move_beside_another(probe, rows)
        if beside is None:
            continue
        before, response, after = beside
        expected, shown = f"the other record to stay {before}", get_single(after, probe.api)
        if shown and find_state(probe, after) not in life.find_reachable(before, by="server"):
            actual = f"it is {resource.name_state(shown)}"
            raise Violation(expected, actual, [response, after])
        more = (_move_beside_another(probe, rows) for _ in range(TRIES - 1))
        if not shown and all(one and not get_single(one[2], probe.api) for one in more):
            raise Violation(expected, "it is gone", [response, after])
        probe.exercise(rows[0].event)


def _move_beside_another(
    probe: Probe, rows: tuple[Move, ...]
) -> tuple[str, Exchange, Exchange] | None:
    """Make two records, and move one; return how the other was, the response, and how it is."""
    try:
        other, one = make_record(probe), make_record(probe)
    except Inapplicable as error:
        raise Untested(error.reason) from error
    state, before = (probe.api.resource.find_state(made.record) for made in (one, other))
    move = next((row for row in rows if state in row.sources), None)
    if move is None or before is None:
        return None
    return before, probe.move(move, one.key), probe.read_record(other.key)


@role_law("CANC-14", MUST, ref="@lifecycle/transitions", when=has_moves, needs=OWN_EFFECTS)
def a_record_that_does_not_exist_cannot_be_moved(probe: Probe) -> None:
    """A move of a record that there is not gets the 404 that its operation declares.

    Only a key that this run made up, and that the deployment says it does not have, is tried.
    """
    made_up = f"{probe.run.transport.guard.synthetic}-{probe.random.getrandbits(64):x}"
    read = probe.api.resource.read
    schema = read.parameters.get(probe.api.resource.key_parameter or "", {}) if read else {}
    if schema.get("schema", {}).get("type") not in ("string", None) or "format" in schema.get(
        "schema", {}
    ):
        raise Inapplicable("a made-up key of the declared form could be another record's")
    if probe.read_record(made_up).status != 404:
        raise Inconclusive("reading a made-up key does not get 404, so moving it is not safe")
    for rows in list_calls(probe):
        if 404 in probe.api.operations[rows[0].by].responses:
            response = probe.move(rows[0], made_up)
            probe.expect_status(response, 404, f"for {rows[0].event} of {made_up}")
            probe.exercise(rows[0].event)
