"""Bodies of requests, made of the schemas of a document."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from contracts.contract.description.reader import read
from contracts.contract.model import Operation
from contracts.engine.bodies import make_body, make_value
from contracts.engine.verdict import Inapplicable
from tests.program.process import ROOT

API = read(ROOT / "openapi.yaml")
TEXT, NUMBER = {"type": "string"}, {"type": "integer"}
THING: dict[str, Any] = {"type": "object", "properties": {"t": TEXT, "n": NUMBER}}


def test_a_text_with_a_pattern_matches_it() -> None:
    """Guards values of a pattern without an example: the text fits, and is the same each time."""
    schema = {"type": "string", "pattern": "^export_[0-9a-f]{8}$"}

    made = make_value(API, schema)

    assert re.search(schema["pattern"], made)
    assert made == make_value(API, schema)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "maxLength": 3},
        {"type": "string", "minLength": 12, "maxLength": 12},
        {"type": "string", "pattern": "^[A-Z]+$", "minLength": 3, "maxLength": 3},
        {"type": "string", "pattern": "^[A-Z0-9]*$", "minLength": 2},
        {"type": "integer", "maximum": 0},
        {"type": "number", "minimum": 0, "maximum": 0.5},
    ],
)
def test_a_value_is_within_its_bounds(schema: dict[str, Any]) -> None:
    """Guards the least body: each length and each number in it is one that its schema allows."""
    made = make_value(API, schema)

    assert Draft202012Validator(schema).is_valid(made), made


@pytest.mark.parametrize(
    ("examples", "made"),
    [
        (
            {"example": {"url": "https://example.com/", "n": 2}},
            {"url": "https://example.com/", "n": 2},
        ),
        ({"example": {"n": 2}}, {"n": 2}),
        ({"example": {"url": "/example"}}, {"url": "https://example.invalid/"}),
        ({"example": {"url": 7}}, {"url": "https://example.invalid/"}),
        (
            {"examples": {"bad": {"value": {"url": "/a"}}, "good": {"value": {"url": "a:b"}}}},
            {"url": "a:b"},
        ),
        ({}, {"url": "https://example.invalid/"}),
    ],
)
def test_an_example_is_sent_only_if_its_schema_allows_it(
    examples: dict[str, Any], made: object
) -> None:
    """Guards creations by example: where document and example disagree, the schema counts."""
    url = {"type": "string", "format": "uri"}
    schema = {"type": "object", "properties": {"url": url, "n": NUMBER}, "required": ["url"]}
    body = {"application/json": {"schema": schema, **examples}}
    operation = Operation("make", "POST", "/things", {}, {}, "#/paths/~1things/post", body=body)

    assert make_body(replace(API, _validators={}), operation) == made


def test_a_pattern_that_is_not_one_is_said() -> None:
    """Guards against a guess where a pattern cannot be read: the reason says what to add."""
    with pytest.raises(Inapplicable, match="add an example"):
        make_value(API, {"type": "string", "pattern": "["})


@pytest.mark.parametrize(
    ("schema", "made"),
    [
        ({"$ref": "#/components/schemas/Job/properties/status"}, "scheduled"),
        ({"$ref": "#/components/schemas/Job/properties/status", "example": "failed"}, "failed"),
        ({"oneOf": [TEXT, NUMBER], "example": "a"}, "a"),
        ({"anyOf": [{"type": "null"}, NUMBER]}, 1),
        ({**TEXT, "format": "email", "example": "a@b.example"}, "a@b.example"),
        ({**TEXT, "format": "email", "example": "no address"}, "contracts@example.invalid"),
        ({**TEXT, "format": "ulid", "example": "01H"}, "01H"),
        ({**THING, "required": ["n"]}, {"n": 1}),
        ({**THING, "oneOf": [{"required": ["t"]}, {"required": ["n"]}]}, {"t": "contracts"}),
        ({"allOf": [{**THING, "required": ["n"]}], "required": ["t"]}, {"n": 1, "t": "contracts"}),
    ],
)
def test_what_stands_beside_a_reference_or_alternatives_counts(
    schema: dict[str, Any], made: object
) -> None:
    """Guards JSON Schema 2020-12 Core §10.2: all that a schema says holds at once."""
    assert make_value(API, schema) == made
