"""What the list needs of a record, beside what the schema of the record does.

Documents often describe a record twice: what a list shows of it may require members of which the
response that reads it knows nothing. The mock keeps one record for both.
"""

from collections.abc import Mapping
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

    def reconcile(self, members: dict[str, Any], now: int, chance: Random) -> None:
        """Replace those of *members* that the list cannot show by what both schemas allow.

        *now* is the moment in epoch milliseconds; *chance* draws what the schema leaves open.
        """
        for name, schema, part in self._shared:
            if name in members and not schema.may_fit(part, members[name]):
                made = Sampler(schema, chance, now).of(part, name)
                if self._kind.schema.may_fit(self._own[name], made):
                    members[name] = made

    @cached_property
    def _own(self) -> Mapping[str, Any]:
        """The members that the schema of the record describes."""
        own = self._kind.schema
        found: Mapping[str, Any] = merge_parts(own, own.value).get("properties", {})
        return found

    @cached_property
    def _entry(self) -> Schema | None:
        """What the list says of a record, if it is another schema than that of the record."""
        resource = self._kind.resource
        body = resource.list.value.result if resource.list is not None else None
        array = member(body, self._kind.pages.items) if body is not None else None
        entry = items(array) if array is not None else None
        is_same = entry is None or entry.identity == resource.record.identity
        return None if entry is None or is_same else Schema(entry)

    @cached_property
    def _needed(self) -> tuple[tuple[str, Schema, Any], ...]:
        own, schema = self._kind.schema, self._entry
        if schema is None or merge_parts(own, own.value).get("additionalProperties") is False:
            return ()
        more = merge_parts(schema, schema.value)
        names = set(more.get("required", ())) - self._own.keys()
        known = more.get("properties", {})
        return tuple((name, schema, known.get(name, {})) for name in sorted(names))

    @cached_property
    def _shared(self) -> tuple[tuple[str, Schema, Any], ...]:
        """The members that both describe, as the list does."""
        schema = self._entry
        known = {} if schema is None else merge_parts(schema, schema.value).get("properties", {})
        return tuple((n, schema, known[n]) for n in known if n in self._own and schema is not None)
