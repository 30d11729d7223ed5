"""A schema as functions, which tell of most values at once that they fit.

A validator tells what is wrong with a value and takes a quarter of a millisecond for a record;
these take some microseconds, and say nothing more than yes.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from mockserver.records.schemas.schema import FORMATS, Schema

Check = Callable[[Any], bool]

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "object": (dict,),
    "array": (list,),
    "boolean": (bool,),
    "null": (type(None),),
}
#: What says nothing of whether a value fits.
_NOTES = frozenset(
    ("default", "example", "examples", "readOnly", "writeOnly", "deprecated", "$ref", "$defs")
)


class _UnknownWordError(Exception):
    """A schema says what these functions do not know."""


def compile_check(schema: Schema) -> Check:
    """Return a function that returns whether a value surely fits *schema*.

    Where it does not, `Schema.misfits` knows whether that is so, and why.
    """
    try:
        return _Compiler(schema.value["$defs"]).check(schema.value)
    except _UnknownWordError:
        return lambda _: False


class _Compiler:
    """Compiles parts of a schema; each of its *definitions* once, since they may be circular."""

    def __init__(self, definitions: Mapping[str, Any]) -> None:
        self._definitions = definitions
        self._known: dict[str, list[Check]] = {}

    def check(self, part: Any) -> Check:
        """Return the check of a *part*."""
        if isinstance(part, bool):
            return lambda _: part
        checks = [self._refer(part["$ref"])] if "$ref" in part else []
        words = set(part) - _NOTES
        if {"properties", "required", "additionalProperties"} & words:
            checks.append(self._object(part))
        others = words - {"properties", "required", "additionalProperties"}
        checks += [self._word(word, part[word]) for word in others]
        if len(checks) == 1:
            return checks[0]
        if len(checks) == 2:
            first, second = checks
            return lambda value: first(value) and second(value)
        return lambda value: all(check(value) for check in checks)

    def _refer(self, reference: str) -> Check:
        name = reference.rpartition("/")[2]
        if name not in self._known:
            self._known[name] = []
            self._known[name].append(self.check(self._definitions[name]))
        if self._known[name]:
            return self._known[name][0]
        # It contains itself, and is not known yet.
        return lambda value: self._known[name][0](value)  # noqa: PLW0108 -- not before it is called

    def _object(self, part: Mapping[str, Any]) -> Check:
        parts = {name: self.check(inner) for name, inner in part.get("properties", {}).items()}
        required = tuple(part.get("required", ()))
        further = self.check(part.get("additionalProperties", True))
        if "patternProperties" in part:
            raise _UnknownWordError

        def check(value: Any) -> bool:
            if not isinstance(value, dict):
                return True
            for name, member in value.items():
                if not parts.get(name, further)(member):
                    return False
            return all(name in value for name in required)

        return check

    def _word(self, word: str, said: Any) -> Check:
        if word == "items":
            item = self.check(said)
            return lambda value: not isinstance(value, list) or all(map(item, value))
        if word not in ("allOf", "anyOf", "oneOf"):
            return _simple(word, said)
        branches = [self.check(inner) for inner in said]
        if word == "allOf":
            return lambda value: all(check(value) for check in branches)
        if word == "anyOf":
            return lambda value: any(check(value) for check in branches)
        return lambda value: sum(check(value) for check in branches) == 1


def _simple(word: str, said: Any) -> Check:
    """Return the check of a *word* that says nothing of parts of a value."""
    if word == "type":
        return _type(said)
    if word in ("enum", "const"):
        return _one_of(said if word == "enum" else [said])
    if word == "format":
        return FORMATS.get(said, lambda _: True)
    if word == "pattern":
        search = re.compile(said).search
        return lambda value: not isinstance(value, str) or search(value) is not None
    return _bound(word, said)


def _type(said: str | list[str]) -> Check:
    kinds = [said] if isinstance(said, str) else said
    types = frozenset(kind for name in kinds for kind in _TYPES[name])
    if "integer" in kinds and "number" not in kinds:
        # To JSON Schema, 5.0 is an integer.
        return lambda value: type(value) in types or (type(value) is float and value.is_integer())
    return lambda value: type(value) in types


def _one_of(values: list[Any]) -> Check:
    kinds = {(type(value), value) for value in values if not isinstance(value, dict | list)}
    return lambda value: not isinstance(value, dict | list) and (type(value), value) in kinds


def _bound(word: str, most: Any) -> Check:
    compare: dict[str, tuple[type | tuple[type, ...], Check]] = {
        "minimum": ((int, float), lambda value: value >= most),
        "maximum": ((int, float), lambda value: value <= most),
        "exclusiveMinimum": ((int, float), lambda value: value > most),
        "exclusiveMaximum": ((int, float), lambda value: value < most),
        "minLength": (str, lambda value: len(value) >= most),
        "maxLength": (str, lambda value: len(value) <= most),
        "minItems": (list, lambda value: len(value) >= most),
        "maxItems": (list, lambda value: len(value) <= most),
        "minProperties": (dict, lambda value: len(value) >= most),
        "maxProperties": (dict, lambda value: len(value) <= most),
    }
    if word not in compare:
        raise _UnknownWordError(word)
    kind, check = compare[word]
    return lambda value: not isinstance(value, kind) or check(value)
