"""How the records of a kind may move: the rows of a contract's lifecycle, and what follows.

What a client asks for is chosen by `choose` and made by `move`; what the server does of its own
is in `progress`, what a test does by hand in `forcing`.
"""

from collections.abc import Collection, Iterable, Mapping
from copy import copy
from typing import Any, Protocol

import msgspec
from msgspec import Struct, structs

from mockserver.contract import contract
from mockserver.contract.contract import SERVER, Move
from mockserver.contract.operations import Operation
from mockserver.contract.schemas import member, unit_of
from mockserver.contract.tree import Node
from mockserver.contract.words import REFUSALS
from mockserver.records.arguments import Arguments
from mockserver.records.moments import milliseconds, stamp_of
from mockserver.records.places import Place
from mockserver.records.record import Due, Pending, Planned, Record


class Unmoved(Struct, frozen=True):
    """Why *event* does not move a record in *state*: the *status* that answers it.

    A status below 300 means that the call is accepted and nothing changes.
    """

    event: str
    state: str
    status: int

    @property
    def is_refused(self) -> bool:
        """Whether the client is told that it may not."""
        return self.status >= 400


class Schedule(Protocol):
    """When a server moves records that does so in a way for which the contract has no words."""

    def find_due(self, record: Record, planned: Planned | None, usual: Due | None) -> Due | None:
        """Return what happens to *record* next, given what is planned and what is *usual*."""
        ...


class Lifecycle:
    """The states and the moves of a kind of records.

    Args:
        said: what the contract says of them, of whatever grade.
        record: the schema of a record, which says in which unit it holds moments.
        operations: those of the contract; what each declares says how it refuses.
        is_punctual: whether the server makes a move as soon as its ``notBefore`` lets it, also in a
            world without a pace.

    Attributes:
        schedule: how the server moves records, if not as the moves say.
    """

    schedule: Schedule | None = None

    def __init__(
        self,
        said: contract.Lifecycle,
        record: Node,
        operations: Iterable[Operation] = (),
        *,
        is_punctual: bool = False,
    ) -> None:
        self.is_punctual = is_punctual
        self.states = said.states.value
        self.initial = said.initial.value
        self.terminal = frozenset(said.terminal.value)
        self.stamps = said.stamps.value if said.stamps is not None else contract.Stamps()
        self.moves = tuple(fact.value for fact in said.moves)
        self._record = record
        self._units: dict[str, str] = {}
        self._places = {
            state: tuple((Place(pointer), value) for pointer, value in held.items())
            for state, held in self.states.items()
        }
        self._entered = {state: Place(p) for state, p in self.stamps.entered.items()}
        self._moved = Place(self.stamps.moved) if self.stamps.moved is not None else None
        self._of: dict[str, tuple[Move, ...]] = {}
        for move in self.moves:
            self._of[move.by] = (*self._of.get(move.by, ()), move)
        #: What an operation does from a state, where nothing else of the request matters.
        self._sole = {
            (by, state): move
            for by, moves in self._of.items()
            if not any(move.given for move in moves)
            for move in reversed(moves)
            for state in move.sources
        }
        self._refusals = {o.name: _refusal(o.responses) for o in operations if o.name in self._of}
        self._unasked = {
            state: tuple(m for m in self._of.get(SERVER, ()) if state in m.sources)
            for state in self.states
        }

    def with_schedule(self, schedule: Schedule) -> "Lifecycle":
        """Return the same lifecycle, where the server moves records by a *schedule*."""
        made = copy(self)
        made.schedule = schedule
        return made

    @property
    def state_places(self) -> frozenset[str]:
        """The pointers to the properties that make a state."""
        return frozenset(pointer for held in self.states.values() for pointer in held)

    @property
    def stamp_places(self) -> tuple[str, ...]:
        """The pointers to the stamps of when a record was made, moved, and came into a state."""
        places = (self.stamps.made, self.stamps.moved, *self.stamps.entered.values())
        return tuple(dict.fromkeys(place for place in places if place is not None))

    @property
    def moment_units(self) -> dict[str, str]:
        """The unit of each place that holds a moment, by pointer: of stamps, and of notBefore."""
        units = dict.fromkeys(self.stamp_places, self.stamps.unit)
        for move in self.moves:
            if move.not_before is not None:
                units.setdefault(move.not_before, self.unit_of(move.not_before))
        return units

    def of_operation(self, name: str) -> tuple[Move, ...]:
        """Return the moves that calling an operation can make."""
        return self._of.get(name, ())

    def find_sole(self, operation: str, state: str) -> Move | None:
        """Return the move that *operation* makes from *state* whatever a request says, if any."""
        return self._sole.get((operation, state))

    def list_server_moves(self, state: str) -> tuple[Move, ...]:
        """Return the moves that the server may make from *state*, in the contract's order."""
        return self._unasked.get(state, ())

    def unit_of(self, pointer: str) -> str:
        """Return in which unit the property that *pointer* names holds a moment."""
        if pointer in self.stamp_places:
            return self.stamps.unit
        if pointer not in self._units:
            found = unit_of(member(self._record, pointer))
            # Numbers of which nothing is said are what the stamps are.
            is_unsaid = (found, self.stamps.unit) == ("ms", "s")
            self._units[pointer] = self.stamps.unit if is_unsaid else found
        return self._units[pointer]

    def state_of(self, members: Mapping[str, Any]) -> str | None:
        """Return the state that a record's *members* make, or None if they make none."""
        for state, held in self._places.items():
            if all(_same(place.read(members), value) for place, value in held):
                return state
        return None

    def write(self, members: dict[str, Any], state: str, at: int) -> None:
        """Put a record's *members* into *state*, entered *at* (epoch milliseconds)."""
        for place, value in self._places[state]:
            place.write(members, value)
        if state in self._entered:
            self._entered[state].write(members, stamp_of(at, self.stamps.unit))

    def enter(
        self, record: Record, state: str, at: int, members: Mapping[str, Any] | None = None
    ) -> Record:
        """Return *record* in *state*, with the stamps of having moved there *at* that moment.

        *members* are what is written besides, by pointer.
        """
        changed = record.members()
        self.write(changed, state, at)
        if self._moved is not None:
            self._moved.write(changed, stamp_of(at, self.stamps.unit))
        for pointer, value in (members or {}).items():
            Place(pointer).write(changed, value)
        return structs.replace(record, state=state, entered=at, text=msgspec.json.encode(changed))

    def refusal(self, moves: Collection[Move], state: str) -> Unmoved:
        """Return how *moves*, all of one operation, are answered in *state*, which none leaves."""
        first = next(iter(moves))
        for named in (state, "*"):
            for move in moves:
                if named in move.otherwise:
                    return Unmoved(move.event, state, move.otherwise[named])
        return Unmoved(first.event, state, self._refusals.get(first.by, int(REFUSALS[0])))


