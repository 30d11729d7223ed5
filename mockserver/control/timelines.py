"""The timeline of a record: what has become of it and who did that, and what will become of it."""

from collections.abc import Iterator, Sequence
from itertools import islice

from msgspec import Struct, structs

from mockserver.client import record_models as models
from mockserver.control.journal_entries import CheckedEntry, EntryReader
from mockserver.control.record_lookup import find_kind, find_progress, find_record, make_describer
from mockserver.control.request import ControlRequest
from mockserver.http.messages import Response, json_response
from mockserver.parsing.timestamp import format_timestamp
from mockserver.records.kind import Kind
from mockserver.records.moments import moment_of
from mockserver.records.places import Place
from mockserver.records.progress import Progress
from mockserver.records.record import Record
from mockserver.worlds.changes import Change
from mockserver.worlds.journal import Entry

#: A record on a circle of states moves without end.
_MOST_DUE = 8
_MOST_ENTRIES = 1_000
#: How far the time of a call may lie before that of the change that it made.
_SLACK_MILLISECONDS = 1_000
_BY_TEST = "test"


class Step(Struct, frozen=True, rename={"source": "from"}):
    """Something that happened to a record, or will (*due*).

    *event* is ``made`` or that of a move of the contract, empty where nothing names it. *by* is
    ``server``, ``test`` (the control API) or an operation of the contract, empty where it is not
    known; *entry* is the number of the call in the journal. *source* and *to* are states, null
    where there is no record.
    """

    at: str
    event: str
    by: str
    source: str | None
    to: str | None
    due: bool = False
    entry: int | None = None


class Timeline(Struct, frozen=True):
    """A record as it is now, and its *steps*, the oldest first."""

    record: models.SteeredRecord
    steps: tuple[Step, ...]


async def read(request: ControlRequest) -> Response:
    """Respond with a record, what has become of it and what will."""
    kind = find_kind(request)
    record = await find_record(request, kind)
    world = request.world
    progress = find_progress(request, kind)
    changes = list(request.services.events.changes.find(world.name, kind, record))
    entries = (await world.journal.entries())[-_MOST_ENTRIES:] if changes else ()
    teller = _Teller(request, kind, progress, entries)
    steps = [*_begin(kind, record, changes), *map(teller.tell, changes)]
    steps = [step for step in steps if step.source != step.to]
    if progress is not None:
        steps += islice(_foresee(progress, record), _MOST_DUE)
    shown = make_describer(request, kind)(record)
    return json_response(200, Timeline(shown, tuple(steps)))


def _begin(kind: Kind, record: Record, changes: Sequence[Change]) -> Iterator[Step]:
    """Yield what the record itself says of the time before the first of *changes*."""
    first = record
    if changes:
        before = changes[0].before
        if before is None:
            return
        first = before
    lifecycle = kind.lifecycle
    if lifecycle is None:
        return
    made = kind.find_made(first)
    if made is not None:
        yield Step(format_timestamp(made), "made", "", None, "")
    members, stamps = first.members(), lifecycle.stamps
    entered = {
        moment: state
        for state, pointer in stamps.entered.items()
        if (moment := moment_of(Place(pointer).read(members), stamps.unit)) is not None
    }
    moved = (
        None if stamps.moved is None else moment_of(Place(stamps.moved).read(members), stamps.unit)
    )
    if moved is not None:
        entered[moved] = first.state
    for moment, state in sorted(entered.items()):
        # Where nothing has happened yet, many APIs write the beginning of 1970.
        if moment >= (made or 1):
            yield Step(format_timestamp(moment), "", "", None, state)


class _Teller:
    """Tells who made a change: the server, a client by a call in *entries*, or else a test."""

    def __init__(
        self,
        request: ControlRequest,
        kind: Kind,
        progress: Progress | None,
        entries: Sequence[Entry],
    ) -> None:
        words = request.services.profile.words.path_words
        reader = EntryReader(request.validator, words)
        self._entries = [CheckedEntry(entry, reader) for entry in entries]
        self._kind = kind
        self._progress = progress
        self._makers = {fact.value.operation.name for fact in kind.resource.creations}

    def tell(self, change: Change) -> Step:
        """Return *change* as a step."""
        before, after = change.before, change.after
        at = after.entered if after is not None else before.entered if before is not None else 0
        step = Step(
            format_timestamp(at),
            "made" if before is None else "",
            _BY_TEST,
            None if before is None else before.state,
            None if after is None else after.state,
        )
        due = None if before is None or self._progress is None else self._progress.next_due(before)
        if due is not None and after is not None and (due.to, due.at) == (after.state, at):
            return structs.replace(step, event=due.event, by=due.by)
        event, entry = self._find_call(step, at, after or before)
        if entry is None:
            return step
        operation = entry.exchange.request.operation
        return structs.replace(step, event=event, by=operation, entry=entry.number)

    def _find_call(
        self, step: Step, at: int, record: Record | None
    ) -> tuple[str, CheckedEntry | None]:
        """Return the call that made a step at a moment, and the event that it is."""
        for entry in self._entries:
            if not at - _SLACK_MILLISECONDS <= entry.exchange.at <= at:
                continue
            operation = entry.exchange.request.operation
            if step.event and operation in self._makers:
                return step.event, entry
            if record is None or str(record.key) not in entry.parameters.values():
                continue
            for move in (
                self._kind.lifecycle.of_operation(operation) if self._kind.lifecycle else ()
            ):
                if step.source in move.sources and step.to in (move.targets or (None,)):
                    return move.event, entry
        return "", None


def _foresee(progress: Progress, record: Record) -> Iterator[Step]:
    """Yield what will become of *record* if nobody interferes."""
    found: Record | None = record
    while found is not None and (due := progress.next_due(found)) is not None:
        yield Step(format_timestamp(due.at), due.event, due.by, found.state, due.to, due=True)
        found = progress.happen(found, due)
