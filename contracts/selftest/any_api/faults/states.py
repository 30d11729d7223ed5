"""Faults made of the states: records that go where no move leads, and new ones in a wrong state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from contracts.contract.api import Api
from contracts.contract.json_values import get_value, put
from contracts.contract.moves import SERVER, Lifecycle
from contracts.contract.roles import Creation
from contracts.engine.comparison import explain_unfollowed
from contracts.roles.creation import list_ahead
from contracts.roles.declared import has_creation, has_stamps
from contracts.selftest.any_api.call import Call, Entry
from contracts.selftest.any_api.faults.late import LATE, Later
from contracts.selftest.any_api.faults.promise import (
    Fault,
    Promise,
    Unchecked,
    play_lifecycle,
)
from contracts.selftest.any_api.miniature import AnyMiniature


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


@dataclass
class ShowsAnUnknownState(AnyMiniature):
    """What records of one state say of it is what no declared state is made of."""

    state: str = ""
    place: str = ""

    def show(self, entry: Entry) -> Any:
        shown = super().show(entry)
        if self.get_state(entry) == self.state:
            value = get_value(shown, self.place)
            put(shown, self.place, value.swapcase() if isinstance(value, str) else value + 1000)
        return shown


@dataclass
class IsDueAtOnce(AnyMiniature):
    """A moment that a creation sets ahead is that of the creation."""

    place: str = ""

    def make(self, call: Call, creation: Creation, wanted: Any) -> Entry:
        entry = super().make(call, creation, wanted)
        self.stamp(entry, self.place)
        return entry


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
    yield from _derive_unknown(life)
    for creation in () if has_creation(api) or has_stamps("made")(api) else api.resource.creations:
        for place in list_ahead(api, creation):
            at = f"{creation.operation.pointer}/x-creates/set"
            yield Fault(
                f"a new record has {place[1:]} now", at, IsDueAtOnce, None, {"place": place}
            )
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


def _derive_unknown(life: Lifecycle) -> Iterator[Promise]:
    """Go through the places of which a record says its state, each with a value that none has."""
    told = {place: state for state in life.states for place in life.states[state]}
    for place, state in told.items():
        value = life.states[state][place]
        if value is not None and not isinstance(value, bool):
            sentence = f"{place[1:]} of a record that is {state} is that of no state"
            given = {"state": state, "place": place}
            yield Fault(sentence, f"{life.clause}/states", ShowsAnUnknownState, settings=given)


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
