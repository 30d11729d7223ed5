"""TEN-03 and TEN-06: what one tenant must not move of another."""

from __future__ import annotations

from collections import Counter
from typing import Any

from contracts.contract.moves import Move
from contracts.contract.roles import Key
from contracts.engine.credentials import carry
from contracts.engine.law import MUST
from contracts.engine.probe import Probe
from contracts.engine.verdict import Untested, Violation
from contracts.http.shown import get_single, is_success
from contracts.roles.attempts import TRIES, get_lifecycle, list_calls
from contracts.roles.declared import has_moves
from contracts.roles.law import role_law
from contracts.roles.supply import get_record_in, release
from contracts.target import Need


@role_law(
    "TEN-06",
    MUST,
    ref="@root/x-tenancy",
    when=has_moves,
    needs={Need.OTHER_KEY, Need.EFFECTS_OWN},
)
def another_key_moves_no_record_of_this_tenant(probe: Probe) -> None:
    """With the key of another tenant, no record of this one is moved.

    Only a record that the other key cannot read is tried: with its own key, the other tenant may
    have one that is called the same.
    """
    _expect_unmoved(probe, carried=carry(probe.api.security, probe.target.other_api_key or ""))


@role_law("TEN-03", MUST, ref="@read", when=has_moves, needs={Need.OTHER_PATH, Need.EFFECTS_OWN})
def a_record_is_not_moved_from_the_path_of_another_tenant(probe: Probe) -> None:
    """A call on the path of another tenant moves no record of this one.

    Only a key that the other tenant is said not to have (404) is tried.
    """
    _expect_unmoved(probe, path=probe.target.other_path)


def _expect_unmoved(probe: Probe, **foreign: Any) -> None:
    """Break the law unless each move that is called as another tenant does nothing.

    The server may forget a record by itself. So where the call is refused and the record is gone,
    that has to happen to three.
    """
    life, judged, gone = get_lifecycle(probe), set[str](), Counter[str]()
    for rows in (one for one in list_calls(probe) for _ in range(TRIES)):
        call = f"{rows[0].by} {rows[0].event}"
        if call in judged:
            continue
        parameters = probe.api.operations[rows[0].by].parameters
        if "path" in foreign and not parameters.keys() & _list_names_apart(probe):
            continue
        state = _find_reachable_source(probe, rows)
        if state is None:
            continue
        key, move = state[1], next(row for row in rows if state[0] in row.sources)
        seen = probe.read_record(key, **foreign)
        if is_success(seen, probe.api) or (foreign.keys() == {"path"} and seen.status != 404):
            continue
        response, after = probe.move(move, key, **foreign), probe.read_record(key)
        legal, shown = life.find_reachable(state[0], by="server"), get_single(after, probe.api)
        gone[call] += not shown and not is_success(response, probe.api)
        if not shown and not is_success(response, probe.api) and gone[call] < TRIES:
            continue
        judged.add(call)
        if is_success(response, probe.api) or not shown:
            actual = f"{move.event} got {response.status}"
            raise Violation("a refusal for another tenant", actual, [seen, response, after])
        if probe.api.resource.find_state(shown) not in legal:
            actual = f"it is {probe.api.resource.name_state(shown)}"
            raise Violation(f"the record to stay {state[0]}", actual, [response, after])
        if probe.api.resource.find_state(shown) == state[0]:
            release(probe, key)
        probe.exercise(f"{move.event} got {response.status}")


def _list_names_apart(probe: Probe) -> set[str]:
    """Return the path parameters in which the two tenants differ."""
    here, there = probe.target.path, probe.target.other_path
    return {name for name, value in there.items() if here.get(name) != value}


def _find_reachable_source(probe: Probe, rows: tuple[Move, ...]) -> tuple[str, Key] | None:
    """Return a state from which one of *rows* leads, and a record in it that may be moved."""
    for state in dict.fromkeys(state for row in rows for state in row.sources):
        try:
            return state, get_record_in(probe, state)
        except Untested:
            continue
    return None
