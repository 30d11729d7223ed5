"""Descriptions of which any part is something else: each is read, or told to be wrong."""

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from mockserver.contract.draft import draft_overlay
from mockserver.contract.explain import explain
from mockserver.contract.reader import load
from mockserver.parsing.sources import InvalidSourceError
from tests.description.conftest import EXPORTS
from tests.description.test_keys import DECLARED
from tests.description.test_versions import SWAGGER

STRANGE: tuple[Any, ...] = (
    *(None, 1, "x", [], {}, True, [1], {"a": 1}, [[]], ["x"], {"x": None}, 1.5, ""),
    *({"$ref": "#/nowhere"}, {"$ref": 1}),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to each value within *value*."""
    if path:
        yield path
    pairs = value.items() if isinstance(value, dict) else ()
    for name, member in enumerate(value) if isinstance(value, list) else pairs:
        yield from places(member, (*path, name))


def broken(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    """Return *document* with another *value* at *path*."""
    made = deepcopy(document)
    holder = made
    for name in path[:-1]:
        holder = holder[name]
    holder[path[-1]] = value
    return made


def outcome(file: Path, document: Any) -> list[str] | None:
    """Return the problems of a document; None if all that is done with one can be done."""
    file.write_text(json.dumps(document))
    try:
        contract = load(file)
        explain(contract, mermaid=True)
        draft_overlay(contract)
    except InvalidSourceError as error:
        return [problem.message for problem in error.diagnostics]
    return None


@pytest.mark.parametrize("text", [EXPORTS, DECLARED, SWAGGER], ids=["bare", "declared", "2.0"])
def test_nothing_that_is_written_makes_the_reader_fail(tmp_path: Path, text: str) -> None:
    """Guards against any error but the one that says what is wrong, and where."""
    document = json.loads(json.dumps(yaml.safe_load(text)))
    told = []
    for index, path in enumerate(places(document)):
        # Each place gets two of the strange values, and each value comes to every kind of place.
        for offset in (0, 7):
            value = STRANGE[(index + offset) % len(STRANGE)]
            told.append(outcome(tmp_path / "api.json", broken(document, path, value)))

    assert any(problems for problems in told)
    assert None in told
    assert [problems for problems in told if problems == []] == []
