"""How values of a place compare: as numbers, moments or text, whatever their spelling."""

from typing import Any

import msgspec
from msgspec import Struct

from mockserver.contract.schemas import types
from mockserver.contract.tree import Node
from mockserver.records.moments import moment_of

#: What a value is compared by. Nothing comes first, then numbers and moments, then text.
Rank = tuple[int, float, str]
#: What a text is not that states no value of a type.
_NAMES = {"boolean": "true or false", "integer": "an integer", "number": "a number"}
_NOTHING: Rank = (0, 0, "")


class Scale(Struct, frozen=True):
    """What the values of a place are: *moment* is their unit if they are moments.

    *kinds* are the types that the schema states; if there are none, each value is what it is.
    """

    kinds: frozenset[str] = frozenset()
    moment: str | None = None

    def of_value(self, value: Any) -> Rank:
        """Return what a record's *value* is compared by."""
        if value is None:
            return _NOTHING
        if self.moment is not None:
            found = moment_of(value, self.moment)
            if found is not None:
                return (1, found, "")
        if isinstance(value, int | float):
            return (1, value, "")
        if isinstance(value, str):
            return (2, 0, value)
        return (3, 0, msgspec.json.encode(value).decode())

    def of_text(self, text: str) -> Rank:
        """Return what the *text* of a parameter is compared by.

        Raises:
            ValueError: it is none of the types that the schema states.
        """
        if self.moment is not None:
            # A parameter may spell a moment in another way than the record does.
            found = moment_of(text, "rfc3339")
            found = moment_of(text, self.moment) if found is None else found
            if found is None:
                raise ValueError("is not a timestamp; write it like 2021-06-17T07:00:00Z")
            return (1, found, "")
        if not self.kinds or self.kinds & {"integer", "number", "boolean"}:
            number = _number(text)
            if number is not None:
                return (1, number, "")
        if self.kinds and "string" not in self.kinds:
            raise ValueError(f"is not {' or '.join(_NAMES.get(k, k) for k in sorted(self.kinds))}")
        return (2, 0, text)


def _number(text: str) -> float | None:
    if text in ("true", "false"):
        return text == "true"
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return None


def scale_of(schema: Node | None, moment: str | None = None) -> Scale:
    """Return how values of *schema* compare; *moment* is their unit where that is known."""
    if schema is None:
        return Scale(moment=moment)
    said = schema.get_text("format")
    if moment is None and said == "date-time":
        moment = "rfc3339"
    return Scale(frozenset(types(schema)), moment)
