"""How a job may move: the table of the contract's ``x-lifecycle``, and what follows from it.

No status is named here. Each move of a job is a row of this table, whether a client's call makes
it (`step`), the clock (`progress`) or a test (`override`), and `Lifecycle.moved_to` alone writes
what it changes. SQL stores turn the same rows into statements (``store/sql/movement.py``). A
fixture or a test that adds a job moves none: `records.fixture_checks` says which jobs there may be.
"""

from collections.abc import Iterable

from msgspec import Struct, structs

from mockserver.domain.job import TIMESTAMPS, Job
from mockserver.domain.timestamp import MILLISECONDS

SERVER = "server"
_DAY = MILLISECONDS["d"]


class Batch(Struct, frozen=True):
    """An event that the server makes for its jobs in batches.

    A batch begins at *daily*, in milliseconds after each UTC midnight, and takes the jobs whose
    moment *after* has come; None: at that moment. The job's plan says how long it works on the job.
    One that *overtakes* also ends a job that a client has moved while the batch was at work on it.
    """

    after: str
    daily: int | None = None
    overtakes: bool = False

    def begins(self, job: Job) -> int:
        """Return when the first batch begins that can take *job*, in epoch milliseconds."""
        timestamp: int = getattr(job, TIMESTAMPS[self.after])
        return timestamp if self.daily is None else timestamp + (self.daily - timestamp) % _DAY


class Transition(Struct, frozen=True):
    """One row of the table.

    *by* is `SERVER` or the operationId that a client calls. *not_before* names the moment of the
    job before which the event cannot happen. *otherwise* is the status code that a client gets
    when the job is in none of *sources*. *batch* is None where the server moves each job alone.
    """

    event: str
    by: str
    sources: tuple[str, ...]
    to: str
    not_before: str | None = None
    otherwise: int | None = None
    batch: Batch | None = None


class Refusal(Struct, frozen=True):
    """Why a job did not move: the *event*, the job's *status*, and the client's status code."""

    event: str
    status: str
    otherwise: int


class Lifecycle:
    """The table, and what follows from it.

    *stamps_new* is whether the creation of a job counts as a move, and sets its *moved* moment.
    """

    def __init__(
        self,
        initial: str,
        terminal: Iterable[str],
        moved: str,
        transitions: Iterable[Transition],
        *,
        stamps_new: bool = False,
    ) -> None:
        self.initial = initial
        self.terminal = frozenset(terminal)
        self.moved = moved
        self.stamps_new = stamps_new
        self.transitions = tuple(transitions)
        self._moves = {(s, row.event): row for row in self.transitions for s in row.sources}
        self._events = {row.by: row.event for row in self.transitions}
        self._automatic: dict[str, tuple[Transition, ...]] = {}
        for row in self.transitions:
            for source in row.sources if row.by == SERVER else ():
                self._automatic[source] = (*self._automatic.get(source, ()), row)
        self._stamp = TIMESTAMPS[moved]

    def replace(
        self, transitions: Iterable[Transition] | None = None, *, stamps_new: bool | None = None
    ) -> "Lifecycle":
        """Return the same lifecycle with another table, or another *stamps_new*."""
        return Lifecycle(
            self.initial,
            self.terminal,
            self.moved,
            self.transitions if transitions is None else transitions,
            stamps_new=self.stamps_new if stamps_new is None else stamps_new,
        )

    def stamp_new(self, job: Job) -> Job:
        """Return *job* as it is when it has just been made."""
        return self.moved_to(job, job.status, job.created_at) if self.stamps_new else job

    def move(self, status: str, event: str) -> Transition | None:
        """Return the transition that *event* makes from *status*, or None if it makes none."""
        return self._moves.get((status, event))

    def automatic(self, status: str) -> tuple[Transition, ...]:
        """Return the transitions that the server may make from *status*."""
        return self._automatic.get(status, ())

    @property
    def transient(self) -> frozenset[str]:
        """The states that jobs can leave without a client's call."""
        return frozenset(self._automatic)

    @property
    def outcomes(self) -> frozenset[str]:
        """The states in which the server may end a job, at no moment that the contract names."""
        rows = self.transitions
        return frozenset(t.to for t in rows if t.by == SERVER and t.not_before is None)

    @property
    def before_start(self) -> frozenset[str]:
        """The states that a job can reach before the moment of any ``notBefore``."""
        reached = {self.initial}
        while True:
            open_rows = [t for t in self.transitions if t.not_before is None]
            further = {t.to for t in open_rows if reached.intersection(t.sources)} - reached
            if not further:
                return frozenset(reached)
            reached |= further

    def path(self, status: str, to: str) -> tuple[Transition, ...] | None:
        """Return the fewest transitions that lead from *status* to *to*; None if none do."""
        paths: dict[str, tuple[Transition, ...]] = {status: ()}
        for reached in (queue := [status]):
            for row in self.transitions:
                overtakes = row.batch is not None and row.batch.overtakes
                if reached in row.sources and row.to not in paths and not overtakes:
                    paths[row.to] = (*paths[reached], row)
                    queue.append(row.to)
        return paths.get(to)

    def event_of(self, operation_id: str) -> str:
        """Return the event that calling *operation_id* asks for."""
        return self._events[operation_id]

    def moved_to(self, job: Job, status: str, now: int) -> Job:
        """Return *job* in *status*, with the moment of its last move set to *now*."""
        changes: dict[str, object] = {"status": status, self._stamp: now}
        return structs.replace(job, **changes)

    def refusal(self, status: str, event: str) -> Refusal:
        """Return the refusal of *event* for a job in *status*."""
        code = next(row.otherwise for row in self.transitions if row.event == event)
        if code is None:
            raise LookupError(f"{event} is not an event of a client")
        return Refusal(event, status, code)


def step(lifecycle: Lifecycle, job: Job, event: str, now: int) -> Job | Refusal:
    """Return *job* after *event* at *now* (epoch milliseconds), or why it may not happen."""
    move = lifecycle.move(job.status, event)
    if move is None:
        return lifecycle.refusal(job.status, event)
    return lifecycle.moved_to(job, move.to, now)
