"""One kind of records as a resource: each fact declared by a key, or else inferred or assumed."""

from collections.abc import Iterator, Sequence

from mockserver.contract.checks import Checks
from mockserver.contract.contract import (
    Fact,
    Filter,
    Grade,
    Lifecycle,
    Pages,
    Resource,
)
from mockserver.contract.creation import read_creations
from mockserver.contract.lifecycle_key import read_key, read_lifecycle
from mockserver.contract.moves import actions, infer_lifecycle, on_record
from mockserver.contract.operation_keys import read_filters, read_pages
from mockserver.contract.operations import Operation
from mockserver.contract.paging import infer_filters, infer_pages
from mockserver.contract.record_key import infer_key
from mockserver.contract.structure import Kind, Listing, is_declared


def read_resource(
    checks: Checks, name: str, kind: Kind, alike: Sequence[Kind], makers: Sequence[Operation]
) -> Resource:
    """Return all that is known of the records of one kind.

    Args:
        checks: takes what is wrong.
        name: what the records are called.
        kind: the operations that show them.
        alike: the kinds whose records have the same schema, this one included: they move alike.
        makers: the operations that make them.
    """
    declared = is_declared(kind.record)
    key, lifecycle = _key_and_lifecycle(checks, alike, declared=declared)
    pages, filters = _pages(checks, kind.listing)
    creations = tuple(read_creations(checks, makers, kind.record, lifecycle))
    used = {creation.value.operation.name for creation in creations}
    used |= {move.value.by for move in lifecycle.moves} if lifecycle is not None else set()
    single = [o for o in on_record(kind, checks.operations) if o.name not in used]
    delete = next((o for o in single if o.method == "DELETE"), None)
    acting = [o for o, _ in actions(kind, checks.operations) if o.name not in used]
    read = kind.reading.operation if kind.reading is not None else None
    return Resource(
        name=name,
        record=kind.record,
        key=key,
        list=_list(kind.listing),
        read=_role(read, "a GET of one record", declared=declared),
        creations=creations,
        delete=_role(delete, "a DELETE of one record", declared=declared),
        pages=pages,
        filters=filters,
        lifecycle=lifecycle,
        scope=() if kind.listing is None else kind.listing.operation.path_parameters,
        unknown=(*(o for o in single if o.method not in ("GET", "DELETE", "HEAD")), *acting),
    )


def operations_on(resource: Resource) -> Iterator[str]:
    """Yield the names of the operations of a resource, whatever they do to it."""
    for fact in (resource.list, resource.read, resource.delete):
        if fact is not None:
            yield fact.value.name
    for creation in resource.creations:
        yield creation.value.operation.name
    if resource.lifecycle is not None:
        yield from (move.value.by for move in resource.lifecycle.moves)
    yield from (operation.name for operation in resource.unknown)


def name_of(kind: Kind, taken: Sequence[str]) -> str:
    """Return a name for records: that of ``x-aep-resource``, or the last words of their path."""
    said = kind.record.value.get("x-aep-resource") if isinstance(kind.record.value, dict) else None
    part = kind.listing or kind.reading
    words = [s for s in part.operation.segments if s != "{}"] if part is not None else []
    if isinstance(said, dict) and isinstance(said.get("plural"), str):
        words = [*words, said["plural"]]
    words = words or ["records"]
    for count in range(1, len(words) + 1):
        name = "-".join(words[-count:])
        if name not in taken:
            return name
    return next(n for i in range(2, len(taken) + 3) if (n := f"{words[-1]}-{i}") not in taken)


def _key_and_lifecycle(
    checks: Checks, alike: Sequence[Kind], *, declared: bool
) -> tuple[Fact[str] | None, Lifecycle | None]:
    record = alike[0].record
    if not declared:
        return infer_key(alike), infer_lifecycle(alike, checks.operations)
    node = checks.key(record, "x-lifecycle")
    if node is None:
        return None, None
    key = read_key(checks, record, node) or infer_key(alike)
    return key, read_lifecycle(checks, record, node)


def _pages(
    checks: Checks, listing: Listing | None
) -> tuple[Fact[Pages] | None, tuple[Fact[Filter], ...]]:
    if listing is None:
        return None, ()
    pages = read_pages(checks, listing.operation) or infer_pages(listing)
    declared = read_filters(checks, listing)
    return pages, infer_filters(listing, pages.value) if declared is None else declared


def _list(listing: Listing | None) -> Fact[Operation] | None:
    if listing is None:
        return None
    if listing.operation.pagination is not None:
        return Fact(listing.operation, Grade.DECLARED, "x-pagination stands on it")
    return Fact(listing.operation, Grade.INFERRED, listing.reason)


def _role(operation: Operation | None, reason: str, *, declared: bool) -> Fact[Operation] | None:
    if operation is None:
        return None
    if declared:
        return Fact(operation, Grade.DECLARED, f"{reason} whose schema has x-lifecycle")
    return Fact(operation, Grade.INFERRED, reason)
