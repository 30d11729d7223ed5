"""The contract of the mock as data: what a page needs to show any API in its own words."""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from mockserver.contract.contract import Resource
from mockserver.contract.operations import Operation
from mockserver.contract.reader import read_document
from mockserver.contract.schemas import properties, types, values
from mockserver.contract.tree import Node
from mockserver.control.request import YAML_TYPES, ControlRequest
from mockserver.http.messages import Response, json_response
from mockserver.http.refused import RefusedError
from mockserver.parsing.pointer import escape
from mockserver.parsing.sources import InvalidSourceError
from mockserver.records.kind import Kind
from mockserver.records.lifecycle import Lifecycle, targets_of


class Column(Struct, frozen=True):
    """A member of a record: the *pointer* to it, and what its schema says.

    *unit* is that of a moment (ms, s, rfc3339, rfc2822); None where the member is not known to
    hold one.
    """

    name: str
    pointer: str
    types: tuple[str, ...]
    unit: str | None
    values: tuple[str | int, ...]


class ShownMove(Struct, frozen=True, rename={"sources": "from"}):
    """A move of the contract: who makes it (*by*), and from which states to which (null: gone)."""

    event: str
    by: str
    sources: tuple[str, ...]
    to: tuple[str | None, ...]
    grade: str


class ShownLifecycle(Struct, frozen=True):
    """The states of a record, and the moves between them; *places* hold the state."""

    states: tuple[str, ...]
    initial: tuple[str, ...]
    terminal: tuple[str, ...]
    places: tuple[str, ...]
    grade: str
    moves: tuple[ShownMove, ...]


class ShownResource(Struct, frozen=True):
    """A resource. *scope* are the path parameters that name a list of it."""

    name: str
    key: str | None
    scope: tuple[str, ...]
    columns: tuple[Column, ...]
    lifecycle: ShownLifecycle | None


class ShownOperation(Struct, frozen=True):
    """An operation, as the contract names it."""

    name: str
    method: str
    path: str
    summary: str


class ShownCredential(Struct, frozen=True):
    """What a call carries: *kind* (apiKey, or a scheme of Authorization) in *parameter*."""

    kind: str
    where: str
    parameter: str


class ShownContract(Struct, frozen=True, rename="camel"):
    """The API of this mock, below *base_path*. A call carries one of *credentials*."""

    title: str
    base_path: str
    resources: tuple[ShownResource, ...]
    operations: tuple[ShownOperation, ...]
    credentials: tuple[ShownCredential, ...]


async def describe(request: ControlRequest) -> Response:
    """Respond with what is known of the API."""
    api = request.services.api
    contract = api.contract
    shown = ShownContract(
        title=contract.title,
        base_path=api.base_path,
        resources=tuple(
            _show_resource(resource, api.kinds[resource.name]) for resource in contract.resources
        ),
        operations=tuple(map(_show_operation, contract.operations)),
        credentials=tuple(
            ShownCredential(one.kind, one.where, one.parameter)
            for one in contract.credentials.value
        ),
    )
    return json_response(200, shown)


async def read_json(request: ControlRequest) -> Response:
    """Respond with the description of the API, overlays applied, as JSON."""
    return json_response(200, _read_description(request))


async def read_yaml(request: ControlRequest) -> Response:
    """Respond with the description of the API, overlays applied, as YAML."""
    text = msgspec.yaml.encode(_read_description(request))
    return Response(200, text, {"Content-Type": YAML_TYPES[0]})


def _read_description(request: ControlRequest) -> Any:
    """Return what the user has given: a profile adds what the mock does, not what is promised."""
    contract, own = request.services.api.contract, request.services.profile.overlays
    overlays = [overlay for overlay in contract.overlays if overlay not in own]
    try:
        return read_document(contract.file, overlays)
    except InvalidSourceError as error:
        hint = "mend the file; it has changed since this server started"
        raise RefusedError(500, str(error), "", hint) from None


def _show_resource(resource: Resource, kind: Kind) -> ShownResource:
    return ShownResource(
        name=resource.name,
        key=None if kind.key is None else kind.key.pointer,
        scope=kind.scope,
        columns=tuple(_show_columns(resource.record, kind.lifecycle)),
        lifecycle=_show_lifecycle(resource, kind),
    )


def _show_columns(record: Node, lifecycle: Lifecycle | None) -> Iterator[Column]:
    units = dict(_list_moments(lifecycle))
    for name, schema in properties(record).items():
        pointer = f"/{escape(name)}"
        unit = units.get(pointer)
        if unit is None and schema.get_text("format") == "date-time":
            unit = "rfc3339"
        yield Column(name, pointer, tuple(sorted(types(schema))), unit, values(schema))


def _list_moments(lifecycle: Lifecycle | None) -> Iterator[tuple[str, str]]:
    """Yield the pointer to each member that is known to hold a moment, and its unit."""
    if lifecycle is None:
        return
    stamps = lifecycle.stamps
    for pointer in (stamps.made, stamps.moved, *stamps.entered.values()):
        if pointer is not None:
            yield pointer, stamps.unit
    for move in lifecycle.moves:
        if move.not_before is not None:
            yield move.not_before, lifecycle.unit_of(move.not_before)


def _show_lifecycle(resource: Resource, kind: Kind) -> ShownLifecycle | None:
    said, lifecycle = resource.lifecycle, kind.lifecycle
    if said is None or lifecycle is None:
        return None
    return ShownLifecycle(
        states=kind.states,
        initial=lifecycle.initial,
        terminal=tuple(state for state in kind.states if state in lifecycle.terminal),
        places=tuple(sorted(lifecycle.state_places)),
        grade=said.states.grade,
        moves=tuple(
            ShownMove(
                fact.value.event,
                fact.value.by,
                fact.value.sources,
                targets_of(fact.value),
                fact.grade,
            )
            for fact in said.moves
        ),
    )


def _show_operation(operation: Operation) -> ShownOperation:
    summary = operation.node.get_text("summary") or ""
    return ShownOperation(operation.name, operation.method, operation.template, summary)
