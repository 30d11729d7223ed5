"""Faults made of what is promised within some time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from contracts.contract.api import Api
from contracts.contract.json_values import get_value, put
from contracts.contract.moments import UNSET
from contracts.contract.moves import SERVER, Move
from contracts.roles.declared import has_creation, has_stamps
from contracts.roles.moments import read_duration
from contracts.selftest.any_api.call import Entry
from contracts.selftest.any_api.faults.promise import (
    Fault,
    Promise,
    Unchecked,
    get_stamps,
    play_lifecycle,
)
from contracts.selftest.any_api.faults.stamps import HOUR, shift
from contracts.selftest.any_api.miniature import AnyMiniature
from contracts.selftest.any_api.values import list_stamps


@dataclass
class WaitsTooLong(AnyMiniature):
    """Records came into a state so long ago that they should have left it."""

    state: str = ""
    seconds: float = 0.0

    def keep(self, entry: Entry) -> None:
        made = get_value(entry.record, get_stamps(self.api).made or "")
        for place in list_stamps(self.api) if self.get_state(entry) == self.state else ():
            if get_value(entry.record, place) not in UNSET:
                put(entry.record, place, made)
                shift(self.api, entry.record, place, -self.seconds - HOUR)
        super().keep(entry)


def derive(api: Api) -> Iterator[Promise]:
    """Go through what is promised within some time."""
    life = api.resource.lifecycle
    for move in life.moves if life else ():
        if move.within is not None:
            yield from _derive_wait(api, move, read_duration(move.within))


def _derive_wait(api: Api, move: Move, seconds: float) -> Iterator[Promise]:
    life, clause = api.resource.lifecycle, f"{move.clause}/within"
    for state in move.sources if life else ():
        promise = f"{move.event} within {move.within} of {state}"
        if move.by != SERVER:
            yield Unchecked(promise, clause, "when a client calls is not the server's promise")
            continue
        lacking = has_stamps("made")(api) or has_creation(api)
        if lacking or life is None:
            yield Unchecked(promise, clause, lacking)
            continue
        moves = tuple(replace(one, within=None) if one == move else one for one in life.moves)
        plays = play_lifecycle(api, moves=moves)
        never = f"the server does not make {move.event} of a record that is {state}"
        yield Fault(never, clause, plays=plays)
        if state in get_stamps(api).entered:
            late = f"a record that is {state} waits longer than {move.within} for {move.event}"
            yield Fault(late, clause, WaitsTooLong, plays, {"state": state, "seconds": seconds})
