"""Which members of a body a record takes over when a client makes or changes it."""

from collections.abc import Iterator
from typing import Any

from mockserver.parsing.pointer import escape
from mockserver.records.kind import Kind
from mockserver.records.schemas.fitting import merge_parts


class Writable:
    """What clients may write of the records of *kind*."""

    def __init__(self, kind: Kind) -> None:
        self._schema = kind.schema
        whole = merge_parts(self._schema, self._schema.value)
        self._known: dict[str, Any] = whole.get("properties", {})
        self._is_closed = bool(self._known) and not whole.get("additionalProperties")
        self._kept = _list_kept(kind)

    def list_given(self, body: Any) -> Iterator[tuple[str, Any]]:
        """Yield the members of *body* that a new record takes over, with their values.

        They are those that records have, are not ``readOnly``, and may have that value.
        """
        for name, value in body.items() if isinstance(body, dict) else ():
            part = self._known.get(name)
            if part is None:
                if not self._is_closed:
                    yield name, value
                continue
            is_read_only = self._schema.resolve(part).get("readOnly")
            if not is_read_only and self._schema.may_fit(part, value):
                yield name, value

    def changes(self, body: Any) -> dict[str, Any]:
        """Return what *body* changes of a record that is there, by JSON Pointer.

        Its key, its state and its stamps are none of it, nor is what the contract says it keeps.
        """
        found = {f"/{escape(name)}": value for name, value in self.list_given(body)}
        return {pointer: value for pointer, value in found.items() if pointer not in self._kept}


def _list_kept(kind: Kind) -> frozenset[str]:
    """Return the places that a client does not change."""
    kept = {kind.key.pointer} if kind.key is not None else set()
    said = kind.resource.lifecycle
    if kind.lifecycle is not None and said is not None:
        kept |= kind.lifecycle.state_places | set(kind.lifecycle.stamp_places)
        kept |= set(said.keeps.value) if said.keeps is not None else set()
    return frozenset(kept)
