"""What becomes of a record unasked: which move is due next, and when.

A record's state follows from the record and the time, so nothing runs in the background: who looks
at a record first makes the moves that have come due, each stamped with its own moment.
"""

from collections.abc import Sequence
from random import Random

from msgspec import Struct, structs

from mockserver.contract.contract import SERVER, Move
from mockserver.contract.moves import default_pace
from mockserver.records.lifecycle import Lifecycle, targets_of
from mockserver.records.moments import milliseconds, moment_of
from mockserver.records.places import Place
from mockserver.records.record import Due, Planned, Record
from mockserver.records.routes import Route, find_circling, route
from mockserver.records.rule import Rule

#: How long a state lasts at least from which the server's moves lead back to it, in milliseconds:
#: without time on its way a record would circle forever at one moment.
_LEAST_ON_A_CIRCLE = 1000


class Pace(Struct, frozen=True):
    """How the server of a world moves records where the contract leaves it open.

    *default* is how many milliseconds a state lasts of which nothing is said; None: forever.
    *seed* chooses between the least and the most of an ``after``, the same for each record again.
    *begins* is when the world begins, in epoch milliseconds.
    """

    default: int | None = milliseconds(default_pace())
    seed: str = ""
    rules: tuple[Rule, ...] = ()
    begins: int = 0


