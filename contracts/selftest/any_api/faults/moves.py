"""Faults made of the moves of clients: each transition, refusal, deletion and bystander."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from contracts.contract.api import Api
from contracts.contract.moves import SERVER, Lifecycle, Move
from contracts.engine.bodies import list_types
from contracts.roles.attempts import list_outcomes, may_delete
from contracts.roles.declared import has_creation
from contracts.roles.supply import list_required
from contracts.selftest.any_api.call import Call, Entry
from contracts.selftest.any_api.faults.promise import Fault, Promise, Unchecked, play_lifecycle
from contracts.selftest.any_api.miniature import AnyMiniature
from contracts.selftest.any_api.world import list_paths
from contracts.selftest.messages import Response

GONE = ""
"""What stands for the state of a record that was deleted."""


@dataclass
class MovesNothing(AnyMiniature):
    """A move is accepted, and the record stays as it is."""

    event: str = ""

    def carry_out_move(self, entry: Entry, row: Move) -> None:
        if row.event != self.event:
            super().carry_out_move(entry, row)


class MovesAnotherAsWell(AnyMiniature):
    """A move is made of the record that was made before, too."""

    def carry_out_move(self, entry: Entry, row: Move) -> None:
        for other in [one for one in self.entries if one.number == entry.number - 1]:
            if self.get_state(other) in row.sources:
                super().carry_out_move(other, row)
        super().carry_out_move(entry, row)


class MovesWhatIsNotThere(AnyMiniature):
    """A move of a record that does not exist is accepted."""

    def carry_out(self, call: Call) -> Response:
        response = super().carry_out(call)
        moves = any(self.api.resource.list_moves(call.operation))
        return self.succeed(call.operation) if response.status == 404 and moves else response


@dataclass
class ShowsAnotherAsMoved(AnyMiniature):
    """The response to a move has another record."""

    event: str = ""

    def move(self, call: Call, entry: Entry, rows: Sequence[Move]) -> Response:
        response = super().move(call, entry, rows)
        named = any(row.event == self.event for row in rows)
        other = next(one for one in self.entries if one.number != entry.number)
        done = named and 200 <= response.status < 300
        return self.succeed(call.operation, other) if done else response


def derive(api: Api) -> Iterator[Promise]:
    """Go through what the transitions of clients promise."""
    life = api.resource.lifecycle
    calls: dict[str, list[Move]] = {}
    for move in life.moves if life else ():
        if move.by != SERVER:
            calls.setdefault(f"{move.by} {sorted(move.given.items())}", []).append(move)
    for rows in calls.values():
        for row in rows if life else ():
            if lacking := explain_uncallable(api, row):
                yield Unchecked(row.event, row.clause, lacking)
            elif life is not None:
                yield from _derive_row(api, life, row, rows)
        if life is not None and not explain_uncallable(api, rows[0]):
            yield from _derive_refusals(api, life, rows)
            yield from _derive_unknown(api, rows[0])


def explain_uncallable(api: Api, move: Move) -> str:
    """Say why no law calls for *move*; empty if one does."""
    operation = api.operations[move.by]
    name = api.resource.find_key_parameter(operation)
    asked = {n[1:] for n in move.given if n.startswith("?")}
    missing = list_required(operation) - {name or "", *list_paths(api)[0], *asked}
    if name is None:
        return "its operation names no record"
    if move.not_before is not None:
        return f"it is not possible before {move.not_before[1:]}, which is left to the server"
    return f"it needs {', '.join(sorted(missing))}" if missing else ""


def _derive_row(api: Api, life: Lifecycle, row: Move, rows: list[Move]) -> Iterator[Promise]:
    for state in row.sources:
        changed = replace(row, sources=tuple(s for s in row.sources if s != state))
        yield Fault(
            f"{row.event} is refused while {state}",
            f"{row.clause}/from",
            plays=_swap(api, life, changed),
        )
    if not row.targets:
        sentence = f"{row.event} is accepted, and the record stays"
        yield Fault(sentence, f"{row.clause}/to", MovesNothing, settings={"event": row.event})
        return
    legal = {state: list_outcomes(life, rows, state) for state in row.sources}
    wrong = next((t for t in life.states if any(t not in one for one in legal.values())), None)
    if wrong is None:
        why = "the server may move the record on to each state before it is read"
        yield Unchecked(f"where {row.event} leads", f"{row.clause}/to", why)
    else:
        yield Fault(
            f"{row.event} leads to {wrong}",
            f"{row.clause}/to",
            plays=_swap(api, life, replace(row, targets=(wrong,))),
        )
    if len(row.targets) > 1:
        why = "which of several states follows is the server's choice"
        yield Unchecked(f"each state to which {row.event} leads", f"{row.clause}/to", why)
    if any(state not in one for state, one in legal.items()):
        sentence = f"{row.event} is accepted, and the record stays as it is"
        yield Fault(sentence, row.clause, MovesNothing, settings={"event": row.event})
    else:
        why = (
            "it may be under way for any time"
            if row.delayed
            else "the server may move it back at once"
        )
        yield Unchecked(f"that {row.event} takes effect", row.clause, why)
    if row.by in api.resource.shows:
        sentence = f"the response to {row.event} has another record"
        kind = ShowsAnotherAsMoved
        yield Fault(sentence, row.clause, kind, settings={"event": row.event})


def _swap(api: Api, life: Lifecycle, *rows: Move) -> Api:
    """Return *api* with *rows* in place of those with the same clauses."""
    changed = {row.clause: row for row in rows}
    return play_lifecycle(api, moves=tuple(changed.get(one.clause, one) for one in life.moves))


def _derive_refusals(api: Api, life: Lifecycle, rows: list[Move]) -> Iterator[Promise]:
    first, unsaid = rows[0], []
    for state in life.states:
        codes = {row.get_refusal(state) for row in rows} - {None}
        if any(state in row.sources for row in rows):
            continue
        if len(codes) != 1:
            unsaid.append(state)
            continue
        (code,) = codes
        other = 409 if code == 400 else 400
        changed = [replace(row, otherwise={**row.otherwise, state: other}) for row in rows]
        clause = f"{first.clause}/otherwise"
        plays = _swap(api, life, *changed)
        yield Fault(f"{first.event} is refused by {other} while {state}", clause, plays=plays)
        yield _derive_acceptance(api, life, rows, state)
    if unsaid:
        promise = f"what {first.event} gets while {', '.join(unsaid)}"
        yield Unchecked(promise, first.clause, "no otherwise says it, so it is no promise yet")


def _derive_acceptance(api: Api, life: Lifecycle, rows: list[Move], state: str) -> Promise:
    """Return the fault that a refused move is carried out in *state*, if that can be told."""
    first = rows[0]
    legal = list_outcomes(life, rows, state)
    legal |= {GONE} if may_delete(life, rows, state) else set()
    leading = [row for row in rows if not legal.intersection(row.targets or {GONE})]
    clause = f"{first.clause}/otherwise"
    if not leading:
        why = "the server may have moved the record to where the move leads"
        return Unchecked(f"that {first.event} is not carried out while {state}", clause, why)
    row = leading[0]
    changed = replace(row, sources=(*row.sources, state))
    sentence = f"{row.event} is carried out while {state}"
    return Fault(sentence, clause, plays=_swap(api, life, changed))


def _derive_unknown(api: Api, row: Move) -> Iterator[Promise]:
    """Go through what a move promises of other records, and of records that there are not."""
    resource, life = api.resource, api.resource.lifecycle
    operation = api.operations[row.by]
    sentence, clause = f"{row.event} moves another record as well", row.clause
    initial = life.initial[0] if life else ""
    reached = life.find_reachable(initial, by=SERVER) if life else frozenset()
    if has_creation(api):
        yield Unchecked(f"that {row.event} moves no other record", clause, "no record can be made")
    elif initial in row.sources and not reached.issuperset(row.targets or ("",)):
        yield Fault(sentence, clause, MovesAnotherAsWell)
    if 404 not in operation.responses or resource.read is None:
        return
    schema = resource.read.parameters.get(resource.key_parameter or "", {}).get("schema", {})
    pointer = f"{operation.pointer}/responses/404"
    if "string" in list_types(schema) and "format" not in schema:
        yield Fault(f"{row.event} of no record is accepted", pointer, MovesWhatIsNotThere)
    else:
        why = "a made-up key of this form could be another record's"
        yield Unchecked(f"that {row.event} of no record is not found", pointer, why)
