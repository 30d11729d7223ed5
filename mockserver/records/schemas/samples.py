"""Values that fit a schema: its own examples first, and else made up by its words."""

import copy
import math
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any
from uuid import UUID

from mockserver.records.moments import stamp_of
from mockserver.records.schemas.fitting import fits, kinds_of, merge_parts
from mockserver.records.schemas.patterns import text_of
from mockserver.records.schemas.schema import Schema

#: How deep optional members go, and how deep anything does: schemas may contain themselves.
_OPTIONAL_DEPTH = 3
_MOST_DEEP = 12
_MOST_TRIES = 20
_USUAL_MOST = 1000


class Sampler:
    """Makes values of a *schema*, the same again from an equal *chance*.

    Args:
        schema: what the values fit.
        chance: draws what the schema leaves open.
        now: the moment that properties hold which hold one, in epoch milliseconds.
        optional: whether objects have the members that they need not have.
    """

    def __init__(
        self, schema: Schema, chance: Random, now: int = 0, *, optional: bool = False
    ) -> None:
        self._schema = schema
        self._chance = chance
        self._now = now
        self._optional = optional

    def value(self) -> Any:
        """Return a value of the schema: an object, if it may be one or null."""
        whole: Mapping[str, Any] = self._schema.value
        said = merge_parts(self._schema, whole)
        if "properties" in said and "null" in kinds_of(said):
            whole = {**said, "type": "object"}
        return self._value(whole, "value", 0)

    def of(self, part: Any, name: str) -> Any:
        """Return a value of a *part* of the schema, which is called *name*."""
        return self._value(part, name, 0)

    def _value(self, part: Any, name: str, depth: int) -> Any:
        said = merge_parts(self._schema, part)
        for given in _find_given(said):
            if fits(self._schema, said, given) and self._schema.may_fit(part, given):
                return copy.deepcopy(given)
        if "enum" in said:
            return self._chance.choice([v for v in said["enum"] if v is not None] or [None])
        kinds = kinds_of(said)
        makers: dict[str, Callable[[], Any]] = {
            "object": lambda: self._object(said, depth),
            "array": lambda: self._array(said, name, depth),
            "string": lambda: self._text(said, name),
            "integer": lambda: self._number(said, whole=True),
            "number": lambda: self._number(said, whole=False),
            "boolean": lambda: False,
        }
        # What may be null is: of such a value nothing is known.
        return None if "null" in kinds else makers[kinds[0]]()

    def _object(self, said: Mapping[str, Any], depth: int) -> dict[str, Any]:
        known: Mapping[str, Any] = said.get("properties", {})
        needed = set(said.get("required", ()))
        made: dict[str, Any] = {}
        for name, part in known.items():
            optional = self._optional and depth < _OPTIONAL_DEPTH and self._is_shown(part)
            if optional or (name in needed and depth < _MOST_DEEP):
                made[name] = self._value(part, name, depth + 1)
        for name in sorted(needed - made.keys()):
            rest = said.get("additionalProperties")
            made[name] = self._value(rest if isinstance(rest, dict) else {}, name, depth + 1)
        return made

    def _is_shown(self, part: Any) -> bool:
        said = self._schema.resolve(part)
        return not said.get("deprecated") and not said.get("writeOnly")

    def _array(self, said: Mapping[str, Any], name: str, depth: int) -> list[Any]:
        least = int(said.get("minItems", 0))
        wanted = least if depth >= _OPTIONAL_DEPTH or not self._optional else max(least, 1)
        wanted = min(wanted, int(said.get("maxItems", wanted)))
        singular = name.removesuffix("s") or name
        made: list[Any] = []
        for _ in range(_MOST_TRIES + wanted):
            if len(made) == wanted:
                break
            item = self._value(said.get("items", {}), singular, depth + 1)
            if not said.get("uniqueItems") or item not in made:
                made.append(item)
        return made

    def _text(self, said: Mapping[str, Any], name: str) -> str:
        shortest, longest = int(said.get("minLength", 0)), said.get("maxLength")
        if "pattern" in said:
            found = text_of(said["pattern"], self._chance, shortest, longest)
            if found is not None:
                return found
        made = self._format(str(said.get("format", "")), name)
        made += "x" * (shortest - len(made))
        return made if longest is None else made[: int(longest)]

    def _format(self, form: str, name: str) -> str:
        number = self._chance.randrange(1, _USUAL_MOST)
        texts: dict[str, Callable[[], str]] = {
            "uuid": lambda: str(UUID(int=self._chance.getrandbits(128), version=4)),
            "date-time": lambda: str(stamp_of(self._now, "rfc3339")),
            "date-time-rfc-2822": lambda: str(stamp_of(self._now, "rfc2822")),
            "date": lambda: str(stamp_of(self._now, "rfc3339"))[:10],
            "time": lambda: "12:00:00Z",
            "duration": lambda: f"PT{number}S",
            "email": lambda: f"person{number}@example.com",
            "hostname": lambda: f"host{number}.example.com",
            "ipv4": lambda: f"192.0.2.{number % 256}",
            "ipv6": lambda: f"2001:db8::{number}",
            "uri": lambda: f"https://example.com/{name}/{number}",
            "uri-reference": lambda: f"/{name}/{number}",
            "byte": lambda: "c2FtcGxl",
        }
        texts["url"] = texts["uri"]
        return texts[form]() if form in texts else f"{name}-{number}"

    def _number(self, said: Mapping[str, Any], *, whole: bool) -> int | float:
        if said.get("format") in ("unixtime", "unix-time"):
            return self._now // 1000
        grain = said.get("multipleOf") or (1 if whole else 0.5)
        low, high = said.get("minimum"), said.get("maximum")
        if "exclusiveMinimum" in said:
            low = max(said["exclusiveMinimum"] + grain, low if low is not None else -math.inf)
        if "exclusiveMaximum" in said:
            high = min(said["exclusiveMaximum"] - grain, high if high is not None else math.inf)
        low = min(0, high - _USUAL_MOST) if low is None and high is not None else low or 0
        high = low + _USUAL_MOST if high is None else min(high, low + _USUAL_MOST)
        first, last = math.ceil(low / grain), max(math.ceil(low / grain), math.floor(high / grain))
        made: int | float = self._chance.randint(first, last) * grain
        return int(made) if whole else made


def _find_given(said: Mapping[str, Any]) -> Iterator[Any]:
    """Yield the values that a schema itself names, the most telling first."""
    if "const" in said:
        yield said["const"]
    if "example" in said:
        yield said["example"]
    yield from said.get("examples", ())
    if "default" in said:
        yield said["default"]