def _same(found: Any, value: Any) -> bool:
    return type(found) is type(value) and bool(found == value)


def _refusal(responses: Collection[str]) -> int:
    """Return what refuses a move where nothing is said: the first declared of the usual ones."""
    return int(next((code for code in REFUSALS if code in responses), REFUSALS[0]))


def targets_of(move: Move) -> tuple[str | None, ...]:
    """Return where *move* may lead; None means that the record is gone."""
    return move.targets or (None,)


def choose(
    lifecycle: Lifecycle, state: str, operation: str, arguments: Arguments
) -> Move | Unmoved | None:
    """Return the move that a call of *operation* makes from *state*, or why it makes none.

    Of several moves of one operation those are meant whose ``given`` the request fulfils, before
    those without one; of these the first that leaves the state. None means that the call asks for
    no move at all, such as a change of other members only.
    """
    sole = lifecycle.find_sole(operation, state)
    if sole is not None:
        return sole
    moves = lifecycle.of_operation(operation)
    given = [m for m in moves if m.given and all(arguments.has(k, v) for k, v in m.given.items())]
    meant = given or [m for m in moves if not m.given]
    if not meant:
        return None
    found = next((m for m in meant if state in m.sources), None)
    return found if found is not None else lifecycle.refusal(meant, state)


def make(
    lifecycle: Lifecycle, record: Record, move: Move, at: int, to: str | None = None
) -> Record | None:
    """Return *record* after *move* at a moment (epoch milliseconds); None if it is gone.

    A client's move with ``after`` is answered at once and takes effect later: it is put on the
    record as `Pending`, unless another is there that takes effect sooner. Of several targets *to*
    is taken, or else the first.
    """
    target = to if to is not None else targets_of(move)[0]
    if move.by != SERVER and move.after is not None:
        due = at + milliseconds(move.after[0])
        if record.pending is None or due < record.pending.at:
            pending = Pending(move.event, target, due, move.sources)
            return structs.replace(record, pending=pending)
        return record
    if target is None:
        return None
    entered = lifecycle.enter(record, target, at)
    return entered if entered.pending is None else structs.replace(entered, pending=None)
