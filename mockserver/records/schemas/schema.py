"""What a part of a description says of values, as a JSON Schema that stands by itself."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from msgspec import Struct

from mockserver.contract.tree import Node, join_beside
from mockserver.parsing.conformity import Check, PartChecks, compile_check
from mockserver.parsing.pointer import escape
from mockserver.records.schemas.formats import FORMATS

_DEFS = "#/$defs/"
_ONE = ("items", "additionalProperties", "not", "contains", "propertyNames")
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_MAPS = ("properties", "patternProperties")
_NUMBERS = (
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    *("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"),
)
#: What is taken over as it is written. All other words promise nothing of a value.
_PLAIN = ("const", "default", "example", "readOnly", "writeOnly", "deprecated", "uniqueItems")
_TYPES = frozenset(("string", "integer", "number", "boolean", "object", "array", "null"))


class Misfit(Struct, frozen=True):
    """Why a value does not fit: what *pointer* names within it, and what is wrong there."""

    pointer: str
    message: str

    def __str__(self) -> str:
        """Return both as one sentence."""
        return f"{self.pointer or 'the body'}: {self.message}"


def intersect_types(one: Any, other: Any) -> Any:
    """Return the types of which both say that a value may have them; *one* if there are none.

    `type: [object, "null"]` beside a reference to an object, for one, does not allow null.
    """
    either, others = ([kinds] if isinstance(kinds, str) else kinds for kinds in (one, other))
    return [kind for kind in either if kind in others] or one


class Schema:
    """The schema that stands at *node*, with all that it refers to.

    *sent* is whether its values are what clients send: those do not need what is ``readOnly``,
    and what they get need not have what is ``writeOnly``.
    """

    def __init__(self, node: Node, *, sent: bool = False) -> None:
        self.node = node
        self._sent = sent
        #: What the parts of it say when they are put together, by identity, with the part.
        self.merged: dict[int, tuple[Any, dict[str, Any]]] = {}

    def __getstate__(self) -> dict[str, Any]:
        """Return what another process makes the rest of: functions cannot be sent to it."""
        return {"node": self.node, "_sent": self._sent, "merged": {}}

    @cached_property
    def value(self) -> dict[str, Any]:
        """The schema as JSON Schema 2020-12; references lead to its own ``$defs``."""
        return _Writer("readOnly" if self._sent else "writeOnly").whole(self.node)

    def resolve(self, part: Any) -> Mapping[str, Any]:
        """Return *part* of the schema, or what it refers to together with what stands beside.

        What says nothing, or that nothing fits, is ``{}``.
        """
        found: Any = part
        beside: dict[str, Any] = {}
        for _ in range(50):
            if not isinstance(found, dict) or "$ref" not in found:
                break
            beside = {**{k: v for k, v in found.items() if k != "$ref"}, **beside}
            found = self.value["$defs"][found["$ref"].removeprefix(_DEFS)]
        if not isinstance(found, dict):
            return beside
        made = join_beside(found, beside)
        if "type" in found and "type" in beside:
            made["type"] = intersect_types(beside["type"], found["type"])
        return made

    @cached_property
    def surely_fits(self) -> Check:
        """Whether a value surely fits; where it is not sure, `misfits` knows."""
        return compile_check(self.value, FORMATS)

    def may_fit(self, part: Any, value: Any) -> bool:
        """Return whether *value* may be one of a *part* of the schema; False: it surely is not."""
        return self._part_checks.may_fit(part, value)

    @cached_property
    def _part_checks(self) -> PartChecks:
        return PartChecks(self.value["$defs"], FORMATS)

    def misfits(self, value: Any, *, exclusive: bool = True) -> list[Misfit]:
        """Return all that keeps *value* from fitting, by place; nothing if it fits.

        *exclusive* is whether one misfits that fits several alternatives of a ``oneOf``. Where
        those say too little to be told apart, nobody could write another one.
        """
        from mockserver.parsing.diagnostic_texts import flaws

        validator = self._validator if exclusive else self._lenient_validator
        found = [
            Misfit("".join(f"/{escape(step)}" for step in flaw.path), flaw.message)
            for error in validator.iter_errors(value)
            for flaw in flaws(error)
        ]
        return sorted(found, key=lambda misfit: misfit.pointer)

    @cached_property
    def _validator(self) -> Any:
        # Loading this takes a tenth of a second, which a start does not have.
        from jsonschema import Draft202012Validator, FormatChecker

        checker = FormatChecker(formats=())
        for name, check in FORMATS.items():
            checker.checks(name)(check)
        return Draft202012Validator(self.value, format_checker=checker)

    @cached_property
    def _lenient_validator(self) -> Any:
        from jsonschema import validators

        strict = self._validator
        words = {"oneOf": strict.VALIDATORS["anyOf"]}
        extend: Any = validators.extend  # It is not typed.
        return extend(type(strict), words)(self.value, format_checker=strict.format_checker)


class _Writer:
    """Writes schemas without what the hidden kind of properties, by their flag, would need."""

    def __init__(self, hidden: str) -> None:
        self._hidden = hidden
        self._names: dict[tuple[object, str, bool], str] = {}
        self._defs: dict[str, Any] = {}

    def whole(self, node: Node) -> dict[str, Any]:
        """Return the schema of *node* with its definitions."""
        return {**self._write(node.value, node), "$defs": self._defs}

    def _write(self, raw: Any, base: Node, *, joined: bool = False) -> Any:
        """Return what *raw* says; *joined* is whether others say more of the same object.

        Where parts of an ``allOf`` are closed each for itself, nothing would fit all of them. Their
        authors mean the object as a whole, so that none of them closes it.
        """
        if not isinstance(raw, dict):
            return raw if isinstance(raw, bool) else {}
        made: dict[str, Any] = {word: raw[word] for word in _PLAIN if word in raw}
        if isinstance(raw.get("$ref"), str):
            made["$ref"] = self._reference(raw["$ref"], base, joined=joined)
        for word in _ONE:
            is_closing = word == "additionalProperties" and raw.get(word) is False
            if isinstance(raw.get(word), dict | bool) and not (
                is_closing and (joined or "allOf" in raw)
            ):
                made[word] = self._write(raw[word], base)
        for word in _LISTS:
            if isinstance(raw.get(word), list) and raw[word]:
                several = len(raw[word]) > 1 or "properties" in raw
                inner = joined or (word == "allOf" and several)
                made[word] = [self._write(part, base, joined=inner) for part in raw[word]]
        for word in _MAPS:
            if isinstance(raw.get(word), dict):
                made[word] = {name: self._write(p, base) for name, p in raw[word].items()}
        if isinstance(raw.get("required"), list):
            hidden = {name for name, _ in self._list_flagged(raw, base)}
            names = [name for name in raw["required"] if isinstance(name, str)]
            made["required"] = [name for name in names if name not in hidden]
        return {**made, **dict(_bounds(raw))}

    def _reference(self, reference: str, base: Node, *, joined: bool) -> str:
        identity = (base.file, reference, joined)
        if identity not in self._names:
            name = self._names[identity] = f"{len(self._names)}"
            target = base.refer(reference)
            self._defs[name] = self._write(target.value, target, joined=joined)
        return f"{_DEFS}{self._names[identity]}"

    def _list_flagged(self, raw: Mapping[str, Any], base: Node) -> Iterator[tuple[str, Any]]:
        properties = raw.get("properties")
        for name, part in properties.items() if isinstance(properties, dict) else ():
            if not isinstance(part, dict):
                continue
            reference = part.get("$ref")
            target = base.refer(reference).value if isinstance(reference, str) else {}
            said = target if isinstance(target, dict) else {}
            if {**said, **part}.get(self._hidden) is True:
                yield name, part


def _bounds(raw: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the words of a schema that are not schemas, if they have the form that they need."""
    said = raw.get("type")
    listed = said if isinstance(said, list) else [said]
    kinds = [kind for kind in listed if isinstance(kind, str) and kind in _TYPES]
    if kinds:
        yield "type", kinds if isinstance(said, list) else kinds[0]
    for word in ("enum", "examples"):
        if isinstance(raw.get(word), list) and raw[word]:
            yield word, raw[word]
    for word in _NUMBERS:
        value = raw.get(word)
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield word, value
        # OpenAPI 3.0 has a flag that makes another word exclusive.
        bound = raw.get(word.replace("exclusiveM", "m"))
        if value is True and word.startswith("exclusive") and isinstance(bound, int | float):
            yield word, bound
    if isinstance(raw.get("format"), str):
        yield "format", raw["format"]
    pattern = raw.get("pattern")
    if isinstance(pattern, str) and _is_pattern(pattern):
        yield "pattern", pattern


def _is_pattern(text: str) -> bool:
    """Return whether *text* is an expression in Python too, as most of ECMA-262 are."""
    try:
        re.compile(text)
    except re.error:
        return False
    return True
