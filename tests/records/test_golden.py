"""The tables of the contracts that come along: what each event does in each state."""

from csv import DictReader
from pathlib import Path

import pytest

from mockserver.contract.contract import SERVER, Move
from mockserver.records.arguments import Arguments
from mockserver.records.lifecycle import Lifecycle, Unmoved, choose, make, targets_of
from mockserver.records.progress import Pace, Progress
from mockserver.records.record import Record
from mockserver.records.rule import Rule
from tests.records.kinds import ALL, JOBS, OTHERS, contract, kind

GOLDEN = Path(__file__).parents[1] / "golden"
LATE = 10**12

each = pytest.mark.parametrize("name", ALL)


def lifecycle_of(name: str) -> Lifecycle:
    """Return the lifecycle of a contract."""
    found = kind(name).lifecycle
    assert found is not None
    return found


def in_state(lifecycle: Lifecycle, state: str) -> Record:
    """Return a record in that state."""
    return Record("one", (), b"{}", state).with_members(dict(lifecycle.states[state]))


def arguments(move: Move) -> Arguments:
    """Return what a request has to say so that *move* is meant."""
    body = {name[1:]: value for name, value in move.given.items()}
    return Arguments(body=body)


def outcome(move: Move, state: str) -> str:
    """Return what *move* does in *state*, as the golden tables spell it; empty where unsaid."""
    if state in move.sources:
        reached = [to or "gone" for to in targets_of(move)]
        return "|".join(reached)
    if move.by == SERVER or not move.otherwise:
        return ""
    said = move.otherwise.get(state, move.otherwise.get("*"))
    return "" if said is None else str(said)


@pytest.mark.parametrize("name", OTHERS)
def test_each_event_does_in_each_state_what_the_golden_table_says(name: str) -> None:
    """Guards the tables of the contracts: they hold in the engine, row by row."""
    lifecycle = lifecycle_of(name)
    with (GOLDEN / "apis" / f"{name}.csv").open() as file:
        golden = {row.pop("event"): row for row in DictReader(file)}
    found = {
        move.event: {state: outcome(move, state) for state in lifecycle.states}
        for move in lifecycle.moves
    }

    assert golden == found


def test_the_jobs_do_what_their_golden_table_says() -> None:
    """Guards the table of the jobs API: what it refuses is refused, what it makes is made."""
    lifecycle = lifecycle_of(JOBS)
    with (GOLDEN / "lifecycle.csv").open() as file:
        golden = [(row["status"], row["event"], row["outcome"]) for row in DictReader(file)]
    found = [
        (status, event, to if (to := _reached(lifecycle, status, event)) else "refused")
        for status, event, _ in golden
    ]

    assert len(golden) == 20
    assert golden == found


def _reached(lifecycle: Lifecycle, state: str, event: str) -> str | None:
    move = next(m for m in lifecycle.moves if m.event == event)
    if move.by == SERVER:
        pace = Pace(rules=(Rule(state, move.targets[0]),))
        due = Progress(lifecycle, pace).next_due(in_state(lifecycle, state))
        return due.to if due is not None and due.event == event else None
    chosen = choose(lifecycle, state, move.by, arguments(move))
    return None if chosen is None or isinstance(chosen, Unmoved) else chosen.targets[0]


@each
def test_a_call_makes_the_row_of_its_operation_that_leaves_the_state(name: str) -> None:
    """Guards each row by the engine's own hand: chosen, made, and readable from the members."""
    lifecycle = lifecycle_of(name)
    for move in lifecycle.moves:
        for state in lifecycle.states:
            if move.by == SERVER:
                continue
            record = in_state(lifecycle, state)
            chosen = choose(lifecycle, state, move.by, arguments(move))
            if state not in move.sources:
                assert chosen != move
                continue
            assert chosen == move
            for to in targets_of(move):
                after = make(lifecycle, record, move, 5, to)
                if after is not None and after.pending is not None:
                    after = Progress(lifecycle, Pace(None)).settle(after, LATE)
                reached = None if after is None else lifecycle.state_of(after.members())
                assert reached == to
                assert after is None or after.state == to


@each
def test_a_refusal_is_the_status_that_the_contract_states(name: str) -> None:
    """Guards ``otherwise``: of all rows of an operation, and where unsaid the usual status."""
    lifecycle = lifecycle_of(name)
    declared = {o.name: set(o.responses) for o in contract(name).operations}
    for move in lifecycle.moves:
        rows = [m for m in lifecycle.of_operation(move.by) if m.given == move.given]
        for state in lifecycle.states:
            if move.by == SERVER or any(state in row.sources for row in rows):
                continue
            refused = choose(lifecycle, state, move.by, arguments(move))
            stated = [row.otherwise.get(state, row.otherwise.get("*")) for row in rows]
            usual = next((c for c in ("409", "400", "422") if c in declared[move.by]), "409")
            assert isinstance(refused, Unmoved)
            assert refused.status in ([s for s in stated if s is not None] or [int(usual)])
            assert refused.is_refused
