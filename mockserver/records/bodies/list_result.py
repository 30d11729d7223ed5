"""Bodies of lists: a page of records, and what the page says besides."""

from collections.abc import Mapping
from functools import cache, cached_property
from random import Random
from typing import Any

import msgspec

from mockserver.contract.contract import Pages
from mockserver.contract.operations import Operation
from mockserver.contract.schemas import member
from mockserver.records.bodies.media import JSON, media_of
from mockserver.records.places import Place
from mockserver.records.schemas.fitting import kinds_of, merge_parts
from mockserver.records.schemas.samples import Sampler
from mockserver.records.schemas.schema import Schema

#: What no JSON text has, and so marks a place in one.
_NO_JSON = b"\0"


class ListResult:
    """What *operation* gives for a page of records; where they stand is what *pages* say."""

    def __init__(self, operation: Operation, pages: Pages) -> None:
        self.status = operation.status
        media = media_of(next(iter(operation.successes.values()), None))
        self.media_type = media[0] if media is not None and "*" not in media[0] else JSON
        self._items = pages.items
        self._operation = operation
        self._nothing_at = cache(self._find_nothing)
        self._holder_at = cache(self._make_holder)

    def body(self, joined: bytes, members: Mapping[str, Any] | None = None) -> tuple[bytes, ...]:
        """Return the body of a page, in pieces: records are not copied.

        Args:
            joined: the JSON texts of its records, with commas between.
            members: what the page says besides, by pointer. What is None is null if the schema
                has null there, and else empty text if it is needed, and else left out.
        """
        head, tail = self._frame if not members or not self._items else self._frame_of(members)
        return head, joined, tail

    @cached_property
    def _frame(self) -> tuple[bytes, bytes]:
        """What stands before and after the records of a page that says nothing besides."""
        return self._frame_of({}) if self._items else (b"[", b"]")

    def _frame_of(self, members: Mapping[str, Any]) -> tuple[bytes, bytes]:
        """Return what stands before and after the records of a page that says *members*."""
        made = msgspec.json.decode(self._envelope)
        for pointer, value in members.items():
            told = value if value is not None else self._nothing_at(pointer)
            if told is not msgspec.UNSET:
                holder = pointer.rpartition("/")[0]
                if holder and Place(holder).read(made) is None:
                    Place(holder).write(made, msgspec.json.decode(self._holder_at(holder)))
                Place(pointer).write(made, told)
        Place(self._items).write(made, [msgspec.Raw(_NO_JSON)])
        head, tail = msgspec.json.encode(made).split(_NO_JSON)
        return head, tail

    @cached_property
    def _envelope(self) -> bytes:
        """The JSON of a body without records: decoding it takes a fifth of the time of a copy."""
        body = self._operation.result
        made = None
        if body is not None:
            made = Sampler(Schema(body), Random(self._operation.name)).value()
        return msgspec.json.encode(made if isinstance(made, dict) else {})

    def _make_holder(self, pointer: str) -> bytes:
        """Return the JSON of an object at *pointer*, which a body has for what is written in it."""
        body = self._operation.result
        node = member(body, pointer) if body is not None else None
        made = None if node is None else Sampler(Schema(node), Random(pointer)).value()
        return msgspec.json.encode(made if isinstance(made, dict) else {})

    def _find_nothing(self, pointer: str) -> Any:
        """Return what stands for nothing at *pointer*; UNSET if the member is left out."""
        body = self._operation.result
        node = member(body, pointer) if body is not None else None
        above = member(body, pointer.rpartition("/")[0]) if body is not None else None
        if node is None or above is None:
            return msgspec.UNSET
        schema = Schema(node)
        kinds = kinds_of(merge_parts(schema, schema.value))
        if "null" in kinds:
            return None
        holder = Schema(above)
        needed = merge_parts(holder, holder.value).get("required", ())
        is_needed = pointer.rpartition("/")[2] in needed
        return "" if is_needed and "string" in kinds else msgspec.UNSET
