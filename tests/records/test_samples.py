"""Values made for schemas, and what keeps a value from fitting one."""

from pathlib import Path
from random import Random
from typing import Any

import pytest

from mockserver.records.schemas.patterns import text_of
from mockserver.records.schemas.samples import Sampler
from mockserver.records.schemas.schema import Schema
from tests.records.parts import part

NOW = 1_768_478_400_000
THING = {
    "type": "object",
    "required": ["id", "self"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "self": {"$ref": "#/components/schemas/Link"},
        "child": {"$ref": "#/components/schemas/Part"},
        "children": {"type": "array", "items": {"$ref": "#/components/schemas/Part"}},
    },
}
LINK = {"type": "object", "required": ["href"], "properties": {"href": {"type": "string"}}}


@pytest.mark.parametrize("optional", [False, True])
@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"type": "string", "format": "date-time"},
        {"type": "object", "additionalProperties": {"type": "object"}, "example": {"a": "b"}},
        {"$ref": "#/components/schemas/Link", "type": ["object", "null"]},
        {"allOf": [{"type": ["object", "null"]}, {"type": "object"}]},
        {"type": "string", "format": "date"},
        {"type": "string", "format": "uuid"},
        {"type": "string", "format": "email"},
        {"type": "string", "format": "uri"},
        {"type": "string", "minLength": 40, "maxLength": 41},
        {"type": "string", "pattern": "^run_[0-9a-f]{8,}$", "minLength": 30, "maxLength": 30},
        {"type": "string", "maxLength": 2},
        {"type": "integer", "minimum": 5, "maximum": 5},
        {"type": "integer", "exclusiveMinimum": 5, "exclusiveMaximum": 7},
        {"type": "integer", "multipleOf": 7, "minimum": 8},
        {"type": "integer", "maximum": -5},
        {"type": "number", "minimum": 0.25, "maximum": 0.75},
        {"type": "boolean"},
        {"type": "array", "items": {"enum": ["a", "b", "c"]}, "minItems": 3, "uniqueItems": True},
        {"type": ["string", "null"]},
        {"enum": [None, "a"]},
        {"const": {"a": 1}},
        {"type": "string", "example": 5},
        {"type": "string", "enum": ["a"], "example": "b"},
        {"type": "object", "required": ["undescribed"]},
        {"type": "object", "required": ["a"], "additionalProperties": {"type": "integer"}},
        {"oneOf": [{"type": "null"}, {"type": "integer"}]},
        {"anyOf": [{"$ref": "#/components/schemas/Link"}, {"type": "string"}]},
        {
            "allOf": [
                {"$ref": "#/components/schemas/Link"},
                {"required": ["size"], "properties": {"size": {"type": "integer"}}},
            ]
        },
        {"allOf": [{"properties": {"a": {"minimum": 5}}}], "properties": {"a": {"maximum": 6}}},
        THING,
    ],
)
def test_a_sample_fits_its_schema(tmp_path: Path, schema: Any, *, optional: bool) -> None:
    """Guards each word of schemas: what is made by it is valid, and equal for an equal chance."""
    said = Schema(part(tmp_path, schema, Link=LINK))

    for seed in range(10):
        made = Sampler(said, Random(seed), NOW, optional=optional).value()

        assert said.misfits(made) == []
        assert Sampler(said, Random(seed), NOW, optional=optional).value() == made


