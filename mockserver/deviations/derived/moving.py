"""Deviations of `x-lifecycle`: moves that are refused, accepted, left out, or answered wrongly."""

from collections.abc import Callable, Iterator, Mapping

from msgspec import structs

from mockserver.contract.contract import SERVER, Fact, Grade, Move, Resource
from mockserver.contract.operations import Operation
from mockserver.contract.words import REFUSALS
from mockserver.deviations.deviation import (
    Deviation,
    Level,
    OtherRecords,
)
from mockserver.deviations.names import spell
from mockserver.deviations.records import ForwardingRecords
from mockserver.records.bodies.response import Result
from mockserver.records.kind import Kind
from mockserver.records.lifecycle import Lifecycle, Unmoved, choose, make
from mockserver.records.record import Key, Scope
from mockserver.store.records import MoveCall, Moved

_REFUSED = 400
_SUCCESSES = (200, 202, 204)
Rows = tuple[Fact[Move], ...]


def derive(kind: Kind, operations: Mapping[str, Operation]) -> Iterator[Deviation]:
    """Yield the deviations of how records of *kind* move."""
    said, lifecycle = kind.resource.lifecycle, kind.lifecycle
    if said is None or lifecycle is None:
        return
    events: dict[str, list[Fact[Move]]] = {}
    for row in said.moves:
        events.setdefault(row.value.event, []).append(row)
    for rows in events.values():
        moves = _Event(kind, lifecycle, tuple(rows))
        if moves.by == SERVER:
            yield moves.leave_out()
        elif moves.by in operations:
            yield from moves.derive(operations[moves.by])


