"""Places within a JSON value, read and written by JSON Pointer (RFC 6901)."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import msgspec

from mockserver.parsing.pointer import split


class Place:
    """The place that a JSON *pointer* names."""

    __slots__ = ("_member", "_tokens", "pointer")

    def __init__(self, pointer: str) -> None:
        self.pointer = pointer
        self._tokens = _split(pointer)
        #: The name, where the place is a member of the value itself, as most are.
        self._member = self._tokens[0] if len(self._tokens) == 1 else None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Place) and self.pointer == other.pointer

    def __hash__(self) -> int:
        return hash(self.pointer)

    def read(self, value: Any) -> Any:
        """Return what stands there within *value*; None if there is nothing."""
        for token in self._tokens:
            if isinstance(value, dict):
                value = value.get(token)
            elif isinstance(value, list) and token.isdecimal() and int(token) < len(value):
                value = value[int(token)]
            else:
                return None
        return value

    def write(self, value: dict[str, Any], new: Any) -> None:
        """Put *new* there within *value*; objects on the way are made where there are none."""
        if self._member is not None:
            value[self._member] = new
            return
        here: Any = value
        for token in self._tokens[:-1]:
            if isinstance(here, list):
                here = here[int(token)]
                continue
            if not isinstance(here.get(token), dict | list):
                here[token] = {}
            here = here[token]
        last = self._tokens[-1]
        here[int(last) if isinstance(here, list) else last] = new

    def is_in(self, value: Any) -> bool:
        """Return whether *value* has a member there, be it null."""
        holder = self._find_holder(value)
        return isinstance(holder, dict) and self._tokens[-1] in holder

    def clear(self, value: dict[str, Any]) -> None:
        """Take out what stands there within *value*, if it is a member of an object."""
        holder = self._find_holder(value)
        if isinstance(holder, dict):
            holder.pop(self._tokens[-1], None)

    def _find_holder(self, value: Any) -> Any:
        for token in self._tokens[:-1]:
            value = value.get(token) if isinstance(value, dict) else None
        return value

    def text_reader(self) -> Callable[[bytes], Any]:
        """Return what reads this place of the JSON text of an object.

        Of a text that holds the place as a member, the other members are passed over, not decoded.
        """
        if len(self._tokens) != 1:
            return lambda text: self.read(msgspec.json.decode(text))
        form = msgspec.defstruct("Held", [("value", Any, None)], rename={"value": self._tokens[0]})
        decode = msgspec.json.Decoder(form).decode
        return lambda text: decode(text).value  # type: ignore[attr-defined]  # defined here


@lru_cache(256)
def _split(pointer: str) -> tuple[str, ...]:
    return tuple(split(pointer))
