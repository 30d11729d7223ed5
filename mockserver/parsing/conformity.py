"""A fast way to find that nothing is wrong: most values are valid, and need no explanation.

What is not surely valid is left to jsonschema, which takes longer to import than a server to start.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

#: Says nothing about values.
_ANNOTATIONS = frozenset(("$defs", "$schema", "default", "description", "examples", "title"))


class _UnsureError(Exception):
    """A keyword, or a value for one, that is not judged here."""


def _is_integer(value: Any) -> bool:
    if isinstance(value, float) and value.is_integer():
        raise _UnsureError("type")
    return isinstance(value, int) and not isinstance(value, bool)


_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "integer": _is_integer,
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
}


def conforms(value: Any, schema: Mapping[str, Any]) -> bool:
    """Return whether *value* is surely valid against *schema* (JSON Schema 2020-12).

    Its references are those into its own ``$defs``. False means only that it is not sure.
    """
    try:
        return _Judge(schema.get("$defs", {})).accepts(value, schema)
    except _UnsureError:
        return False


class _Judge:
    """Judges values by schemas that refer to *definitions*."""

    def __init__(self, definitions: Mapping[str, Any]) -> None:
        self._definitions = definitions

    def accepts(self, value: Any, schema: Any) -> bool:
        """Return whether *value* is valid against *schema*."""
        if isinstance(schema, bool):
            return schema
        return all(
            self._holds(keyword, said, value, schema)
            for keyword, said in schema.items()
            if keyword not in _ANNOTATIONS
        )

    def _holds(self, keyword: str, said: Any, value: Any, schema: Mapping[str, Any]) -> bool:
        if keyword == "type":
            return any(_TYPES[name](value) for name in ([said] if isinstance(said, str) else said))
        if keyword in ("enum", "const"):
            return any(_is_same(value, other) for other in (said if keyword == "enum" else [said]))
        if keyword in ("$ref", "anyOf", "oneOf", "not"):
            return self._combines(keyword, said, value)
        if isinstance(value, dict):
            return self._holds_for_object(keyword, said, value, schema)
        if isinstance(value, list):
            return self._holds_for_array(keyword, said, value, schema)
        return _holds_for_scalar(keyword, said, value)

    def _combines(self, keyword: str, said: Any, value: Any) -> bool:
        if keyword == "$ref":
            return self._follow(said, value)
        if keyword == "not":
            return not self.accepts(value, said)
        count = sum(self.accepts(value, part) for part in said)
        return count == 1 if keyword == "oneOf" else count > 0

    def _follow(self, reference: str, value: Any) -> bool:
        name = reference.removeprefix("#/$defs/")
        if name not in self._definitions:
            raise _UnsureError(reference)
        return self.accepts(value, self._definitions[name])

    def _holds_for_object(
        self, keyword: str, said: Any, value: dict[str, Any], schema: Mapping[str, Any]
    ) -> bool:
        if keyword == "properties":
            return all(
                self.accepts(value[name], part) for name, part in said.items() if name in value
            )
        if keyword == "additionalProperties":
            others = value.keys() - schema.get("properties", {}).keys()
            return all(self.accepts(value[name], said) for name in others)
        if keyword == "required":
            return all(name in value for name in said)
        if keyword == "minProperties":
            return len(value) >= int(said)
        if keyword == "dependentRequired":
            return all(n in value for name, of in said.items() if name in value for n in of)
        return _is_of_others(keyword)

    def _holds_for_array(
        self, keyword: str, said: Any, value: list[Any], schema: Mapping[str, Any]
    ) -> bool:
        if keyword == "items":
            rest = value[len(schema.get("prefixItems", ())) :]
            return all(self.accepts(item, said) for item in rest)
        if keyword == "prefixItems":
            return all(map(self.accepts, value, said))
        if keyword == "minItems":
            return len(value) >= int(said)
        if keyword == "maxItems":
            return len(value) <= int(said)
        if keyword == "uniqueItems":
            if not all(isinstance(item, str) for item in value):
                raise _UnsureError(keyword)
            return not said or len(set(value)) == len(value)
        return _is_of_others(keyword)


#: The keywords that say something of values of one type only.
_OF_OTHERS = frozenset(
    ("properties", "additionalProperties", "required", "minProperties", "dependentRequired")
) | frozenset(("items", "prefixItems", "minItems", "maxItems", "uniqueItems"))
_OF_SCALARS = frozenset(("minLength", "maxLength", "pattern", "minimum", "maximum"))


def _is_of_others(keyword: str) -> bool:
    """Return that a keyword says nothing of a value of another type."""
    if keyword not in _OF_OTHERS and keyword not in _OF_SCALARS:
        raise _UnsureError(keyword)
    return True


def _holds_for_scalar(keyword: str, said: Any, value: Any) -> bool:
    if isinstance(value, str):
        if keyword == "pattern":
            return re.search(said, value) is not None
        if keyword == "minLength":
            return len(value) >= int(said)
        if keyword == "maxLength":
            return len(value) <= int(said)
    if isinstance(value, int | float) and not isinstance(value, bool):
        if keyword == "minimum":
            return bool(value >= said)
        if keyword == "maximum":
            return bool(value <= said)
    return _is_of_others(keyword)


def _is_same(value: Any, other: Any) -> bool:
    if isinstance(value, float) or isinstance(other, dict | list | float):
        raise _UnsureError("enum")
    return type(value) is type(other) and bool(value == other)
