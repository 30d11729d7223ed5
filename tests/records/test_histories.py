"""Histories of records under calls of clients: they do not depend on who looks."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.contract.contract import SERVER
from mockserver.records.arguments import Arguments
from mockserver.records.lifecycle import Unmoved
from mockserver.records.progress import Pace
from mockserver.records.record import Record
from mockserver.store.memory import MemoryRecords
from mockserver.store.records import MoveCall, RecordNotFoundError
from tests.records.kinds import ALL, kind
from tests.records.walking import NOW, run

SCOPE = ("mine",)
#: How many milliseconds pass, and which of the moves of clients is asked for (None: none is).
Step = tuple[int, int | None]
steps = st.lists(st.tuples(st.integers(0, 40_000), st.none() | st.integers(0, 9)), max_size=8)


def live(name: str, history: Sequence[Step], *, looked: bool) -> tuple[list[str], Record | None]:
    """Return the outcomes of the calls of a history, and what has become of the record."""
    found = kind(name)
    assert found.key is not None
    assert found.lifecycle is not None
    moves = [move for move in found.lifecycle.moves if move.by != SERVER]
    members: dict[str, object] = {}
    found.key.write(members, 7 if found.key_of("7") == 7 else "7")
    store = MemoryRecords([found], paces={found.name: Pace(seed=name)})
    key = run(store.add(found, found.begin(members, SCOPE, NOW), NOW)).key
    now, outcomes = NOW, list[str]()
    for passed, asked in history:
        for _ in range(2 if looked else 0):
            now += passed // 2
            run(store.settle(now))
        now += passed - passed // 2 * 2 if looked else passed
        if asked is None:
            continue
        move = moves[asked % len(moves)]
        body = {name[1:]: value for name, value in move.given.items()}
        try:
            told = run(store.move(found, SCOPE, key, MoveCall(move.by, Arguments(body=body)), now))
            outcomes.append(str(told.status) if isinstance(told, Unmoved) else move.event)
        except RecordNotFoundError:
            outcomes.append("gone")
    try:
        return outcomes, run(store.get(found, SCOPE, key, now + 10**9))
    except RecordNotFoundError:
        return outcomes, None


@pytest.mark.parametrize("name", ALL)
@settings(max_examples=60)
@given(history=steps)
def test_a_history_is_the_same_whoever_looks(name: str, history: list[Step]) -> None:
    """Guards that calls are answered, and records end, as if nobody had looked between them."""
    assert live(name, history, looked=False) == live(name, history, looked=True)


@pytest.mark.parametrize("name", ALL)
@settings(max_examples=60)
@given(history=steps)
def test_a_record_is_at_its_end_what_its_members_say(name: str, history: list[Step]) -> None:
    """Guards that state and members never part, and that no move stays pending forever."""
    lifecycle = kind(name).lifecycle
    _, ended = live(name, history, looked=False)

    assert lifecycle is not None
    assert ended is None or lifecycle.state_of(ended.members()) == ended.state
    assert ended is None or ended.pending is None
