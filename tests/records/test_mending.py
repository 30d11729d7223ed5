"""Records made up where a description contradicts itself: still such that it takes them."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from mockserver.app.fixtures import check_fixtures, generate_fixtures
from mockserver.contract.reader import load
from mockserver.records.fixtures.generate import Generator
from mockserver.records.kind import Kind
from mockserver.records.schemas.schema import Schema
from tests.records.kinds import small

NOW = 1_768_478_400_000
TEXT = {"type": "string"}
SHORT = {"properties": {"a": TEXT}, "type": "object"}
LONG = {"properties": {"a": TEXT, "b": TEXT}, "type": "object", "required": ["a", "b"]}
SOFT = {"type": "object", "required": ["kind"], "properties": {"kind": {"enum": ["soft"]}}}
HARD = {"type": "object", "required": ["kind"], "properties": {"kind": {"enum": ["hard"]}}}
CLOSED = {"type": "object", "properties": {"a": TEXT}, "additionalProperties": False}


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "pattern": "^[a-z]((?!..)[a-z0-9])+$", "minLength": 3},
        {"oneOf": [TEXT, TEXT]},
        {"oneOf": [SHORT, SHORT]},
        {"oneOf": [LONG, SHORT]},
        {"oneOf": [SHORT, LONG]},
        {"type": "array", "items": {"oneOf": [TEXT, TEXT]}},
        {"type": "array", "items": {"oneOf": [TEXT, TEXT]}, "minItems": 1},
        {"type": "object", "properties": {"deep": {"oneOf": [TEXT, TEXT]}}},
        {"type": "object", "required": ["deep"], "properties": {"deep": {"oneOf": [TEXT, TEXT]}}},
        {"allOf": [{"type": "array", "items": SOFT}, {"type": "array", "items": HARD}]},
        {"anyOf": [SOFT, HARD], "example": {"kind": "blocked"}},
        {"type": "array", "items": {"anyOf": [SOFT, HARD]}, "example": [{"kind": "blocked"}]},
        {"allOf": [CLOSED], "oneOf": [{"required": ["b"]}, {"required": ["a"]}]},
    ],
)
def test_a_record_lacks_what_no_value_could_be(tmp_path: Path, schema: Any) -> None:
    """Guards members that may be lacking and cannot fit: none is shown, or one that fits."""
    found = small(tmp_path, properties={"odd": schema, "name": TEXT})
    known = Schema(found.resource.record)

    for record in Generator(found, NOW).records(5):
        assert known.misfits(record.members()) == []
        assert {"id", "name"} <= record.members().keys()


def test_what_a_record_is_found_by_stays(tmp_path: Path) -> None:
    """Guards keys and states that no value fits: a record without them could not be served."""
    found = small(tmp_path, key={"type": "string", "pattern": "^(?=a)b$"}, properties={"odd": TEXT})

    assert all("id" in record.members() for record in Generator(found, NOW).records(5))


@pytest.mark.parametrize("several", [True, False])
def test_a_record_is_one_of_the_alternatives_and_no_other(tmp_path: Path, *, several: bool) -> None:
    """Guards records that are one of several schemas, where one fits whatever fits the other."""
    ident = {"id": TEXT}
    more = {"type": "object", "required": ["id", "a"], "properties": {**ident, "a": TEXT}}
    less = {"type": "object", "required": ["id"], "properties": {**ident, "a": TEXT, "b": TEXT}}
    file = tmp_path / "things.yaml"
    small(tmp_path, properties={"a": TEXT})
    document = yaml.safe_load(file.read_text())
    document["components"]["schemas"]["Thing"] = {"oneOf": [more, less] if several else [less]}
    file.write_text(json.dumps(document))
    generate_fixtures(file, (), tmp_path / "world", 9, 1)

    assert "9 things" in check_fixtures(file, (), tmp_path / "world", NOW)


@pytest.mark.parametrize("deep", [True, False])
def test_records_of_alternatives_that_nobody_can_tell_apart_are_taken(
    tmp_path: Path, *, deep: bool
) -> None:
    """Guards a ``oneOf`` of which each value fits all: such a world and such a body are taken."""
    small(tmp_path, properties={"a": TEXT})
    file = tmp_path / "things.yaml"
    document = yaml.safe_load(file.read_text())
    thing = {"type": "object", "properties": {"id": TEXT, "a": TEXT}}
    twice = {"oneOf": [thing, {**thing, "description": "the same"}]}
    held = {"type": "object", "required": ["b"], "properties": {"id": TEXT, "b": twice}}
    document["components"]["schemas"]["Thing"] = held if deep else twice
    file.write_text(json.dumps(document))
    generate_fixtures(file, (), tmp_path / "world", 9, 1)
    known = Schema(load(file).resources[0].record)
    value = {"b": {"a": ""}} if deep else {"a": ""}

    assert "9 things" in check_fixtures(file, (), tmp_path / "world", NOW)
    assert known.misfits(value) != []
    assert known.misfits(value, exclusive=False) == []
    assert known.misfits({"b": {"a": 1}} if deep else {"a": 1}, exclusive=False) != []


def test_a_record_is_never_null(tmp_path: Path) -> None:
    """Guards records whose schema allows null: each has the members that the schema describes."""
    small(tmp_path, properties={"a": TEXT})
    file = tmp_path / "things.yaml"
    document = yaml.safe_load(file.read_text())
    thing = {"type": "object", "required": ["a"], "properties": {"id": TEXT, "a": TEXT}}
    document["components"]["schemas"]["Other"] = thing
    part = {"allOf": [{"$ref": "#/components/schemas/Other"}], "nullable": True}
    document["components"]["schemas"]["Thing"] = part
    document["openapi"] = "3.0.3"
    file.write_text(json.dumps(document))
    found = load(file)

    for record in Generator(Kind(found.resources[0], found.operations), NOW).records(3):
        assert isinstance(record.members()["a"], str)


@pytest.mark.parametrize("keys", [["red", "green"], [3, 4, 5], list("abcdefghijklmnop")])
def test_there_are_no_more_records_than_a_schema_lists_keys(tmp_path: Path, keys: Any) -> None:
    """Guards keys that an enum lists: what is generated is what a check takes, and each once."""
    kind = "integer" if isinstance(keys[0], int) else "string"
    small(tmp_path, key={"type": kind, "enum": keys})
    file = tmp_path / "things.yaml"
    generate_fixtures(file, (), tmp_path / "world", 9, 1)

    assert f"{min(9, len(keys))} things" in check_fixtures(file, (), tmp_path / "world", NOW)