class _Event:
    """The rows of one event of a *kind*, and how they can be broken."""

    def __init__(self, kind: Kind, lifecycle: Lifecycle, rows: Rows) -> None:
        self._kind = kind
        self._lifecycle = lifecycle
        self._rows = rows
        self._moves = tuple(row.value for row in rows)
        self._clause = f"{kind.resource.record.pointer}/x-lifecycle/transitions"
        self.by = self._moves[0].by
        self.event = self._moves[0].event
        self._level: Level = "must" if rows[0].grade is Grade.DECLARED else "conforming"

    def leave_out(self) -> Deviation:
        """Return the deviation that the server never makes the event."""
        does = f"Never makes the move {self.event}; records wait for what else happens to them."
        # When a server moves a record is its own affair, unless it promises how long that takes.
        is_promised = any(move.within is not None for move in self._moves)
        level = self._level if is_promised else "conforming"
        return self._make("never-happens", does, lambda _: None, level=level)

    def derive(self, operation: Operation) -> Iterator[Deviation]:
        """Yield the deviations of a client's event."""
        for state in dict.fromkeys(s for move in self._moves for s in move.sources):
            yield self._refuse(state)
        for state in self._lifecycle.states:
            accepted = self._accept(state, operation)
            if accepted is not None:
                yield accepted
        yield self._pretend()
        yield from self._answer_otherwise()
        if any(move.after is not None for move in self._moves):
            does = f"Makes {self.event} at once, though it takes effect later."
            at_once = lambda move: structs.replace(move, after=None)  # noqa: E731 -- a change
            yield self._make("takes-effect-at-once", does, at_once, level="conforming")

    def _pretend(self) -> Deviation:
        return Deviation(
            f"{spell(self.event)}-does-nothing",
            self._level,
            f"Answers {self.event} as if it had happened, and changes nothing.",
            self._clause,
            resource=self._kind.name,
            records=_pretend_to_move(self._kind.name, self.event),
        )

    def _refuse(self, state: str) -> Deviation:
        status = self._refusal(state)

        def change(move: Move) -> Move:
            sources = tuple(source for source in move.sources if source != state)
            if sources == move.sources:
                return move
            otherwise = {**move.otherwise, state: status}
            return structs.replace(move, sources=sources, otherwise=otherwise)

        does = f"Refuses {self.event} in {state} with {status}."
        return self._make(f"from-{spell(state)}-is-refused", does, change)

    def _accept(self, state: str, operation: Operation) -> Deviation | None:
        """Return the deviation that the event is accepted in *state*, if the contract refuses it.

        It does so by a status, or because nothing leaves the state. Where the event leads to that
        state anyway, nothing changes.
        """
        rivals = [
            m for m in self._lifecycle.of_operation(self.by) if m.given == self._moves[0].given
        ]
        if any(state in move.sources for move in rivals):
            return None
        stated = [m.otherwise.get(state, m.otherwise.get("*")) for m in self._moves]
        statuses = [status for status in stated if status is not None]
        is_stated = any(status >= _REFUSED for status in statuses)
        if not is_stated and (statuses or state not in self._lifecycle.terminal):
            return None
        targets = {target for move in self._moves for target in move.targets}
        success = Result(operation, None).status

        def change(move: Move) -> Move:
            if state in targets:
                return structs.replace(move, otherwise={**move.otherwise, state: success})
            return structs.replace(move, sources=(*move.sources, state))

        more = ", and changes nothing" if state in targets else ""
        does = f"Accepts {self.event} in {state}{more}."
        level = self._level if is_stated else "conforming"
        return self._make(f"from-{spell(state)}-is-accepted", does, change, level=level)

    def _answer_otherwise(self) -> Iterator[Deviation]:
        """Yield the deviations of the status by which the event is refused."""
        stated = {s for m in self._moves for s in m.otherwise.values() if s >= _REFUSED}
        states = [s for s in self._lifecycle.states if not self._is_accepted(s)]
        known = stated or ({self._refusal(states[0])} if states else set())
        other = next((status for status in map(int, REFUSALS) if status not in known), None)
        if known and other is not None:
            does = f"Refuses {self.event} with {other} instead of {min(known)}."
            level = self._level if stated else "conforming"
            change = _refuse_with(other, states)
            yield self._make(f"is-refused-with-{other}", does, change, level=level)

    def _is_accepted(self, state: str) -> bool:
        """Return whether the event leads from *state*, or is stated to change nothing in it."""
        stated = [m.otherwise.get(state, m.otherwise.get("*", _REFUSED)) for m in self._moves]
        return any(state in m.sources for m in self._moves) or min(stated) < _REFUSED

    def _refusal(self, state: str) -> int:
        """Return the status that refuses the event in *state*, as it does in other states."""
        stated = [s for m in self._moves for s in m.otherwise.values() if s >= _REFUSED]
        if stated:
            return stated[0]
        status = self._lifecycle.refusal(self._moves, state).status
        return status if status >= _REFUSED else int(REFUSALS[0])

    def _make(
        self,
        name: str,
        does: str,
        change: Callable[[Move], Move | None],
        *,
        level: Level | None = None,
    ) -> Deviation:
        event = self.event

        def change_contract(resource: Resource) -> Resource:
            return change_moves(resource, lambda m: change(m) if m.event == event else m)

        return Deviation(
            f"{spell(event)}-{name}",
            self._level if level is None else level,
            does,
            self._clause,
            resource=self._kind.name,
            contract=change_contract,
        )


def change_moves(resource: Resource, change: Callable[[Move], Move | None]) -> Resource:
    """Return *resource* with its moves changed; those of which nothing is left are left out."""
    said = resource.lifecycle
    if said is None:
        return resource
    changed = [(row, change(row.value)) for row in said.moves]
    moves = tuple(
        row if move is row.value else structs.replace(row, value=move)
        for row, move in changed
        if move is not None
    )
    return structs.replace(resource, lifecycle=structs.replace(said, moves=moves))


def _refuse_with(status: int, states: list[str]) -> Callable[[Move], Move]:
    """Return what refuses a move with another status, in *states* that say none as well."""

    def change(move: Move) -> Move:
        stated = {**dict.fromkeys(states, status), **move.otherwise}
        refused = {s: status if code >= _REFUSED else code for s, code in stated.items()}
        return structs.replace(move, otherwise=refused)

    return change


def _pretend_to_move(kind: str, event: str) -> OtherRecords:
    class Pretending(ForwardingRecords):
        async def move(
            self, kind: Kind, scope: Scope | None, key: Key, call: MoveCall, now: int
        ) -> Moved | Unmoved:
            lifecycle = kind.lifecycle
            if kind.name == self._name and lifecycle is not None:
                found = await self._inner.get(kind, scope, key, now)
                move = choose(lifecycle, found.state, call.operation, call.arguments)
                if isinstance(move, Move) and move.event == event:
                    return Moved(found, make(lifecycle, found, move, now), move)
            return await self._inner.move(kind, scope, key, call, now)

    return lambda records, _: Pretending(records, kind)
