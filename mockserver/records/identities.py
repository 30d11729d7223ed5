"""Values that tell records apart: counters, UUIDs, texts of a pattern, names."""

import re
from collections.abc import Mapping
from random import Random
from typing import Any
from uuid import UUID

from mockserver.contract.words import KEYS, plain
from mockserver.records.schemas.fitting import kinds_of, merge_parts
from mockserver.records.schemas.patterns import text_of
from mockserver.records.schemas.schema import Schema

#: What an example begins with that is an opaque text after it, as ``thing_abc123``.
_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9]*[_-]")
_LETTERS = "0123456789abcdef"
_USUAL_LENGTH = 24


class Identity:
    """How the values of the property that *pointer* names are made, in records of a *schema*."""

    def __init__(self, schema: Schema, pointer: str) -> None:
        self.pointer = pointer
        said = merge_parts(schema, schema.value)
        for step in pointer.split("/")[1:]:
            said = merge_parts(schema, said.get("properties", {}).get(step, {}))
        self._said = said
        self.is_number = "integer" in kinds_of(said) or "number" in kinds_of(said)
        words = [word for word in re.split(r"[^A-Za-z0-9]+", pointer.rpartition("/")[2]) if word]
        self._name = "-".join(w for w in words if plain(w) not in KEYS) or "record"
        #: The values if the schema lists them: there are no more records than these.
        self.listed: tuple[Any, ...] | None = None
        if "enum" in said:
            self.listed = tuple(value for value in said["enum"] if value is not None)

    def make(self, chance: Random, number: int | None = None) -> int | str:
        """Return a value that no record has.

        Args:
            chance: draws what is opaque.
            number: counts the records that have one; without it, numbers are drawn as well.
        """
        if self.listed is not None and number is not None and number <= len(self.listed):
            listed: int | str = self.listed[number - 1]
            return listed
        if self.is_number:
            drawn = chance.randrange(1, 2**53) if number is None else number
            return drawn + max(0, int(self._said.get("minimum", 1)) - 1)
        shortest = int(self._said.get("minLength", 0))
        longest: int | None = self._said.get("maxLength")
        if self._said.get("format") == "uuid":
            return str(UUID(int=chance.getrandbits(128), version=4))
        if "pattern" in self._said:
            # A pattern says little of how long a text is that no other record has.
            for length in (max(shortest, _USUAL_LENGTH), shortest):
                found = text_of(self._said["pattern"], chance, length, longest)
                if found is not None:
                    return found
        made = self._make_name(chance, number)
        made += "".join(chance.choice(_LETTERS) for _ in range(shortest - len(made)))
        return made if longest is None else made[-longest:]

    def _make_name(self, chance: Random, number: int | None) -> str:
        opaque = "".join(chance.choice(_LETTERS) for _ in range(_USUAL_LENGTH))
        example = next(iter(_examples(self._said)), "")
        prefix = _PREFIX.match(example)
        if prefix is not None:
            return f"{prefix[0]}{opaque}"
        if example.isdecimal():
            return str(chance.randrange(1, 2**53) if number is None else number)
        return f"{self._name}-{opaque if number is None else number}"


def find_counters(schema: Schema, key: str) -> tuple[str, ...]:
    """Return the pointers to the integers, beside the *key*, that sound like one of their own."""
    known = merge_parts(schema, schema.value).get("properties", {})
    return tuple(
        f"/{name}"
        for name, part in known.items()
        if plain(name) in KEYS
        and f"/{name}" != key
        and "integer" in kinds_of(merge_parts(schema, part))
    )


def _examples(said: Mapping[str, Any]) -> list[str]:
    found = [said.get("example"), *said.get("examples", ()), said.get("default")]
    return [value for value in found if isinstance(value, str)]
