"""What is valid is found to be so without a library; what is not is left to it."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from mockserver.parsing.conformity import compile_check
from mockserver.resources import files

SCHEMAS: dict[str, Any] = json.loads(files.schema("keys").read_text())
APIS = Path(files.__file__).parent / "apis"
#: Longer ones take long, and have no other forms.
_LONGEST = 800
WRONG: tuple[Any, ...] = (None, True, -1, 1.0, "", "no such word", ["a", "a"], [1], {})


def _keys(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield each key of this project that stands somewhere in *value*."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in SCHEMAS["$defs"] and name.startswith("x-"):
                yield name, inner
            yield from _keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _keys(inner)


def _broken(value: Any) -> Iterator[Any]:
    """Yield *value* with each of its parts replaced by what may not stand there, or left out."""
    yield from WRONG
    parts: list[Any] = list(value) if isinstance(value, dict) else list(range(len(value)))
    for part in parts:
        less = copy.copy(value)
        del less[part]
        yield less
        inner = value[part]
        for wrong in _broken(inner) if isinstance(inner, dict | list) else WRONG:
            other = copy.copy(value)
            other[part] = wrong
            yield other


STATED = [
    key
    for file in (*sorted(APIS.glob("*/overlay.yaml")), files.contract())
    for key in _keys(yaml.safe_load(file.read_text()))
]


def test_what_is_shipped_is_surely_valid() -> None:
    """Guards starts against the import of a library: each key that comes along is passed."""
    for name, value in STATED:
        schema = {"$ref": f"#/$defs/{name}", "$defs": SCHEMAS["$defs"]}
        assert compile_check(schema)(value), value


@pytest.mark.parametrize(("name", "stated"), [k for k in STATED if len(str(k)) < _LONGEST])
def test_what_is_surely_valid_is_valid(name: str, stated: Any) -> None:
    """Guards mistakes against being passed over: what is accepted, the library accepts as well."""
    schema = {"$ref": f"#/$defs/{name}", "$defs": SCHEMAS["$defs"]}
    validator, check = Draft202012Validator(schema), compile_check(schema)
    tried = 0
    for value in _broken(stated):
        tried += 1
        assert not check(value) or validator.is_valid(value), value

    assert tried > len(WRONG)


@pytest.mark.parametrize("schema", [{"if": {}}, {"$ref": "other"}, {"not": {"type": "integer"}}])
def test_what_is_not_judged_is_not_surely_valid(schema: dict[str, Any]) -> None:
    """Guards keywords, references and numbers that only the library knows."""
    assert not compile_check(schema)(1.0)