@pytest.mark.parametrize(
    ("schema", "made"),
    [
        ({"type": "string", "example": "one", "default": "two"}, "one"),
        ({"type": "string", "examples": ["one"], "default": "two"}, "one"),
        ({"type": "string", "default": "two", "enum": ["one", "two"]}, "two"),
        ({"type": "string", "format": "date-time"}, "2026-01-15T12:00:00Z"),
        ({"type": "integer", "format": "unixtime"}, NOW // 1000),
        ({"type": "string", "x-nullable": True}, None),
    ],
)
def test_what_a_schema_names_itself_comes_first(tmp_path: Path, schema: Any, made: Any) -> None:
    """Guards the order of trust: examples, defaults, then what is made up."""
    assert Sampler(Schema(part(tmp_path, schema)), Random(1), NOW).value() == made


@pytest.mark.parametrize(
    ("version", "schema", "alone"),
    [
        ("3.0.3", {"type": "string", "nullable": True}, False),
        ("3.0.3", {"nullable": True, "allOf": [{"$ref": "#/components/schemas/Link"}]}, False),
        ("3.0.3", {"nullable": True, "$ref": "#/components/schemas/Link"}, False),
        ("3.0.3", {"type": "string", "enum": ["a"], "nullable": True}, False),
        ("3.1.0", {"type": "string", "nullable": True}, False),
        ("3.1.0", {"type": "string", "x-nullable": True}, False),
        ("3.1.0", {"type": ["string", "null"]}, False),
        ("3.1.0", {"anyOf": [{"type": "string"}, {"type": "null"}]}, False),
        ("3.1.0", {"type": "null"}, True),
    ],
)
def test_null_fits_in_each_of_its_spellings(
    tmp_path: Path, version: str, schema: Any, *, alone: bool
) -> None:
    """Guards nullable values: null is taken, and another type is as wrong as before."""
    said = Schema(part(tmp_path, schema, version, Link=LINK))

    assert said.misfits(None) == []
    assert said.misfits(5) != []
    assert (said.misfits("a") != []) is (alone or "Link" in str(schema))


def test_what_is_wrong_is_told_with_its_places(tmp_path: Path) -> None:
    """Guards messages: each names the member, and says what is wrong in plain words."""
    found = Schema(part(tmp_path, THING, Link=LINK)).misfits({"id": 5, "self": {"href": None}})

    assert [(m.pointer, m.message) for m in found] == [
        ("/id", "is not text"),
        ("/self/href", "is not text"),
    ]


def test_a_client_need_not_send_what_it_may_only_read(tmp_path: Path) -> None:
    """Guards readOnly and writeOnly members that are required: each counts one way only."""
    schema = {
        "type": "object",
        "required": ["id", "secret", "name"],
        "properties": {
            "id": {"$ref": "#/components/schemas/Id"},
            "secret": {"type": "string", "writeOnly": True},
            "name": {"type": "string"},
        },
    }
    node = part(tmp_path, schema, Id={"type": "string", "readOnly": True})

    assert Schema(node, sent=True).misfits({"secret": "a", "name": "b"}) == []
    assert Schema(node).misfits({"id": "a", "name": "b"}) == []
    assert Schema(node, sent=True).misfits({"name": "b"}) != []
    assert "secret" not in Sampler(Schema(node), Random(1), optional=True).value()


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("2026-01-15T12:00:00Z", True),
        ("2026-01-15T12:00:00.123456+0000", True),
        ("2026-01-15t12:00:00+01:00", True),
        ("2026-01-15T12:00:00", False),
        ("2026-01-15", False),
    ],
)
def test_moments_are_taken_as_clients_write_them(tmp_path: Path, text: str, *, fits: bool) -> None:
    """Guards date-time: offsets may lack their colon, as strftime writes them."""
    said = Schema(part(tmp_path, {"type": "string", "format": "date-time"}))

    assert (said.misfits(text) == []) is fits


def test_words_that_mean_nothing_in_a_schema_are_passed_over(tmp_path: Path) -> None:
    """Guards sloppy descriptions: no validator breaks on what they say."""
    schema = {
        "type": "file",
        "required": True,
        "minimum": "0",
        "pattern": "(?<bad",
        "enum": "a",
        "properties": {"a": {"type": "integer", "minimum": 3, "exclusiveMinimum": True}},
        "discriminator": {"propertyName": "kind"},
        "x-anything": {"$ref": "#/nowhere"},
    }
    said = Schema(part(tmp_path, schema))

    assert said.misfits({"a": 4}) == []
    assert [m.pointer for m in said.misfits({"a": 3})] == ["/a"]


@pytest.mark.parametrize(
    "pattern",
    [
        r"^\d{3}-\w+(\.\w+)*$",
        "foo|bar",
        "^(?!x)[^x]{3,5}$",
        "^$",
        r"^(a|b)\1$",
        r"^[\s\S]+$",
        ".",
        r"^[^\w .:/-]$",
    ],
)
def test_a_text_matches_its_pattern(pattern: str) -> None:
    """Guards the parts of regular expressions: repeats, sets, branches, groups, look-arounds."""
    for seed in range(10):
        assert text_of(pattern, Random(seed)) is not None


def test_a_pattern_that_no_text_was_found_for_is_given_up() -> None:
    """Guards the end of the search: contradictions do not hang a start."""
    assert text_of("^(?=a)b$", Random(1)) is None
    assert text_of("^abc$", Random(1), longest=2) is None
