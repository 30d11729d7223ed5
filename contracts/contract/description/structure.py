"""The structure of a description: which operation lists, which reads, and what names a record.

What is found here without a key of the document's is inferred: calls are made by it, and nothing is
judged by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from contracts.contract.api import is_json
from contracts.contract.description.shapes import Listing, Shape, trim
from contracts.contract.model import Operation
from contracts.contract.pointer import PointerError, escape, resolve, unescape

LIFECYCLE = "x-lifecycle"

DEPTH = 2
"""How many members deep in a body the array of a list, or the record of a read, may lie."""

ALIKE = 0.5
"""The share of its properties that a record has in common with one of the list."""

PAGES = frozenset(
    (
        *("style", "items", "limit", "page", "offset", "cursor", "order"),
        *("next", "previous", "first", "last", "more", "total"),
    )
)
"""The members of `x-pagination`."""

KEYS = ("id", "uid", "uuid", "number", "key", "name")


class Structure:
    """Looks into the schemas of a description."""

    def __init__(self, raw: Mapping[str, Any], operations: Mapping[str, Operation]) -> None:
        self.raw, self.operations = raw, operations
        self._merged: dict[int, tuple[Mapping[str, Any], str]] = {}
        self._bodies: dict[str, tuple[Shape, ...]] = {}
        self._reads: dict[tuple[str, str], tuple[Operation, Shape] | None] = {}

    def follow(self, schema: Any, pointer: str) -> tuple[Mapping[str, Any], str]:
        """Return a schema and its pointer behind all references; empty if they lead nowhere.

        The parts of an `allOf` are merged, and of alternatives the first counts that is not null.
        """
        for _ in range(20):
            if not isinstance(schema, dict):
                break
            kind = next((word for word in ("allOf", "anyOf", "oneOf") if schema.get(word)), "")
            parts = schema.get(kind, ())
            if isinstance(schema.get("$ref"), str):
                pointer = schema["$ref"]
                try:
                    schema = resolve(self.raw, pointer)
                except PointerError:
                    break
            elif kind == "allOf" and (len(parts) > 1 or schema.keys() & {"properties", LIFECYCLE}):
                return self._merge(schema, pointer)
            elif kind and "properties" not in schema:
                at = next((i for i, one in enumerate(parts) if one != {"type": "null"}), 0)
                schema, pointer = parts[at], f"{pointer}/{kind}/{at}"
            else:
                return schema, pointer
        return {}, pointer

    def _merge(self, schema: Mapping[str, Any], pointer: str) -> tuple[Mapping[str, Any], str]:
        """Return what a schema and the parts of its `allOf` say, always the same object for one.

        Its pointer is that of the part which declares the lifecycle, if one does.
        """
        if id(schema) in self._merged:
            return self._merged[id(schema)]
        made = {word: value for word, value in schema.items() if word != "allOf"}
        # What contains itself ends here.
        self._merged[id(schema)] = made, pointer
        properties, required = dict[str, Any](), list[str]()
        for at, part in enumerate(schema["allOf"]):
            found, place = self.follow(part, f"{pointer}/allOf/{at}")
            if LIFECYCLE in found and LIFECYCLE not in made:
                pointer = place
            properties |= found.get("properties", {})
            required += found.get("required", ())
            made = {**found, **made}
        properties |= schema.get("properties", {})
        required += schema.get("required", ())
        made |= {"properties": properties} if properties else {}
        made |= {"required": required} if required else {}
        self._merged[id(schema)] = made, pointer
        return made, pointer

    def walk_body(self, operation: Operation) -> Sequence[Shape]:
        """Return the schemas in the body of a success, the shallow ones first."""
        if operation.id not in self._bodies:
            self._bodies[operation.id] = tuple(self._walk_body(operation))
        return self._bodies[operation.id]

    def _walk_body(self, operation: Operation) -> Iterator[Shape]:
        for status, response in operation.successes.items():
            content = response.get("content", {})
            for media in filter(is_json, content):
                start = f"{operation.pointer}/responses/{status}/content/{escape(media)}/schema"
                level = [Shape(*self.follow(content[media].get("schema"), start), "")]
                for _ in range(DEPTH + 1):
                    yield from level
                    level = [
                        Shape(*self.follow(below, f"{one.pointer}/properties/{escape(name)}"), at)
                        for one in level
                        for name, below in one.properties.items()
                        if (at := f"{one.place}/{escape(name)}")
                    ]
                return

    def list_listings(self) -> Iterator[Listing]:
        """Go through the operations that list: a GET with an array of objects in its body."""
        for operation in self.operations.values():
            if operation.method != "GET":
                continue
            paging = self.get_pagination(operation)
            declared = paging.get("items") if isinstance(paging, Mapping) else None
            for shape in self.walk_body(operation):
                record = Shape(
                    *self.follow(shape.schema.get("items"), f"{shape.pointer}/items"), shape.place
                )
                within = (
                    declared is None and shape.place and self._is_of_a_record(operation, record)
                )
                if record.properties and declared in (None, shape.place) and not within:
                    yield Listing(operation, shape.place, record)
                    break

    def _is_of_a_record(self, operation: Operation, record: Shape) -> bool:
        """Tell whether an array of records is part of one, as the folders that a folder lies in."""
        whole = self.walk_body(operation)[0].properties.keys()
        common = len(whole & record.properties.keys())
        return common > 1 and common >= ALIKE * len(record.properties)

    def find_read(self, listing: Listing) -> tuple[Operation, Shape] | None:
        """Return the operation that reads one record of *listing*, and its record.

        Its record is of the same schema, or it has much of it and a path that goes on, or is
        called, as that of the list.
        """
        name = (listing.operation.id, listing.items)
        if name not in self._reads:
            self._reads[name] = self._find_read(listing)
        return self._reads[name]

    def _find_read(self, listing: Listing) -> tuple[Operation, Shape] | None:
        found: list[tuple[bool, bool, bool, int, int, Operation, Shape]] = []
        listed = _find_word(listing.operation.path)
        for operation in self.operations.values():
            path = trim(operation.path)
            is_read = operation.method == "GET" and re.search(r"\{[^{}]+\}$", path)
            if not is_read or operation is listing.operation:
                continue
            for shape in self.walk_body(operation):
                same = shape.schema is listing.record.schema
                below = path.rpartition("/")[0] == trim(listing.operation.path)
                alike = _find_word(path) == listed
                common = len(shape.properties.keys() & listing.record.properties.keys())
                much = common >= ALIKE * len(listing.record.properties)
                if same or (much and (below or alike)):
                    found.append((below, same, alike, common, -len(found), operation, shape))
                    break
        best = max(found, key=lambda one: one[:5], default=None)
        return best and (best[5], best[6])

    def infer_key(self, record: Shape, parameter: str) -> str | None:
        """Return the property that the path parameter of the read is probably the value of."""
        for name in (parameter, *KEYS):
            if name in record.properties:
                return f"/{escape(name)}"
        return None

    def find_linked_key(self, listing: Listing, read: Operation, parameter: str) -> str | None:
        """Return the property that a link of the list gives to the read, or None."""
        for response in listing.operation.responses.values():
            for link in response.get("links", {}).values():
                given = str(link.get("parameters", {}).get(parameter, ""))
                start = f"$response.body#{listing.items}/0/"
                if link.get("operationId") == read.id and given.startswith(start):
                    return f"/{given.removeprefix(start)}"
        return None

    def get_written(self, operation: Operation) -> Mapping[str, Any]:
        """Return what the document says of *operation*."""
        found: Mapping[str, Any] = resolve(self.raw, operation.pointer)
        return found

    def get_pagination(self, operation: Operation) -> Any:
        """Return `x-pagination` of *operation*; None if it is not there, or another vendor's.

        Ours has `style` and `items`; what has neither, but other members, is not ours.
        """
        said = self.get_written(operation).get("x-pagination")
        if not isinstance(said, Mapping):
            return said
        return said if {"style", "items"} & said.keys() or said.keys() <= PAGES else None

    def has_property(self, record: Shape, pointer: str) -> bool:
        """Tell whether a record may have something at *pointer*."""
        schema: Mapping[str, Any] = record.schema
        for step in pointer.split("/")[1:]:
            properties = schema.get("properties", {})
            if unescape(step) not in properties:
                return not properties
            schema, _ = self.follow(properties[unescape(step)], "")
        return True

    def find_property(self, record: Shape, pointer: str) -> Mapping[str, Any]:
        """Return the schema of what a record has at *pointer*; empty if nothing is said of it."""
        schema: Mapping[str, Any] = record.schema
        for step in pointer.split("/")[1:]:
            schema, _ = self.follow(schema.get("properties", {}).get(unescape(step)), "")
        return schema


def _find_word(path: str) -> str:
    """Return the last word of *path* that is not a parameter, as one: `/jobs` and `/job/{id}`."""
    words = [word for word in path.split("/") if word and "{" not in word]
    return words[-1].lower().removesuffix("s") if words else ""
