"""Schemas that are none, in a document that is otherwise one: the rest of it is judged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from contracts.contract.api import Api
from contracts.contract.description.malformed import FORMS, drop_malformed
from contracts.contract.description.reader import read_each

WRONG: dict[str, list[Any]] = {
    "required": [True, "id", ["id", "id"], [1, "id"]],
    "type": ["file", "any", None, [], ["string", "string"], 3],
    "pattern": ["[", 3, "(?<n>"],
    "enum": ["a", {"a": 1}],
    "minLength": ["3", -1, 1.5, None, True],
    "maximum": ["3", None],
    "multipleOf": [0, "0.01"],
    "properties": [[], {"a": None}, None],
    "items": [[], [{"type": "string"}], "string"],
    "anyOf": [[], {}, [None]],
    "additionalProperties": ["no", None, 1],
    "description": [None, 3, ["a"]],
    "examples": [{"a": 1}, "a"],
    "deprecated": ["true", "2030-01-01"],
    "format": [3],
}


def describe(folder: Path, **part: Any) -> Api:
    """Return a description whose record has a member *odd*, of which a schema says *part*."""
    odd = {"allOf": [{"properties": {"deep": part}}]}
    thing = {"properties": {"id": {"type": "string"}, "odd": odd}, "required": ["id", "odd"]}
    one = {"$ref": "#/components/schemas/Thing"}

    def get(schema: Any) -> dict[str, Any]:
        content = {"application/json": {"schema": schema}}
        return {"get": {"responses": {"200": {"description": "", "content": content}}}}

    paths = {"/things": get({"type": "array", "items": one}), "/things/{id}": get(one)}
    raw = {"openapi": "3.1.0", "paths": paths, "components": {"schemas": {"Thing": thing}}}
    file = folder / "api.json"
    file.write_text(json.dumps(raw))
    return read_each(file, ())[0]


@pytest.mark.parametrize(
    ("word", "value"), [(word, value) for word, values in WRONG.items() for value in values]
)
def test_a_word_of_the_wrong_form_keeps_nothing_else_from_being_judged(
    tmp_path: Path, word: str, value: Any
) -> None:
    """Guards a run against one odd word in a schema: it is left out, and the rest is judged."""
    api = describe(tmp_path, **{word: value})
    pointer = "#/components/schemas/Thing"

    assert list(api.validate(pointer, {"id": "a", "odd": {}})) == []
    assert list(api.validate(pointer, {"id": 1, "odd": {}})) != []
    assert list(api.validate(pointer, {"odd": {}})) != []


def test_what_is_not_judged_is_told_with_its_place(tmp_path: Path) -> None:
    """Guards that a promise which is not judged is not passed over in silence."""
    pointer = "#/components/schemas/Thing/properties/odd/allOf/0/properties/deep"
    (told,) = describe(tmp_path, minLength="3", title=None).warnings

    assert f"{pointer}/minLength" in told
    assert "is not judged" in told


@pytest.mark.parametrize("word", ["minLength", "minimum", "multipleOf"])
@pytest.mark.parametrize("number", [float("inf"), float("nan")])
def test_a_number_that_json_has_not_is_told(word: str, number: float) -> None:
    """Guards a run against `.inf` in a description that is written in YAML."""
    raw = {"components": {"schemas": {"Thing": {word: number}}}}
    (told,) = drop_malformed(raw)

    assert told.pointer == f"#/components/schemas/Thing/{word}"
    assert raw["components"]["schemas"]["Thing"] == {}


def test_each_word_is_taken_in_the_form_that_it_has() -> None:
    """Guards promises: what JSON Schema allows stays where it is."""
    right = {
        "type": ["string", "null"],
        "pattern": "^a",
        "enum": ["a", None],
        "required": [],
        "minLength": 1.0,
        "minimum": -1.5,
        "multipleOf": 0.01,
        "properties": {"type": {"type": "string"}, "closed": False},
        "items": True,
        "oneOf": [{}, True],
        "examples": [],
        "readOnly": False,
        "title": "A",
    }

    jsonschema_rs.Draft202012Validator(right)
    assert [word for word, value in right.items() if not FORMS[word](value)] == []
