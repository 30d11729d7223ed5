"""The check of a parameter's text against the schema that the contract declares for it."""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from msgspec import UNSET

from mockserver.contract.operations import Parameter
from mockserver.contract.schemas import items, types
from mockserver.parsing.integer import parse_integer
from mockserver.records.schemas.schema import Schema

_MOST_QUOTED = 64
_KINDS = {"integer": "an integer", "number": "a number", "boolean": "true or false"}
_BOOLEANS = {"true": True, "false": False}
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
#: What separates the items of an array that stands in one text, by style (OpenAPI 3.1, 4.8.12.6).
_SEPARATORS = {"spaceDelimited": " ", "pipeDelimited": "|"}


class ParameterValidator:
    """Checks what requests give for a *parameter*, or responses for a header field."""

    def __init__(self, parameter: Parameter) -> None:
        self.name = parameter.name
        said = parameter.node.value if isinstance(parameter.node.value, dict) else {}
        schema = parameter.schema
        self.is_required = said.get("required") is True
        self._is_json = "content" in said
        self._is_array = schema is not None and types(schema) == {"array"}
        usual = "form" if parameter.where in ("query", "cookie") else "simple"
        style = parameter.node.get_text("style") or usual
        self._separator = _SEPARATORS.get(style, ",")
        self._is_repeated = self._is_array and said.get("explode", style == "form") is True
        self._whole = None if schema is None else Schema(schema, sent=True)
        inner = items(schema) if schema is not None and self._is_array else schema
        self._kinds = frozenset() if inner is None else types(inner)

    def check(self, texts: Sequence[str]) -> Iterator[str]:
        """Yield how *texts*, one for each time that the parameter is given, break the schema."""
        if len(texts) > 1 and not self._is_repeated:
            yield f"{self.name} is given more than once"
        if self._whole is None:
            return
        if self._is_array and not self._is_json:
            given = [p for t in texts for p in ([t] if self._is_repeated else self._split(t))]
            values = [self._convert(text) for text in given]
            yield from self._tell_unconverted(given, values)
            if UNSET not in values:
                yield from self._list_misfits(self._whole, values)
            return
        for text in texts:
            value = self._convert(text)
            yield from self._tell_unconverted([text], [value])
            if value is not UNSET:
                yield from self._list_misfits(self._whole, value)

    def _split(self, text: str) -> list[str]:
        return text.split(self._separator) if text else []

    def _convert(self, text: str) -> Any:
        """Return *text* as a value of one of the declared types; UNSET if it is of none."""
        if self._is_json:
            try:
                return json.loads(text)
            except (ValueError, RecursionError):
                return UNSET
        if "boolean" in self._kinds and text in _BOOLEANS:
            return _BOOLEANS[text]
        if "integer" in self._kinds:
            with suppress(ValueError):
                return parse_integer(text)
        if "number" in self._kinds and _NUMBER.fullmatch(text):
            return float(text)
        return UNSET if self._kinds and self._kinds <= _KINDS.keys() else text

    def _tell_unconverted(self, texts: Sequence[str], values: Sequence[Any]) -> Iterator[str]:
        kinds = [_KINDS[kind] for kind in sorted(self._kinds & _KINDS.keys())]
        wanted = "JSON" if self._is_json else " or ".join(kinds)
        for text, value in zip(texts, values, strict=True):
            if value is UNSET:
                yield f"{self.name} is not {wanted}: {text[:_MOST_QUOTED]!r}"

    def _list_misfits(self, schema: Schema, value: Any) -> Iterator[str]:
        if self._kinds & {"object", "array"} and isinstance(value, str):
            # An object in a text has a form of its own in each style; none of them is read here.
            return
        for misfit in schema.misfits(value):
            yield f"{self.name}{misfit.pointer} {misfit.message}"
