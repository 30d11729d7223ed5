"""What the list needs of a record, beside what the schema of the record does.

Documents often describe a record twice: what a list shows of it may require members of which the
response that reads it knows nothing. The mock keeps one record for both.
"""

from functools import cached_property
from random import Random
from typing import Any

from mockserver.contract.schemas import items, member
from mockserver.records.kind import Kind
from mockserver.records.schemas.fitting import merge_parts
from mockserver.records.schemas.samples import Sampler
from mockserver.records.schemas.schema import Schema


class Listed:
    """The members that records of *kind* need for their list alone."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind

    def complete(self, members: dict[str, Any], now: int, chance: Random) -> None:
        """Give *members* what is lacking, as it is at *now* (epoch milliseconds).

        *chance* draws what the schema leaves open.
        """
        for name, schema, part in self._needed:
            if name not in members:
                members[name] = Sampler(schema, chance, now).of(part, name)

    @cached_property
    def _needed(self) -> tuple[tuple[str, Schema, Any], ...]:
        resource, own = self._kind.resource, self._kind.schema
        body = resource.list.value.result if resource.list is not None else None
        array = member(body, self._kind.pages.items) if body is not None else None
        entry = items(array) if array is not None else None
        said = merge_parts(own, own.value)
        is_closed = said.get("additionalProperties") is False
        if entry is None or entry.identity == resource.record.identity or is_closed:
            return ()
        schema = Schema(entry)
        more = merge_parts(schema, schema.value)
        names = set(more.get("required", ())) - said.get("properties", {}).keys()
        known = more.get("properties", {})
        return tuple((name, schema, known.get(name, {})) for name in sorted(names))
