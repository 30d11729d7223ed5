"""How records came into their states: when they were made, and each move on their way."""

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from msgspec import Struct

from mockserver.contract.description.contract import Move
from mockserver.records.lifecycle import Lifecycle
from mockserver.records.moments import milliseconds, moment_of
from mockserver.records.places import Place
from mockserver.records.progress import Pace
from mockserver.records.routes import route

_MINUTE = 60_000
_DAY = 86_400_000
#: How long a record stays in a state at most of which nothing says how long it lasts.
_LONGEST_STAY = 3 * _DAY
_LONGEST_STEP = 5 * _MINUTE


class Step(Struct, frozen=True):
    """A move on the way of a record, *to* a state, *gap* milliseconds after the one before."""

    move: Move
    to: str
    gap: int


class History(Struct, frozen=True):
    """How a record came into its state: made at a moment in state *first*, then step by step."""

    made: int
    first: str
    steps: tuple[Step, ...] = ()

    @property
    def state(self) -> str:
        """Return the state that it has reached."""
        return self.steps[-1].to if self.steps else self.first


def history_of(
    lifecycle: Lifecycle | None, state: str, now: int, pace: Pace, chance: Random
) -> History:
    """Return how a record came into *state*, so that it stays there at *now*."""
    if lifecycle is None:
        return History(now - chance.randrange(_MINUTE, _LONGEST_STAY), "")
    stay = _stay(lifecycle, state, pace, chance)
    for first in lifecycle.initial:
        way = route(lifecycle, first, state)
        if way is not None:
            steps = tuple(Step(move, to, _gap(move, chance)) for move, to in way if to is not None)
            made = now - stay - sum(step.gap for step in steps)
            return History(made, first, steps)
    # Nothing says how a record comes into this state, so it was made in it.
    return History(now - stay, state)


def _stay(lifecycle: Lifecycle, state: str, pace: Pace, chance: Random) -> int:
    """Return how long a record has been in *state*: not so long that the server moves it on."""
    longest = _LONGEST_STAY
    for move in lifecycle.list_server_moves(state):
        if move.after is not None:
            longest = min(longest, milliseconds(move.after[0]))
        elif move.not_before is None and pace.default is not None:
            longest = min(longest, pace.default)
    return chance.randrange(longest // 2 + 1)


def _gap(move: Move, chance: Random) -> int:
    if move.after is None:
        return chance.randrange(1000, _LONGEST_STEP)
    least, most = map(milliseconds, move.after)
    return chance.randint(least, max(least, most))


def limits_of(
    lifecycle: Lifecycle, history: History, now: int, members: Mapping[str, Any], chance: Random
) -> Iterator[tuple[str, int]]:
    """Yield the moments before which records do not move, each with its place.

    One that holds a record in its state is yet to come, others have come by the move.
    """
    ahead = [
        m.not_before for m in lifecycle.list_server_moves(history.state) if m.not_before is not None
    ]
    for place in ahead:
        found = moment_of(Place(place).read(members), lifecycle.unit_of(place))
        if found is None or found <= now:
            yield place, now + chance.randrange(_MINUTE, _DAY)
    at = history.made
    for step in history.steps:
        at += step.gap
        if step.move.not_before is not None and step.move.not_before not in ahead:
            yield step.move.not_before, at
