"""The operations that make records: by ``x-creates`` or ``x-conflict``, or a POST on a list."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mockserver.contract.checks import Checks
from mockserver.contract.contract import Creation, Fact, Grade, Lifecycle
from mockserver.contract.operation_keys import Expressions, read_conflict
from mockserver.contract.operations import Operation
from mockserver.contract.schemas import walk_nested
from mockserver.contract.structure import Kind
from mockserver.contract.tree import Node
from mockserver.parsing.pointer import escape

_KEYS = ("x-creates", "x-conflict")


def assign_makers(checks: Checks, kinds: Sequence[Kind]) -> list[list[Operation]]:
    """Return the operations that make records of each kind, in the order of *kinds*.

    An operation with a key that makes records of no kind is told as a problem.
    """
    makers: list[list[Operation]] = [[] for _ in kinds]
    for operation in checks.operations:
        key = next((name for name in _KEYS if name in operation.node.value), None)
        if operation.node.value.get("x-creates") is False:
            continue
        fits = [_fit(operation, kind, named=key is not None) for kind in kinds]
        best = max(fits, default=0)
        if best:
            makers[fits.index(best)].append(operation)
        elif key is not None:
            told = "makes records of no kind that is known; write x-creates: "
            told += "{record: '#/components/schemas/...'} with the schema that has x-lifecycle"
            operation.node.complain(f"/{key}", "role", told)
    return makers


def _fit(operation: Operation, kind: Kind, *, named: bool) -> int:
    """Return how sure it is that *operation* makes records of a kind; 0 if it does not.

    *named* is whether a key says that it makes some.
    """
    parts = [part for part in (kind.listing, kind.reading) if part is not None]
    known = {part.record.identity for part in parts}
    listed = kind.listing.operation.segments if kind.listing is not None else None
    on_list = operation.segments == listed
    if not named:
        return int(on_list and operation.method == "POST")
    said = operation.node.value.get("x-creates")
    if isinstance(said, dict) and isinstance(said.get("record"), str):
        record = operation.node.refer(said["record"])
        # A Swagger 2.0 schema of a response has two places: where it is written, and its 3.1 form.
        fits = record.identity in known or any(record.value is p.record.value for p in parts)
        return (1 + on_list) * fits
    body = operation.result
    shown = [body, *(node for _, node in walk_nested(body, 1))] if body is not None else []
    single = kind.reading.operation.segments if kind.reading is not None else None
    if any(node.identity in known for node in shown):
        return 4 + on_list
    if on_list:
        return 3
    return 2 * (operation.segments == single) or int(operation.segments[:-1] == single)


def read_creations(
    checks: Checks, makers: Sequence[Operation], record: Node, lifecycle: Lifecycle | None
) -> Iterator[Fact[Creation]]:
    """Yield what is known of each of *makers*, which make records of one kind."""
    states = lifecycle.states.value if lifecycle is not None else {}
    for operation in makers:
        node = checks.key(operation.node, "x-creates")
        made = Creation(
            operation,
            {} if node is None else _set(checks, node, operation, record),
            read_conflict(checks, operation, record, states),
        )
        named = next((name for name in _KEYS if name in operation.node.value), None)
        if named is not None:
            yield Fact(made, Grade.DECLARED, named)
        else:
            yield Fact(made, Grade.INFERRED, "a POST on the path of the list")


def _set(checks: Checks, node: Node, operation: Operation, record: Node) -> Mapping[str, Any]:
    made: dict[str, Any] = {}
    for place, value in node.value.get("set", {}).items():
        below = f"/set/{escape(place)}"
        made[checks.place(node, below, place, record)] = value
        if isinstance(value, str) and value.startswith("$"):
            Expressions(checks, operation, record).check(node, below, value)
    return made
