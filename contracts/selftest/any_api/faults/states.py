"""Faults made of the states: records that go where no move leads, and new ones in a wrong state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from contracts.contract.api import Api
from contracts.contract.moves import SERVER
from contracts.engine.comparison import explain_unfollowed
from contracts.roles.declared import has_creation
from contracts.selftest.any_api.faults.late import LATE, Later
from contracts.selftest.any_api.faults.promise import (
    Fault,
    Promise,
    Unchecked,
    play_lifecycle,
)


@dataclass
class Drifts(Later):
    """After a while, all records of one state are in another, to which no move leads."""

    source: str = ""
    target: str = ""

    def settle(self) -> None:
        super().settle()
        for entry in self.entries if self.requests == LATE else ():
            if self.get_state(entry) == self.source:
                self.enter(entry, self.target)


def derive(api: Api) -> Iterator[Promise]:
    """Go through what the states promise."""
    life = api.resource.lifecycle
    if life is None:
        return
    for move in (move for move in life.moves if move.by == SERVER):
        if move.not_before is not None:
            why = "whether the moment had come is told by the server's clock alone"
            promise = f"{move.event} not before {move.not_before[1:]}"
            yield Unchecked(promise, f"{move.clause}/notBefore", why)
    for state in life.states:
        yield _derive_drift(api, state)
    legal = {s for one in life.initial for s in life.find_reachable(one, by=SERVER)}
    wrong = next((state for state in life.states if state not in legal), None)
    clause = f"{life.clause}/initial"
    if lacking := has_creation(api):
        yield Unchecked(f"that a new record is {' or '.join(life.initial)}", clause, lacking)
    elif wrong is None:
        why = "the server may move a new record to each state before it is shown"
        yield Unchecked(f"that a new record is {' or '.join(life.initial)}", clause, why)
    else:
        plays = play_lifecycle(api, initial=(wrong,))
        yield Fault(f"a new record is {wrong}", clause, plays=plays)


def _derive_drift(api: Api, state: str) -> Promise:
    life = api.resource.lifecycle
    if life is None:
        raise TypeError("the contract has no lifecycle")
    clause = f"{life.clause}/{'terminal' if state in life.terminal else 'transitions'}"
    promise = f"where a record that is {state} can go"
    if lacking := explain_unfollowed(api):
        return Unchecked(promise, clause, lacking)
    reached = life.find_reachable(state)
    target = next((one for one in life.states if one not in reached), None)
    if target is None:
        return Unchecked(promise, clause, "each state can be reached from it, by several moves")
    sentence = f"records go from {state} to {target} by themselves"
    return Fault(sentence, clause, Drifts, settings={"source": state, "target": target})
