"""Saying what is wrong with a file that does not fit its schema, and where. Needed on failure only.

Parsing keeps no positions, so a file at fault is composed a second time to find line and column.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from mockserver.sources import Problem, StrictLoader

_MOST_SHOWN = 80


def locate(text: str, pointer: str) -> tuple[int, int]:
    """Return line and column, from 1, of what *pointer* names in the YAML or JSON *text*.

    A pointer to something that is not there gives the place of its nearest parent.
    """
    node = yaml.compose(text, Loader=StrictLoader)
    if node is None:
        return 1, 1
    for token in pointer.split("/")[1:]:
        found = _member(node, token.replace("~1", "/").replace("~0", "~"))
        if found is None:
            break
        node = found
    return node.start_mark.line + 1, node.start_mark.column + 1


def _member(node: yaml.Node, name: str) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode):
        items: list[yaml.Node] = node.value
        return items[int(name)] if name.isdecimal() and int(name) < len(items) else None
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == name), None)
    return None


def shown(value: Any) -> str:
    """Return *value* as JSON for a message, shortened to some eighty characters."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _MOST_SHOWN else text[: _MOST_SHOWN - 1] + "…"


def explain(
    file: Path, text: str, value: Any, schema: Mapping[str, Any], under: str = ""
) -> list[Problem]:
    """Return all that *schema* (JSON Schema 2020-12) finds wrong with *value*.

    Args:
        file: where the value was read from.
        text: that file's text, in which places are looked up.
        value: the value, or the part of the file's value that *under* points to.
        schema: what it ought to be.
        under: JSON pointer from the file's root to *value*.
    """
    from jsonschema import Draft202012Validator  # noqa: PLC0415 -- slow; needed on failure only

    problems = []
    for error in Draft202012Validator(schema).iter_errors(value):
        deepest = error if not error.context else max(error.context, key=lambda e: len(e.path))
        tokens = [str(t).replace("~", "~0").replace("/", "~1") for t in error.absolute_path]
        pointer = under + "".join(f"/{token}" for token in tokens)
        line, column = locate(text, pointer)
        message = error.message if not error.context else f"{error.message}: {deepest.message}"
        rule, at_fault = str(error.validator), shown(error.instance)
        problems.append(Problem(file, line, column, pointer, rule, at_fault, message))
    return sorted(problems, key=lambda problem: (problem.line, problem.column))
