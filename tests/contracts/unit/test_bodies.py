"""Bodies of requests, made of the schemas of a document."""

from __future__ import annotations

import re

import pytest

from contracts.contract.description.reader import read
from contracts.engine.bodies import make_value
from contracts.engine.verdict import Inapplicable
from tests.program.process import ROOT

API = read(ROOT / "openapi.yaml")


def test_a_text_with_a_pattern_matches_it() -> None:
    """Guards values of a pattern without an example: the text fits, and is the same each time."""
    schema = {"type": "string", "pattern": "^export_[0-9a-f]{8}$"}

    made = make_value(API, schema)

    assert re.search(schema["pattern"], made)
    assert made == make_value(API, schema)


def test_a_pattern_that_is_not_one_is_said() -> None:
    """Guards against a guess where a pattern cannot be read: the reason says what to add."""
    with pytest.raises(Inapplicable, match="add an example"):
        make_value(API, {"type": "string", "pattern": "["})
