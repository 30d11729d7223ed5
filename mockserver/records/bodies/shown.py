"""What other responses that show a record need, beside what the schema of the record does.

Documents often describe a record twice: what a list shows of it, or the response that makes one,
may require members of which the response that reads it knows nothing. The mock keeps one record for
all of them.
"""

from collections.abc import Iterator
from functools import cached_property
from random import Random
from typing import Any

from mockserver.contract.schemas import items, member
from mockserver.contract.tree import Node
from mockserver.records.bodies.response import Result
from mockserver.records.kind import Kind
from mockserver.records.schemas.fitting import merge_parts
from mockserver.records.schemas.samples import Sampler
from mockserver.records.schemas.schema import Schema


class Shown:
    """The members that records of *kind* need for other responses than the one that reads them."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind

    def complete(self, members: dict[str, Any], now: int, chance: Random) -> None:
        """Give *members* what is lacking, as it is at *now* (epoch milliseconds).

        *chance* draws what the schemas leave open.
        """
        for name, schema, part in self._needed:
            if name not in members:
                members[name] = Sampler(schema, chance, now).of(part, name)

    @cached_property
    def _needed(self) -> tuple[tuple[str, Schema, Any], ...]:
        own = self._kind.schema
        said = merge_parts(own, own.value)
        if said.get("additionalProperties") is False:
            return ()
        found: dict[str, tuple[str, Schema, Any]] = {}
        for node in self._list_other_schemas():
            schema = Schema(node)
            more = merge_parts(schema, schema.value)
            for name in more.get("required", ()):
                if name not in said.get("properties", {}):
                    part = more.get("properties", {}).get(name, {})
                    found.setdefault(name, (name, schema, part))
        return tuple(found.values())

    def _list_other_schemas(self) -> Iterator[Node]:
        """Yield the schemas of a record in other responses than that which reads it."""
        resource, pages = self._kind.resource, self._kind.pages
        body = resource.list.value.result if resource.list is not None else None
        array = member(body, pages.items) if body is not None else None
        shown = [items(array)] if array is not None else []
        operations = [creation.value.operation for creation in resource.creations]
        operations += [resource.read.value] if resource.read is not None else []
        shown += [Result(operation, resource.record).shown for operation in operations]
        yield from (n for n in shown if n is not None and n.identity != resource.record.identity)
