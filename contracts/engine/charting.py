"""Puts together what a run saw of its records: the lifecycle as it was, beside the declared one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from contracts.contract.api import Api
from contracts.contract.moves import SERVER, Lifecycle
from contracts.engine.call_watch import CallWatch
from contracts.engine.history import History
from contracts.engine.run_context import RunContext
from contracts.engine.seen import MoveKind, MoveSeen, ResourceSeen, StateSeen
from contracts.http.redaction import Redactor


def chart_resource(run: RunContext, redactor: Redactor) -> ResourceSeen:
    """Return what *run* saw of its records, as it may be shown.

    A state that is not declared is what the deployment wrote there: it goes through *redactor*.
    """
    api, history, resource = run.document, run.history, run.document.resource
    watch = run.calls or CallWatch(api, "")
    return ResourceSeen(
        name=resource.name,
        listing=f"{resource.list.method} {resource.list.path}",
        calls={_name_operation(api, one): times for one, times in watch.calls.most_common()},
        states=tuple(_list_states(api, history, redactor)),
        moves=tuple(_list_moves(api, history, redactor)),
        pages=watch.list_pages(),
        filtered=watch.filtered,
    )


def _name_operation(api: Api, name: str) -> str:
    operation = api.operations[name]
    written = f"{operation.method} {operation.path}"
    return written if written == name else f"{name}: {written}"


def _redact_state(state: str, life: Lifecycle, redactor: Redactor) -> str:
    return state if state in life.states else redactor.redact(state)


def _list_states(api: Api, history: History, redactor: Redactor) -> Iterator[StateSeen]:
    life = api.resource.lifecycle
    last = Counter(api.resource.name_state(one.job) for one in history.list_jobs())
    for name in life.states if life else ():
        initial, terminal = life and name in life.initial, life and name in life.terminal
        yield StateSeen(name, bool(initial), bool(terminal), last.pop(name, 0))
    for name, records in redactor.redact_counts(last).items() if life else ():
        yield StateSeen(name, records=records)


def _list_moves(api: Api, history: History, redactor: Redactor) -> Iterator[MoveSeen]:
    """Go through the declared moves and what was seen of each, then through what else was seen."""
    life, name = api.resource.lifecycle, api.resource.name_state
    if life is None:
        return
    pairs = (
        (name(before.job), name(after.job)) for before, after in history.list_lasting_changes()
    )
    times = Counter(pair for pair in pairs if pair[0] != pair[1])
    times.update((state, "") for state in history.list_ended_states())
    declared: dict[tuple[str, str], list[str]] = {}
    for move in life.moves:
        event = move.event if move.by == SERVER else f"{move.event} by {move.by}"
        for source in move.sources:
            for target in move.targets or ("",):
                if source != target:
                    declared.setdefault((source, target), []).append(event)
    for (source, target), events in declared.items():
        yield MoveSeen(source, target, tuple(dict.fromkeys(events)), times.pop((source, target), 0))
    shown: Counter[tuple[str, str, MoveKind]] = Counter()
    for (source, target), number in times.items():
        kind = _classify(life, source, target)
        before, after = (_redact_state(state, life, redactor) for state in (source, target))
        shown[before, after, kind] += number
    for (source, target, kind), number in shown.items():
        yield MoveSeen(source, target, times=number, kind=kind)


def _classify(life: Lifecycle, source: str, target: str) -> MoveKind:
    reached = life.find_reachable(source)
    if target:
        return MoveKind.PASSED if target in reached else MoveKind.ILLEGAL
    leaving = any(not move.targets and reached.intersection(move.sources) for move in life.moves)
    return MoveKind.PASSED if leaving else MoveKind.ILLEGAL