class Progress:
    """The moves that records of a *lifecycle* make unasked, at the *pace* of their world."""

    def __init__(self, lifecycle: Lifecycle, pace: Pace) -> None:
        self._lifecycle = lifecycle
        self._pace = pace
        self._circling = find_circling(lifecycle)
        self._routes: dict[tuple[str, str | None], Route | None] = {}
        self._rules: dict[str, tuple[Rule, ...]] = {}
        for rule in pace.rules:
            self._rules[rule.source] = (*self._rules.get(rule.source, ()), rule)
        self._not_before = {
            move.not_before: (
                Place(move.not_before).text_reader(),
                lifecycle.unit_of(move.not_before),
            )
            for move in lifecycle.moves
            if move.not_before is not None
        }

    def next_due(self, record: Record) -> Due | None:
        """Return what happens to *record* next if nobody interferes; None if nothing does.

        The earliest comes first: a client's move that was answered already, then the server's in
        the order of the contract.
        """
        usual = self._find_usual(record)
        schedule = self._lifecycle.schedule
        if schedule is None:
            return usual
        return schedule.find_due(record, self._find_any_plan(record), usual)

    def _find_usual(self, record: Record) -> Due | None:
        """Return what happens to *record* next as the moves of the contract say."""
        if record.pending is None and not self._lifecycle.list_server_moves(record.state):
            return None
        due = self._find_unasked(record)
        if due is not None and record.state in self._circling:
            due = structs.replace(due, at=max(due.at, record.entered + _LEAST_ON_A_CIRCLE))
        pending = record.pending
        if pending is None or record.state not in pending.sources:
            return due
        if due is not None and due.at < pending.at:
            return due
        at = max(pending.at, record.entered)
        return Due(at, pending.event, pending.to, by="client")

    def believe(self, record: Record, now: int) -> Record:
        """Return *record* as it is when somebody puts it there at *now*, in the state that it has.

        A move that should have been made before is not: the record waits from *now* on.
        """
        due = self.next_due(record)
        return record if due is None or due.at > now else structs.replace(record, entered=now)

    def happen(self, record: Record, due: Due) -> Record | None:
        """Return *record* after *due*; None if it is gone."""
        if due.to is None:
            return None
        planned = due.planned
        members = {} if planned is None else planned.members
        moved = self._lifecycle.enter(record, due.to, due.at, members)
        pending = moved.pending
        if pending is not None and (due.by != SERVER or due.to not in pending.sources):
            moved = structs.replace(moved, pending=None)
        if planned is not None and record.plan[:1] == (planned,):
            moved = structs.replace(moved, plan=record.plan[1:])
        return moved

    def settle(self, record: Record, now: int) -> Record | None:
        """Return *record* after all moves that are due at *now*; None if it is gone by then."""
        found: Record | None = record
        while found is not None:
            due = self.next_due(found)
            if due is None or due.at > now:
                return found
            found = self.happen(found, due)
        return None

    def _find_unasked(self, record: Record) -> Due | None:
        """Return what the server does next; of moves at one moment the first of the contract."""
        moves = self._lifecycle.list_server_moves(record.state)
        if not moves:
            return None
        planned = self._find_plan(record)
        if planned is not None:
            steps = self._route(record.state, planned.to)
            if steps:
                return self._toward(record, planned, *steps[0])
        found: Due | None = None
        for move in moves:
            at = self._moment(record, move)
            if at is not None and (found is None or at < found.at):
                found = Due(at, move.event, targets_of(move)[0])
        if found is None and self._pace.default is not None:
            # Its moment is not set, and nothing else leads on.
            at = record.entered + self._pace.default
            found = Due(at, moves[0].event, targets_of(moves[0])[0])
        return found

    def _route(self, state: str, to: str | None) -> Route | None:
        """Return the server's moves from a state to another; there are few of both."""
        if (state, to) not in self._routes:
            self._routes[state, to] = route(self._lifecycle, state, to, asked=False)
        return self._routes[state, to]

    def _find_plan(self, record: Record) -> Planned | None:
        """Return what the plan of the record, or else a rule of the world, says of it."""
        if record.plan:
            return record.plan[0]
        return self._apply_rules(record, self._rules.get(record.state, ()))

    def _find_any_plan(self, record: Record) -> Planned | None:
        """Return what the plan, or else a rule for any state, says of the record.

        Of what had ended before the world began nothing is planned.
        """
        if record.plan:
            return record.plan[0]
        moves = self._lifecycle.list_server_moves(record.state)
        if not moves and record.entered < self._pace.begins:
            return None
        return self._apply_rules(record, self._pace.rules)

    def _apply_rules(self, record: Record, rules: Sequence[Rule]) -> Planned | None:
        members = record.members() if rules else {}
        rule = next((rule for rule in rules if rule.applies(members)), None)
        if rule is None:
            return None
        begins = None
        if rule.since and rule.after is not None:
            unit = self._lifecycle.unit_of(rule.since)
            begins = moment_of(Place(rule.since).read(members), unit)
        if begins is None:
            return Planned(rule.to, after=rule.after, members=rule.members)
        return Planned(rule.to, at=begins + (rule.after or 0), members=rule.members)

    def _toward(self, record: Record, planned: Planned, move: Move, to: str | None) -> Due:
        """Return the step of the server's that leads to what is planned."""
        if to == planned.to and planned.at is not None:
            return Due(max(planned.at, record.entered), move.event, to, planned=planned)
        if to == planned.to and planned.after is not None:
            return Due(record.entered + planned.after, move.event, to, planned=planned)
        at = self._moment(record, move)
        if at is None:
            at = record.entered + (self._pace.default or 0)
        return Due(at, move.event, to, planned=planned if to == planned.to else None)

    def _moment(self, record: Record, move: Move) -> int | None:
        """Return when the server makes *move*; None if at no moment that is known.

        A ``notBefore`` that had passed when the record came into its state holds nothing up: then
        the move takes the default pace, as one of which nothing is said. A punctual server makes it
        at once where there is no pace.
        """
        begins: int | None = record.entered
        if move.not_before is not None:
            read, unit = self._not_before[move.not_before]
            moment = moment_of(read(record.text), unit)
            begins = None if moment is None else max(moment, record.entered)
        if move.after is not None:
            least, most = map(milliseconds, move.after)
            begins = record.entered if begins is None else begins
            return begins + (least if least == most else self._draw(record, move, least, most))
        if begins is None or begins > record.entered:
            return begins
        pace = self._pace.default
        if pace is None:
            is_due = move.not_before is not None and self._lifecycle.is_punctual
            return begins if is_due else None
        return record.entered + pace

    def _draw(self, record: Record, move: Move, least: int, most: int) -> int:
        """Return a number that is always the same for this record, move and moment."""
        named = (self._pace.seed, *record.scope, str(record.key), move.event, str(record.entered))
        return Random("\0".join(named)).randint(least, most)
