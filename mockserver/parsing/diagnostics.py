"""Saying what is wrong with a file that does not fit its schema, and where. Needed on failure only.

Parsing keeps no positions, so a file at fault is looked through a second time to find line and
column: JSON value by value, since a large one has no room in memory as nodes, and YAML composed.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from mockserver.domain.redaction import redact
from mockserver.parsing.core_schema import StrictLoader
from mockserver.parsing.json_text import JsonText
from mockserver.parsing.sources import MOST_DIAGNOSTICS, Diagnostic

_MOST_SHOWN = 80
_MOST_SAID = 400


def locate(text: str, pointer: str) -> tuple[int, int]:
    """Return line and column, from 1, of what *pointer* names in the YAML or JSON *text*.

    A pointer to something that is not there gives the place of its nearest parent.
    """
    tokens = [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]
    if text.lstrip().startswith(("{", "[")):
        # YAML's flow style begins like JSON, but does not go on like it.
        with suppress(ValueError, IndexError, RecursionError):
            at = _scan(text).offset(tokens)
            return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    node = _compose(text)
    if node is None:
        return 1, 1
    for token in tokens:
        found = _member(node, token)
        if found is None:
            break
        node = found
    return node.start_mark.line + 1, node.start_mark.column + 1


@lru_cache(2)
def _scan(text: str) -> JsonText:
    return JsonText(text)


@lru_cache(2)
def _compose(text: str) -> yaml.Node | None:
    """Return the nodes of *text*, if it has any; a file with many faults is composed once."""
    try:
        return yaml.compose(text, Loader=StrictLoader)
    except yaml.YAMLError:
        # JSON may hold escapes that YAML refuses.
        return None


def _member(node: yaml.Node, name: str) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode):
        items: list[yaml.Node] = node.value
        return items[int(name)] if name.isdecimal() and int(name) < len(items) else None
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == name), None)
    return None


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
    """Return at most `MOST_DIAGNOSTICS` that *schema* (JSON Schema 2020-12) has of *value*.

    Args:
        file: where the value was read from.
        text: that file's text, in which places are looked up.
        value: the value, or the part of the file's value that *under* points to.
        schema: what it ought to be.
        under: JSON pointer from the file's root to *value*.
    """
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
    return sorted(diagnostics, key=lambda problem: (problem.line, problem.column))


def first_flaw(value: Any, shape: type) -> tuple[str, str] | None:
    """Return what keeps *value* from being a *shape*, and the JSON pointer of where; or None."""
    from jsonschema import Draft202012Validator
    from msgspec.json import schema

    from mockserver.parsing.diagnostic_texts import flaws

    for error in Draft202012Validator(schema(shape)).iter_errors(value):
        for flaw in flaws(error):
            return flaw.message, _pointer(flaw.path)
    return None


def _pointer(path: Iterable[str]) -> str:
    return "".join(f"/{token.replace('~', '~0').replace('/', '~1')}" for token in path)
