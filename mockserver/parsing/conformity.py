"""A JSON Schema as functions, which find at once that most values are valid.

What is not surely valid is left to jsonschema, which says what is wrong: it takes longer to import
than a server to start, and a quarter of a millisecond for a record.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

Check = Callable[[Any], bool]

_DEFS = "#/$defs/"
#: Says nothing of whether a value is valid.
_ANNOTATIONS = frozenset(
    (
        *("$comment", "$defs", "$id", "$schema", "default", "deprecated", "description"),
        *("discriminator", "example", "examples", "readOnly", "title", "writeOnly"),
    )
)
_OF_OBJECTS = frozenset(("properties", "required", "additionalProperties"))
_OF_ARRAYS = frozenset(("items", "prefixItems"))
_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "object": (dict,),
    "array": (list,),
    "boolean": (bool,),
    "null": (type(None),),
}
_NO_FORMATS: Mapping[str, Check] = MappingProxyType({})


class _UnsureError(Exception):
    """A keyword, or a value for one, that is not judged here."""


def compile_check(schema: Mapping[str, Any], formats: Mapping[str, Check] = _NO_FORMATS) -> Check:
    """Return a function that returns whether a value is surely valid against *schema*.

    False means only that it is not sure.

    Args:
        schema: a JSON Schema 2020-12 whose references are those into its own ``$defs``.
        formats: the checks of the formats that values are held to.
    """
    try:
        check = _Compiler(schema.get("$defs", {}), formats).compile(schema)
    except _UnsureError:
        return lambda _: False

    def is_surely_valid(value: Any) -> bool:
        try:
            return check(value)
        except _UnsureError:
            return False

    return is_surely_valid


class PartChecks:
    """Whether values may fit parts of a schema; each part is compiled when it is first needed.

    Args:
        definitions: what references of the parts lead to, the ``$defs`` of the schema.
        formats: the checks of the formats that values are held to.
    """

    def __init__(self, definitions: Mapping[str, Any], formats: Mapping[str, Check]) -> None:
        self._compiler = _Compiler(definitions, formats)
        # The part is kept as well, so that no other one ever has its identity.
        self._known: dict[int, tuple[Any, Check]] = {}

    def may_fit(self, part: Any, value: Any) -> bool:
        """Return whether *value* may be valid against *part*: False means that it surely is not."""
        known = self._known.get(id(part))
        try:
            if known is None:
                known = self._known[id(part)] = (part, self._compiler.compile(part))
            return known[1](value)
        except _UnsureError:
            return True


class _Compiler:
    """Compiles parts of a schema; each of its *definitions* once, when it is first needed."""

    def __init__(self, definitions: Mapping[str, Any], formats: Mapping[str, Check]) -> None:
        self._definitions = definitions
        self._formats = formats
        self._known: dict[str, Check] = {}

    def compile(self, part: Any) -> Check:
        """Return the check of a *part*, which raises _UnsureError where it cannot tell."""
        if isinstance(part, bool):
            return lambda _: part
        words = set(part) - _ANNOTATIONS
        checks = [self._compile_object(part)] if words & _OF_OBJECTS else []
        checks += [self._compile_array(part)] if words & _OF_ARRAYS else []
        others = words - _OF_OBJECTS - _OF_ARRAYS
        checks += [self._compile_word(word, part[word]) for word in others]
        if len(checks) == 1:
            return checks[0]
        if len(checks) == 2:
            first, second = checks
            return lambda value: first(value) and second(value)
        return lambda value: all(check(value) for check in checks)

    def _refer(self, reference: str) -> Check:
        name = reference.removeprefix(_DEFS)
        if name not in self._definitions:
            raise _UnsureError(reference)

        def check(value: Any) -> bool:
            # Not before, since definitions may contain themselves, and most are not needed.
            known = self._known.get(name)
            if known is None:
                known = self._known[name] = self.compile(self._definitions[name])
            return known(value)

        return check

    def _compile_object(self, part: Mapping[str, Any]) -> Check:
        parts = {name: self.compile(inner) for name, inner in part.get("properties", {}).items()}
        required = tuple(part.get("required", ()))
        further = self.compile(part.get("additionalProperties", True))

        def check(value: Any) -> bool:
            if not isinstance(value, dict):
                return True
            for name, member in value.items():
                if not parts.get(name, further)(member):
                    return False
            return all(name in value for name in required)

        return check

    def _compile_array(self, part: Mapping[str, Any]) -> Check:
        first = [self.compile(inner) for inner in part.get("prefixItems", ())]
        rest = self.compile(part.get("items", True))

        def check(value: Any) -> bool:
            if not isinstance(value, list):
                return True
            return all(one(item) for one, item in zip(first, value, strict=False)) and all(
                map(rest, value[len(first) :])
            )

        return check

    def _compile_word(self, word: str, said: Any) -> Check:
        if word == "$ref":
            return self._refer(said)
        if word == "format":
            return self._formats.get(said, lambda _: True)
        if word in ("allOf", "anyOf", "oneOf"):
            return _combine(word, [self.compile(inner) for inner in said])
        if word in ("not", "propertyNames"):
            inner = self.compile(said)
            if word == "not":
                return lambda value: not inner(value)
            return lambda value: not isinstance(value, dict) or all(map(inner, value))
        return _compile_plain(word, said)


def _combine(word: str, branches: list[Check]) -> Check:
    if word == "allOf":
        return lambda value: all(check(value) for check in branches)
    if word == "anyOf":
        return lambda value: any(check(value) for check in branches)
    return lambda value: sum(check(value) for check in branches) == 1


def _compile_plain(word: str, said: Any) -> Check:
    """Return the check of a *word* that says nothing of parts of a value."""
    if word == "type":
        return _compile_type(said)
    if word in ("enum", "const"):
        return _compile_enum(said if word == "enum" else [said])
    if word == "pattern":
        return lambda value: not isinstance(value, str) or re.search(said, value) is not None
    if word == "dependentRequired":
        return lambda value: (
            not isinstance(value, dict)
            or all(n in value for name in said if name in value for n in said[name])
        )
    if word == "uniqueItems":
        return _is_unique if said else lambda _: True
    return _compile_bound(word, said)


def _compile_type(said: str | list[str]) -> Check:
    kinds = [said] if isinstance(said, str) else said
    types = frozenset(kind for name in kinds for kind in _TYPES[name])
    if "integer" in kinds and "number" not in kinds:
        # To JSON Schema, 5.0 is an integer.
        return lambda value: type(value) in types or (type(value) is float and value.is_integer())
    return lambda value: type(value) in types


def _compile_enum(values: list[Any]) -> Check:
    if any(isinstance(value, dict | list | float) for value in values):
        raise _UnsureError("enum")
    known = frozenset((type(value), value) for value in values)

    def check(value: Any) -> bool:
        if isinstance(value, float):
            # To JSON Schema, 5.0 is 5.
            raise _UnsureError("enum")
        return not isinstance(value, dict | list) and (type(value), value) in known

    return check


def _is_unique(value: Any) -> bool:
    if not isinstance(value, list):
        return True
    if not all(isinstance(item, str) for item in value):
        raise _UnsureError("uniqueItems")
    return len(set(value)) == len(value)


def _compile_bound(word: str, bound: Any) -> Check:
    numbers, text, array, mapping = (int, float), (str,), (list,), (dict,)
    compare: dict[str, tuple[tuple[type, ...], Check]] = {
        "minimum": (numbers, lambda value: value >= bound),
        "maximum": (numbers, lambda value: value <= bound),
        "exclusiveMinimum": (numbers, lambda value: value > bound),
        "exclusiveMaximum": (numbers, lambda value: value < bound),
        "minLength": (text, lambda value: len(value) >= bound),
        "maxLength": (text, lambda value: len(value) <= bound),
        "minItems": (array, lambda value: len(value) >= bound),
        "maxItems": (array, lambda value: len(value) <= bound),
        "minProperties": (mapping, lambda value: len(value) >= bound),
        "maxProperties": (mapping, lambda value: len(value) <= bound),
    }
    if word not in compare:
        raise _UnsureError(word)
    kinds, check = compare[word]
    return lambda value: type(value) not in kinds or check(value)
