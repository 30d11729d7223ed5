"""Bodies of successful responses: records where the schema of the response wants them."""

import copy
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from http import HTTPStatus
from random import Random
from typing import Any
from urllib.parse import quote

import msgspec

from mockserver.contract.operations import Operation, is_json
from mockserver.contract.schemas import (
    is_object,
    items,
    parts,
    properties,
    shares,
    walk_nested,
)
from mockserver.contract.tree import Node
from mockserver.parsing.pointer import split
from mockserver.records.bodies.media import JSON, example_of, media_of
from mockserver.records.bodies.messages import tell
from mockserver.records.places import Place
from mockserver.records.schemas.fitting import fits, merge_parts
from mockserver.records.schemas.mending import mend_part
from mockserver.records.schemas.samples import Sampler
from mockserver.records.schemas.schema import Schema

#: What no JSON text has, and so marks a place in one.
_NO_JSON = b"\0"
_EMPTY = (204, 205, 304)
#: How many of its properties a part of a response has to share with a record to show one.
_ALIKE = 0.5
#: How deep parts of schemas go at most, which may contain themselves.
_MOST_DEEP = 24
_PARAMETER = re.compile(r"\{([^}]*)\}")


def address_of(read: Operation, arguments: Mapping[str, str]) -> str:
    """Return the path at which *read* finds what *arguments* name, as Location has it."""
    filled = {name: quote(text, safe="") for name, text in arguments.items()}
    return _PARAMETER.sub(lambda found: filled.get(found[1], found[0]), read.template)


class Result:
    """What *operation* gives when it succeeds: a *record*, alone or in an envelope, or no record.

    Attributes:
        status: that of the first declared success.
        media_type: that of the body; None where there is no body.
        has_location: whether the response declares where the record is to be found.
    """

    def __init__(self, operation: Operation, record: Node | None) -> None:
        self.status = operation.status
        response = next(iter(operation.successes.values()), None)
        headers = response.get("headers") if response is not None else None
        names = [name.lower() for name, _ in headers.members()] if headers is not None else []
        self.has_location = "location" in names
        self._operation = operation
        self._record = record
        media = media_of(response) if self.status not in _EMPTY else None
        self._media = media[1] if media is not None else None
        self.media_type = None if media is None else JSON if "*" in media[0] else media[0]
        self._is_json = self.media_type is not None and is_json(self.media_type)

    def body(self, record: bytes | None = None) -> bytes:
        """Return the body, which shows *record* (its JSON text) if it shows one at all."""
        if self.media_type is None:
            return b""
        if not self._is_json:
            return b"" if self._sample is None else str(self._sample).encode()
        if self._place is not None and record is not None:
            head, tail = self._frame
            return head + self._complete(record) + tail
        made = copy.copy(self._sample)
        if record is not None and isinstance(made, dict):
            made.update(self._project(msgspec.json.decode(record)))
        return msgspec.json.encode(made)

    @cached_property
    def _schema(self) -> Schema | None:
        node = self._media.get("schema") if self._media is not None else None
        return Schema(node) if node is not None else None

    @cached_property
    def _place(self) -> str | None:
        """Where a whole record stands in the body; None if nowhere."""
        if self._record is None or self._schema is None:
            return None
        body = self._schema.node
        if not self._schema.value.keys() - {"$defs"}:
            return ""
        known = list(_places(body))
        same = [p for p, node in known if node.identity == self._record.identity]
        alike = [p for p, node in known if _is_alike(node, self._record)]
        if "" in (*same, *alike):
            # It may have another one within, such as the one that it was made of; and what needs
            # more than a record has, such as `deleted`, or is closed to a part, shows a part of it.
            needed = _find_needed(self._schema, self._schema.value)
            shown, described = properties(self._record).keys(), properties(body).keys()
            said = merge_parts(self._schema, self._schema.value)
            is_whole = said.get("additionalProperties") is not False or shown <= described
            return "" if is_whole and shown >= needed else None
        return next(iter((*same, *alike)), None)

    @cached_property
    def _sample(self) -> Any:
        """The body without a record: an example, or what the schema wants."""
        given = example_of(self._media) if self._media is not None else None
        if self._schema is None:
            return {} if given is None else given
        sampler = Sampler(self._schema, Random(self._operation.name))
        if self._place:
            return _open(sampler, self._schema, self._schema.value, sampler.value(), self._place)
        if given is not None and self._place is None:
            # An example that contradicts its schema is shown as far as it does not.
            given = mend_part(self._schema, self._schema.value, copy.deepcopy(given))
            if given is not msgspec.UNSET:
                return given
        return tell(self._schema, self.status, HTTPStatus(self.status).phrase)

    @cached_property
    def _frame(self) -> tuple[bytes, bytes]:
        """What stands before and after a record in the body."""
        if not self._place:
            return b"", b""
        made = copy.deepcopy(self._sample)
        Place(self._place).write(made, msgspec.Raw(_NO_JSON))
        head, tail = msgspec.json.encode(made).split(_NO_JSON)
        return head, tail

    def _complete(self, record: bytes) -> bytes:
        """Return *record* with what the body needs of it and it does not have."""
        if not self._more:
            return record
        members = msgspec.json.decode(record)
        return msgspec.json.encode({**self._more, **members})

    @cached_property
    def _more(self) -> Mapping[str, Any]:
        """What the body needs of a record that a record need not have: a secret, shown once."""
        if self._place is None or self._schema is None or self._record is None:
            return {}
        part: Any = self._schema.value
        for name in split(self._place):
            said = merge_parts(self._schema, part)
            part = said.get("items", {}) if name == "0" else said.get("properties", {}).get(name)
        own = Schema(self._record)
        needed = _find_needed(self._schema, part) - _find_needed(own, own.value)
        known = merge_parts(self._schema, part).get("properties", {})
        sampler = Sampler(self._schema, Random(self._operation.name))
        return {name: sampler.of(known.get(name, {}), name) for name in sorted(needed)}

    def _project(self, members: Any) -> dict[str, Any]:
        """Return those of a record's *members* that the body has too, such as its key."""
        if self._schema is None or not isinstance(members, dict):
            return {}
        known = merge_parts(self._schema, self._schema.value).get("properties", {})
        return {
            name: value
            for name, value in members.items()
            if name in known and fits(self._schema, known[name], value)
        }


