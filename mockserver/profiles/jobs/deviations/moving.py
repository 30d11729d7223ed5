"""How deployments of the jobs API move jobs: in nightly batches, which overtake a cancel."""

from msgspec import Struct, structs

from mockserver.contract.contract import SERVER
from mockserver.deviations.deviation import Deviation
from mockserver.parsing.timestamp import MILLISECONDS
from mockserver.records.lifecycle import Lifecycle
from mockserver.records.moments import moment_of
from mockserver.records.places import Place
from mockserver.records.record import Due, Planned, Record

_LIFECYCLE = "/components/schemas/Job/x-lifecycle"
_START, _MOVED = Place("/startAt"), Place("/updatedAt")
_DAY = MILLISECONDS["d"]
#: 00:15 UTC, in milliseconds after midnight.
_NIGHTLY = 15 * MILLISECONDS["m"]


class Batches(Struct, frozen=True):
    """A schedule by which the server ends jobs in batches, each as it is planned.

    Attributes:
        lifecycle: the moves that the contract has.
        daily: when a batch begins, in milliseconds after each UTC midnight; it ends jobs straight
            from their first state, and nothing starts them. None: jobs move as usual.
        overtakes: whether the server also ends a job that a client has moved meanwhile.
    """

    lifecycle: Lifecycle
    daily: int | None = None
    overtakes: bool = False

    def find_due(self, record: Record, planned: Planned | None, usual: Due | None) -> Due | None:
        """Return what happens to *record* next: as usual, or by a batch."""
        moves = self.lifecycle.list_server_moves(record.state)
        if moves and self.daily is None:
            return usual
        if moves:
            return self._end(record, planned) if record.state in self.lifecycle.initial else None
        return self._overtake(record, planned) if self.overtakes else usual

    def _begin(self, record: Record) -> int:
        """Return when the batch begins that takes *record*, in epoch milliseconds."""
        start = _read_start(record)
        return start if self.daily is None else start + (self.daily - start) % _DAY

    def _measure(self, record: Record, planned: Planned) -> int:
        """Return for how long a batch works on a job, in milliseconds."""
        if planned.after is not None:
            return planned.after
        return 0 if planned.at is None else max(0, planned.at - _read_start(record))

    def _end(self, record: Record, planned: Planned | None) -> Due | None:
        """Return how a batch ends a job: as planned, or else at once and in the first way."""
        started = self.lifecycle.list_server_moves(record.state)[0].targets[0]
        moves = self.lifecycle.list_server_moves(started)
        began = self._begin(record)
        if planned is None:
            return Due(began, moves[0].event, moves[0].targets[0])
        move = next((move for move in moves if planned.to in move.targets), None)
        if move is None:
            return None
        ends = began + self._measure(record, planned)
        return Due(ends, move.event, planned.to, planned=planned)

    def _overtake(self, record: Record, planned: Planned | None) -> Due | None:
        """Return how a job ends that a client has moved while the server was at work on it."""
        moves = self.lifecycle.moves
        if not any(move.by != SERVER and record.state in move.targets for move in moves):
            return None
        moved = moment_of(_MOVED.read(record.members()), "ms")
        if planned is None or moved is None:
            return None
        began = self._begin(record)
        ends = began + self._measure(record, planned)
        return Due(ends, "overtake", planned.to, planned=planned) if began <= moved < ends else None


def _read_start(record: Record) -> int:
    return moment_of(_START.read(record.members()), "ms") or record.entered


def _batches_of(lifecycle: Lifecycle) -> Batches:
    found = lifecycle.schedule
    return found if isinstance(found, Batches) else Batches(lifecycle)


def _run_nightly(lifecycle: Lifecycle) -> Lifecycle:
    """Let batches end jobs from their first status on; nothing starts one."""
    return lifecycle.with_schedule(structs.replace(_batches_of(lifecycle), daily=_NIGHTLY))


def _overtake_cancel(lifecycle: Lifecycle) -> Lifecycle:
    """Let the server end a job as planned that a client has moved while it was at work."""
    return lifecycle.with_schedule(structs.replace(_batches_of(lifecycle), overtakes=True))


DEVIATIONS = (
    Deviation(
        "runs-nightly",
        "conforming",
        "Ends jobs at 00:15 UTC, straight from scheduled, in a batch that takes as long as their"
        " plans say; no job is ever running.",
        f"{_LIFECYCLE}/transitions",
        lifecycle=_run_nightly,
    ),
    Deviation(
        "cancel-is-overtaken",
        "must",
        "Ends a job as planned that was cancelled while the server was at work on it.",
        f"{_LIFECYCLE}/terminal",
        lifecycle=_overtake_cancel,
    ),
)
