"""Diagnostics of a file that does not fit its schema. Needed on failure only."""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from mockserver.parsing.conformity import compile_check
from mockserver.parsing.pointer import escape
from mockserver.parsing.positions import locate
from mockserver.parsing.redaction import redact
from mockserver.parsing.sources import MOST_DIAGNOSTICS, Diagnostic

_MOST_SHOWN = 80
_MOST_SAID = 400


def quote(value: Any) -> str:
    """Return *value* as JSON for a message, shortened to some eighty characters."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return _shorten(redact(text, _api_keys(value)), _MOST_SHOWN)


def _shorten(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _api_keys(value: Any) -> Iterator[str]:
    """Yield what stands under ``apiKey`` anywhere in *value*."""
    if isinstance(value, dict):
        for name, member in value.items():
            if name == "apiKey" and isinstance(member, str) and member:
                yield member
            yield from _api_keys(member)
    elif isinstance(value, list):
        for member in value:
            yield from _api_keys(member)


def explain(
    file: Path, text: str, value: Any, schema: Mapping[str, Any], under: str = ""
) -> list[Diagnostic]:
    """Return what *schema* (JSON Schema 2020-12) finds wrong with *value*, in diagnostics.

    There are `MOST_DIAGNOSTICS` at most.

    Args:
        file: where the value was read from.
        text: that file's text, in which positions are looked up.
        value: the value, or the part of the file's value that *under* points to.
        schema: what it has to be valid against.
        under: JSON pointer from the file's root to *value*.
    """
    if compile_check(schema)(value):
        return []
    from jsonschema import Draft202012Validator

    from mockserver.parsing.diagnostic_texts import flaws

    diagnostics = []
    api_keys = tuple(_api_keys(value))
    for error in islice(Draft202012Validator(schema).iter_errors(value), MOST_DIAGNOSTICS):
        for flaw in flaws(error):
            pointer = under + _pointer(flaw.path)
            line, column = locate(text, pointer)
            message = _shorten(redact(flaw.message, api_keys), _MOST_SAID)
            at_fault = redact(quote(flaw.value), api_keys)
            diagnostics.append(
                Diagnostic(file, line, column, pointer, flaw.rule, at_fault, message)
            )
    return sorted(diagnostics, key=lambda diagnostic: (diagnostic.line, diagnostic.column))


def first_flaw(value: Any, shape: type) -> tuple[str, str] | None:
    """Return why *value* is not a *shape*, and the JSON pointer to what is wrong; or None."""
    from jsonschema import Draft202012Validator
    from msgspec.json import schema

    from mockserver.parsing.diagnostic_texts import flaws

    for error in Draft202012Validator(schema(shape)).iter_errors(value):
        for flaw in flaws(error):
            return flaw.message, _pointer(flaw.path)
    return None


def _pointer(path: Iterable[str]) -> str:
    return "".join(f"/{escape(name)}" for name in path)