def _places(body: Node) -> Iterator[tuple[str, Node]]:
    """Yield each place of a body in which a record may stand, and what is said of it."""
    for pointer, node in [("", body), *walk_nested(body, 2)]:
        for part in parts(node):
            yield pointer, part
        item = items(node)
        if item is not None and pointer:
            yield f"{pointer}/0", item


def _find_needed(schema: Schema, part: Any, deep: int = 0) -> set[str]:
    """Return the members that a *part* of a schema needs, whichever alternative of it is meant."""
    said = schema.resolve(part)
    found = set(said.get("required", ()))
    if deep == _MOST_DEEP:
        return found
    for branch in said.get("allOf", ()):
        found |= _find_needed(schema, branch, deep + 1)
    for word in ("oneOf", "anyOf"):
        branches = [b for b in said.get(word, ()) if schema.resolve(b).get("type") != "null"]
        if branches:
            each = (_find_needed(schema, branch, deep + 1) for branch in branches)
            found |= set.intersection(*each)
    return found


def _is_alike(node: Node, record: Node) -> bool:
    one, other = frozenset(properties(node)), frozenset(properties(record))
    return is_object(node) and len(one & other) > 1 and shares(one, other) > _ALIKE


def _open(sampler: Sampler, schema: Schema, part: Any, value: Any, pointer: str) -> Any:
    """Return *value* with what leads to *pointer* in it, so that something can be put there."""
    _, _, rest = pointer.partition("/")
    head, _, below = rest.partition("/")
    said = merge_parts(schema, part)
    if head == "0" and not isinstance(value, dict):
        inner = said.get("items", {})
        item = sampler.of(inner, "item")
        return [_open(sampler, schema, inner, item, f"/{below}")] if below else [item]
    made = value if isinstance(value, dict) else {}
    inner = said.get("properties", {}).get(head, {})
    if below:
        made[head] = _open(sampler, schema, inner, made.get(head), f"/{below}")
    return made
