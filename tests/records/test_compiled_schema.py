"""Schemas as functions: they agree with the validator that explains."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.parsing.conformity import Check, compile_check
from mockserver.records.fixtures.generate import Generator
from mockserver.records.record import Record
from mockserver.records.schemas.schema import FORMATS, Schema
from tests.records.kinds import ALL, kind

NOW = 1_768_478_400_000
VALUES = st.sampled_from(
    [None, True, 0, 1, -1, 1.0, 1.5, "", "x", "2026-01-15T12:00:00Z", [], ["x"], {}, {"id": 1}]
)


@cache
def generated(name: str) -> tuple[Schema, Check, Sequence[Record]]:
    """Return the schema of the records of a contract, its check, and a record of each state."""
    found = kind(name)
    schema = Schema(found.resource.record)
    return (
        schema,
        compile_check(schema.value, FORMATS),
        Generator(found, NOW).records(len(found.states)),
    )


@pytest.mark.parametrize("name", ALL)
@given(data=st.data())
def test_what_surely_fits_fits(name: str, data: st.DataObject) -> None:
    """Guards records of every contract, whole and with a member changed or left out."""
    schema, check, records = generated(name)
    members = data.draw(st.sampled_from(records)).members()
    member = data.draw(st.sampled_from(sorted(members)))
    if data.draw(st.booleans()):
        members[member] = data.draw(VALUES)
    else:
        del members[member]

    assert not check(members) or not schema.misfits(members)


@pytest.mark.parametrize("name", ALL)
def test_what_fits_is_known_to_fit(name: str) -> None:
    """Guards the speed: no record of a contract that comes along needs the validator."""
    _, check, records = generated(name)

    assert all(check(record.members()) for record in records)


@pytest.mark.parametrize(
    "part",
    [
        {"type": ["string", "null"], "minLength": 1, "pattern": "^x"},
        {"enum": ["x", 1, None]},
        {"const": True},
        {"type": "integer", "minimum": 0, "exclusiveMaximum": 1},
        {"items": {"type": "string"}, "maxItems": 1, "type": "array"},
        {"anyOf": [{"type": "null"}, {"type": "number"}]},
        {"oneOf": [{"type": "integer"}, {"type": "number"}]},
        {"type": "object", "required": ["id"], "additionalProperties": False},
        {"oneOf": [{"const": 1}, {"type": "number"}]},
        {"not": {"type": "null"}},
        {"not": {"enum": [1]}},
        {"prefixItems": [{"const": "x"}], "items": False},
        {"dependentRequired": {"id": ["name"]}},
        {"propertyNames": {"maxLength": 1}},
        {"uniqueItems": True, "minProperties": 1},
    ],
    ids=str,
)
@given(value=VALUES)
def test_each_word_says_what_it_says_to_the_validator(part: dict[str, Any], value: Any) -> None:
    """Guards each word of a schema: never a yes where the validator has a no."""
    fits = jsonschema.Draft202012Validator(part).is_valid(value)

    assert fits or not compile_check(part)(value)
