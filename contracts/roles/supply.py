"""Gets records that laws may move: from the driver, by making them, or from the list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from contracts.contract.json_values import Record, get_value, put
from contracts.contract.model import Operation
from contracts.contract.moves import Move
from contracts.contract.roles import Creation, Key
from contracts.engine.bodies import make_body, mark_body
from contracts.engine.probe import Probe
from contracts.engine.verdict import Inapplicable, SetupFailed, Untested
from contracts.http.exchange import Exchange
from contracts.http.shown import find_made, get_single, is_success
from contracts.roles.survey import get_known
from contracts.target import Effects

ABSENT = (404, 405, 501)
"""The statuses of a deployment that does not have an operation."""

BODY, PATH = "$request.body#", "$request.path."
"""Where a runtime expression has its value (OpenAPI 3.1.0 §4.8.20.4)."""


@dataclass(frozen=True, slots=True)
class Made:
    """A record that this run made, how, and with what body."""

    creation: Creation
    exchange: Exchange
    key: Key
    record: Record
    body: Any


def find_creation(probe: Probe) -> Creation:
    """Return the operation that makes a record, and not of another record."""
    for one in probe.api.resource.creations:
        if probe.api.resource.find_key_parameter(one.operation) is None:
            given = {*probe.target.path, _find_path_name(one)}
            if missing := list_required(one.operation) - given:
                raise Inapplicable(f"{one.operation.id} needs {', '.join(sorted(missing))}")
            return one
    raise Inapplicable("the document declares no operation that makes a record")


def create(probe: Probe, creation: Creation, body: Any = None, **more: Any) -> tuple[Exchange, Any]:
    """Call for a new record, by *body* or by one that is made; return what came, and the body.

    The body is marked as this run's where a member allows that.
    """
    mark = f"{probe.run.transport.guard.synthetic}-{next(probe.run.users)}"
    body = make_body(probe.api, creation.operation) if body is None else body
    body = mark_body(probe.api, creation.operation, body, mark)
    if creation.conflict is not None and creation.conflict.given.startswith(BODY):
        put(body, creation.conflict.given.removeprefix(BODY), mark)
    if name := _find_path_name(creation):
        more["path"] = {name: mark, **more.get("path", {})}
    return probe.call(creation.operation.id, body=body, **more), body


def _find_path_name(creation: Creation) -> str:
    """Return the path parameter that names the key of a conflict; empty if none does."""
    given = creation.conflict.given if creation.conflict else ""
    return given.removeprefix(PATH) if given.startswith(PATH) else ""


def make_record(probe: Probe, **more: Any) -> Made:
    """Make a record; the deployment may have no such operation."""
    creation = find_creation(probe)
    exchange, body = create(probe, creation, **more)
    if exchange.status in ABSENT:
        raise Untested(f"the deployment has no {creation.operation.id} ({exchange.status})")
    key, record = find_made(exchange, probe.api), get_single(exchange, probe.api)
    if key is not None and not record:
        record = get_single(probe.read_record(key), probe.api)
    if key is None and is_success(exchange, probe.api) and not record:
        name = creation.operation.id
        raise Untested(f"{name} does not show what it makes, and no Location leads to it")
    if not is_success(exchange, probe.api) or key is None:
        raise SetupFailed(f"no record was made: {creation.operation.id} got {exchange.status}")
    return Made(creation, exchange, key, record, body)


def get_made(probe: Probe) -> Made:
    """Return the one new record that several laws look at."""
    made: Made = probe.read_once(make_record)
    return made


def get_record_in(probe: Probe, state: str) -> Key:
    """Return a record in *state* that a law may move."""
    for key in _list_candidates(probe, state):
        if _find_state(probe, key) == state:
            return key
    raise Untested(f"no record is {state}, and the API alone cannot make one")


def _list_candidates(probe: Probe, state: str) -> Iterator[Key]:
    scope = probe.api.resource.find_scope(probe.target.path)
    if probe.run.driver is not None:
        driven = probe.run.driver.job_in(state)
        if driven is not None:
            probe.run.transport.guard.adopt(scope, driven)
            yield driven
    life = probe.api.resource.lifecycle
    for initial in life.initial if life else ():
        way = find_way(probe, initial, state)
        if way is None or not probe.api.resource.creations:
            continue
        made = make_record(probe)
        if probe.api.resource.find_state(made.record) == initial:
            for move in way:
                probe.move(move, made.key)
            yield made.key
    if probe.target.effects is Effects.ANY:
        used: set[Key] = probe.read_once(_start_used)
        for key, record in get_known(probe, 0).items():
            if probe.api.resource.find_state(record) == state and key not in used:
                used.add(key)
                yield key


def release(probe: Probe, key: Key) -> None:
    """Let other laws take a record again that a law has left in the state in which it was."""
    used: set[Key] = probe.read_once(_start_used)
    used.discard(key)


def _start_used(_: Probe) -> set[Key]:
    return set()


def _find_state(probe: Probe, key: Key) -> str | None:
    return probe.api.resource.find_state(get_single(probe.read_record(key), probe.api))


def find_way(probe: Probe, source: str, target: str) -> tuple[Move, ...] | None:
    """Return moves of clients that lead from *source* to *target* at once; None if there are none.

    A move to one of several states, or one that takes a while, leads nowhere for certain.
    """
    ways: dict[str, tuple[Move, ...]] = {source: ()}
    for _ in probe.api.resource.lifecycle.states if probe.api.resource.lifecycle else ():
        for move in probe.api.resource.list_moves():
            for state in set(move.sources) & ways.keys():
                if len(move.targets) == 1 and not move.delayed and is_callable(probe, move):
                    ways.setdefault(move.targets[0], (*ways[state], move))
    return ways.get(target)


def is_callable(probe: Probe, move: Move) -> bool:
    """Tell whether all that a call for *move* needs is known: the key, and what --path says.

    A move that is not possible before some moment is left to the server's clock.
    """
    operation = probe.api.operations[move.by]
    name = probe.api.resource.find_key_parameter(operation)
    given = {name, *probe.target.path, *(n[1:] for n in move.given if n.startswith("?"))}
    return name is not None and move.not_before is None and list_required(operation) <= given


def list_required(operation: Operation) -> set[str]:
    """Return the parameters that a call of *operation* needs, but for a key in a header."""
    return {
        name
        for name, one in operation.parameters.items()
        if one.get("in") == "path" or (one.get("required") and name.lower() != "authorization")
    }


def find_given(made: Made) -> Any:
    """Return what a creation said of the key of a conflict."""
    conflict, name = made.creation.conflict, _find_path_name(made.creation)
    if name:
        return made.exchange.arguments.get(name)
    if conflict is None or not conflict.given.startswith(BODY):
        return None
    return get_value(made.body, conflict.given.removeprefix(BODY))


def repeat(probe: Probe, made: Made) -> Exchange:
    """Call for a second record of the same key as *made*."""
    name = _find_path_name(made.creation)
    path = {name: made.exchange.arguments[name]} if name else {}
    return probe.call(made.creation.operation.id, path=path, body=made.body)
