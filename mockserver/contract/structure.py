"""Which records an API has: lists and reads that belong together, found by their structure."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from mockserver.contract import words
from mockserver.contract.operations import Operation
from mockserver.contract.schemas import (
    is_object,
    items,
    member,
    properties,
    shares,
    types,
    walk_nested,
)
from mockserver.contract.tree import Node
from mockserver.contract.words import ITEMS, plain

#: How many of the properties the records of a list and of a read have to share.
_ALIKE = 0.5


class Listing(Struct, frozen=True):
    """An operation that gives an array of records; *pointer* leads to it in the body.

    *known* are the names of the record's properties, here and in `Reading`.
    """

    operation: Operation
    pointer: str
    record: Node
    known: frozenset[str]
    reason: str


class Reading(Struct, frozen=True):
    """An operation that gives one record, found at *pointer* in the body."""

    operation: Operation
    pointer: str
    record: Node
    known: frozenset[str]


class Kind(Struct, frozen=True):
    """Records of one kind: the operation that lists them, the one that reads one, or both."""

    listing: Listing | None
    reading: Reading | None

    @property
    def record(self) -> Node:
        """Return the schema of the record: where x-lifecycle stands, else that of the read."""
        known = [part.record for part in (self.reading, self.listing) if part is not None]
        return next((node for node in known if is_declared(node)), known[0])


def is_declared(record: Node) -> bool:
    """Return whether the schema of a record has ``x-lifecycle``, which counts as an object only."""
    return isinstance(record.value, dict) and isinstance(record.value.get("x-lifecycle"), dict)


def kinds(operations: Sequence[Operation]) -> list[Kind]:
    """Return the kinds of records, in the order in which their lists are written."""
    listings = [one for operation in operations if (one := find_listing(operation))]
    readings = [one for operation in operations for one in _readings(operation)]
    # A declared list finds its read first, then one whose path the read's continues.
    ranked = sorted(
        (
            (-rank, at, listing, reading)
            for at, listing in enumerate(listings)
            for reading in readings
            if (rank := _fit(listing, reading))
        ),
        key=lambda ranked: ranked[:2],
    )
    found: dict[int, Kind] = {}
    taken: set[str] = set()
    for _, at, listing, reading in ranked:
        if at not in found and reading.operation.call not in taken:
            taken.add(reading.operation.call)
            found[at] = Kind(listing, reading)
    records = {kind.record.identity for kind in found.values()}
    for at, listing in enumerate(listings):
        declared = listing.operation.pagination is not None or is_declared(listing.record)
        if at not in found and declared and listing.record.identity not in records:
            found[at] = Kind(listing, None)
            records.add(listing.record.identity)
    alone = [
        Kind(None, reading)
        for reading in readings
        if is_declared(reading.record)
        and reading.operation.call not in taken
        and reading.record.identity not in records
    ]
    return [found[at] for at in sorted(found)] + alone


def find_listing(operation: Operation) -> Listing | None:
    """Return the list that an operation gives, or None."""
    body = operation.result
    if operation.method != "GET" or body is None:
        return None
    declared = operation.pagination
    if isinstance(declared, dict) and isinstance(declared.get("items"), str):
        array = member(body, declared["items"])
        record = items(array) if array is not None else None
        if record is not None:
            reason = "x-pagination says where"
            return Listing(operation, declared["items"], record, _names(record), reason)
    arrays = list(_arrays(body))
    if not arrays:
        return None
    last = next((s for s in reversed(operation.segments) if s != "{}"), "")
    preferred = (*ITEMS, plain(last))
    arrays.sort(key=lambda found: _rank(found[0], preferred))
    pointer, record = arrays[0]
    name = plain(pointer.rpartition("/")[2])
    if pointer and operation.segments[-1:] == ("{}",) and name not in ITEMS:
        # One record, which has a list of something else among its properties.
        return None
    where = f"at {pointer}" if pointer else "as its body"
    reason = f"a {operation.success} with an array {where}"
    return Listing(operation, pointer, record, _names(record), reason)


def _arrays(body: Node) -> Iterator[tuple[str, Node]]:
    for pointer, node in [("", body), *walk_nested(body, 2)]:
        if pointer == "" or "array" in types(node):
            record = items(node)
            if record is not None and is_object(record):
                yield pointer, record


def _rank(pointer: str, preferred: tuple[str, ...]) -> tuple[int, int]:
    name = plain(pointer.rpartition("/")[2])
    known = preferred.index(name) if name in preferred else len(preferred)
    return pointer.count("/") if pointer.count("/") > 1 else 0, known


def _readings(operation: Operation) -> Iterator[Reading]:
    body = operation.result
    segments = operation.segments
    if operation.method == "GET" and body is not None and segments and segments[-1] == "{}":
        for pointer, node in [("", body), *walk_nested(body, 1)]:
            if is_object(node):
                yield Reading(operation, pointer, node, _names(node))


def _fit(listing: Listing, reading: Reading) -> int:
    """Return how well a list and a read belong together; 0 if they do not."""
    one, other = listing.operation.segments, reading.operation.segments
    if listing.operation.call == reading.operation.call:
        # A list within a record is not that of all records: the folders that a file lies in.
        return 0
    same = listing.record.identity == reading.record.identity
    alike = shares(listing.known, reading.known)
    continues = other == (*one, "{}")
    # A list may show little of each record: its key, and some more.
    keyed = _has_key(reading)
    least = _ALIKE / 2 if continues and keyed and not reading.pointer else _ALIKE
    if not same and (alike < least or len(listing.known) < 2):
        return 0
    words = [next((s for s in reversed(path) if s != "{}"), "") for path in (one, other)]
    related = plain(words[0]).rstrip("s") == plain(words[1]).rstrip("s")
    if not continues and not same and not (related and alike >= 0.8):
        return 0
    if not continues and not same and reading.pointer:
        return 0
    declared = listing.operation.pagination is not None
    rank = 1 + 16 * declared + 8 * continues + 4 * same + 2 * related + (alike == 1.0)
    # Of two records in one response, the one with the key is it.
    return 2 * rank + 3 * keyed


def _has_key(reading: Reading) -> bool:
    """Return whether the record of *reading* has a property named like the path parameter."""
    tails = words.tails(reading.operation.path_parameters[-1])
    return any(plain(name) in tails for name in reading.known)


def _names(record: Node) -> frozenset[str]:
    return frozenset(properties(record))
