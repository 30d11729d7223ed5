"""Ends what a run made: by the strongest move or deletion that there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import partial

from contracts.contract.moves import Lifecycle, Move
from contracts.contract.roles import Key
from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.probe import Probe
from contracts.engine.verdict import Unkept
from contracts.http.shown import is_success
from contracts.http.transport import OutOfTime


def clean_up(probe: Probe) -> None:
    """End the records that this run made and left alive, until its time is over."""
    settled = set(_list_settled(probe))
    own = [one for one in probe.run.transport.guard.list_own() if one not in settled]
    with suppress(OutOfTime):
        probe.gather([partial(_end_if_possible, scope=scope, key=key) for scope, key in own])


def _list_settled(probe: Probe) -> Iterator[tuple[str, Key]]:
    """Go through the records that were last seen in a state that nothing of a client's leaves."""
    resource = probe.api.resource
    for one in probe.run.history.list_jobs():
        key, state = resource.find_key(one.job), resource.find_state(one.job)
        left = state is None or any(list_endings(resource.lifecycle, state))
        if key is not None and not left:
            yield resource.find_scope(one.exchange.arguments), key


def _end_if_possible(probe: Probe, *, scope: str, key: Key) -> None:
    with suppress(Unkept):
        end_record(probe, scope, key)


def end_record(probe: Probe, scope: str, key: Key) -> None:
    """End the record with *key*, if a move of a client leads from its state to its end."""
    if isinstance(probe, JobsProbe):
        probe.cancel_job(key, project=scope)
        return
    resource = probe.api.resource
    path = dict(zip(resource.scope, scope.split("/"), strict=False))
    for _ in range(2):  # what can only be deleted once it has ended is cancelled first
        record = resource.read_from(probe.read_record(key, path=path).json)
        state = record and resource.find_state(record)
        move = next(list_endings(resource.lifecycle, state), None) if state else None
        if move is not None and move.targets == ():
            probe.move(move, key, path=path)
            return
        if not record or _delete(probe, key, path) or move is None:
            return
        probe.move(move, key, path=path)


def _delete(probe: Probe, key: Key, path: Mapping[str, str]) -> bool:
    """Tell whether a DELETE of which the lifecycle says nothing ends a record, if there is one."""
    operation = probe.api.find_deletion()
    with suppress(Unkept):
        if operation is not None:
            return is_success(probe.call(operation.id, key=key, path=path), probe.api)
    return False


def list_endings(life: Lifecycle | None, state: str) -> Iterator[Move]:
    """Go through the moves of clients that end a record in *state*; a deletion comes first."""
    moves = [move for move in (life.moves if life else ()) if state in move.sources]
    moves = [move for move in moves if move.by != "server"]
    yield from (move for move in moves if not move.targets)
    terminal = life.terminal if life else ()
    yield from (move for move in moves if move.targets and set(move.targets) <= set(terminal))
    yield from (move for move in moves if "cancel" in move.event and state not in move.targets)
