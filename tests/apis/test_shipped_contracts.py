"""The shipped contracts: each document is valid, each overlay speaks of what is there."""

import re
from csv import DictReader
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from tests.apis.overlaid import (
    APIS,
    NAMES,
    document,
    found,
    has,
    listed,
    operations,
    overlaid,
    overlay,
    parameters,
    places,
    record,
    resolved,
)

GOLDEN = Path(__file__).parents[1] / "golden" / "apis"
OURS = ("x-lifecycle", "x-pagination", "x-conflict", "x-creates", "x-filters", "x-tenancy")
BOUNDED = ("limit", "page", "offset", "cursor")
SOURCE = re.compile(r"Sources?\b|facts \(names, types, codes\) of")
VERSION = re.compile(r"(\b[0-9a-f]{40}\b|@[\w/-]+ \d).*\b(MIT|Apache-2\.0)\b", re.DOTALL)

each_api = pytest.mark.parametrize("name", NAMES)


@each_api
def test_document_is_valid_with_and_without_its_overlay(name: str) -> None:
    """A shipped contract is an OpenAPI document, and stays one with its overlay applied."""
    validate(document(name))
    validate(overlaid(name))


@each_api
def test_document_has_no_key_of_this_project(name: str) -> None:
    """What a vendor has not said stands in the overlay and not in the vendor's document."""
    assert [key for key in OURS for _ in found(document(name), key)] == []


@each_api
def test_files_name_their_sources(name: str) -> None:
    """Published facts name who published them, at which version, under which licence."""
    for file in ("openapi.yaml", "overlay.yaml"):
        lines = (APIS / name / file).read_text().splitlines()
        head = "\n".join(takewhile(lambda line: line.startswith("#"), lines))
        assert SOURCE.search(head), file
    assert VERSION.search((APIS / name / "openapi.yaml").read_text().split("\nopenapi:")[0])


@each_api
def test_every_action_finds_its_target(name: str) -> None:
    """An action that hits nothing would be lost without a word."""
    merged = {"$": document(name)}
    missed = [
        action["target"]
        for action in overlay(name)["actions"]
        if not places(merged, action["target"])
    ]
    assert missed == []


def test_target_that_is_not_there_is_noticed() -> None:
    """The check of the targets can fail."""
    assert places({"$": document("openai-batches")}, "$.paths['/batch'].get") == []


@each_api
def test_every_state_is_one_of_the_schema(name: str) -> None:
    """A lifecycle speaks of states that the record can have, and of no others."""
    schema, lifecycle = record(name)
    states = _states(overlaid(name), schema, lifecycle)
    named = [
        *listed(lifecycle["initial"]),
        *lifecycle.get("terminal", []),
        *lifecycle["stamps"].get("entered", {}),
        *(state for each in lifecycle["transitions"] for state in _spoken_of(each)),
    ]
    assert set(named) - states - {"*", None} == set()


@each_api
def test_every_move_is_made_by_an_operation_or_the_server(name: str) -> None:
    """A move names an operation of the document: by its id, or by method and path."""
    api = overlaid(name)
    known = {"server"}
    for method, path, operation in operations(api):
        known |= {f"{method} {path}", operation.get("operationId", "")}
    _, lifecycle = record(name)
    assert {each["by"] for each in lifecycle["transitions"]} - known == set()


@each_api
def test_every_parameter_is_one_of_the_operation(name: str) -> None:
    """Pages and filters speak of parameters that the list has."""
    api = overlaid(name)
    for _, path, operation in operations(api):
        pages = operation.get("x-pagination", {})
        named = {pages[each]["parameter"] for each in BOUNDED if each in pages}
        named |= {pages["order"]["parameter"]} if "parameter" in pages.get("order", {}) else set()
        named |= set(operation.get("x-filters", {}))
        assert named - parameters(api, operation) == set(), path


@each_api
def test_every_filter_that_the_list_has_is_spoken_of(name: str) -> None:
    """A parameter of a list that no key mentions would be ignored in silence."""
    api = overlaid(name)
    for _, path, operation in operations(api):
        if "x-filters" not in operation:
            continue
        pages = operation.get("x-pagination", {})
        spoken_of = {pages[each]["parameter"] for each in BOUNDED if each in pages}
        spoken_of |= {pages.get("order", {}).get("parameter"), "page-token", "Authorization"}
        spoken_of |= set(operation["x-filters"]) | set(api["x-tenancy"].get("parameters", []))
        assert parameters(api, operation) - spoken_of == set(), path


@each_api
def test_every_place_is_a_member_of_the_record(name: str) -> None:
    """Keys, stamps, filters and what a creation sets are members that the record's schema has."""
    api = overlaid(name)
    schema, lifecycle = record(name)
    stamps = lifecycle["stamps"]
    named = [lifecycle["field"], lifecycle["key"], *lifecycle.get("keeps", [])]
    named += [stamps[each] for each in ("made", "moved") if each in stamps]
    named += stamps.get("entered", {}).values()
    named += [each["notBefore"] for each in lifecycle["transitions"] if "notBefore" in each]
    for _, _, operation in operations(api):
        filters = operation.get("x-filters", {}).values()
        named += [listed(place)[0] for place in filters if place is not False]
        named += operation.get("x-creates", {}).get("set", {})
        named += [operation["x-conflict"]["key"]] if "x-conflict" in operation else []
    assert [place for place in named if not has(api, schema, place)] == []


@each_api
def test_state_and_event_give_what_the_golden_table_says(name: str) -> None:
    """What each event does in each state is listed twice, so that no change passes unseen."""
    schema, lifecycle = record(name)
    states = _states(overlaid(name), schema, lifecycle)
    with (GOLDEN / f"{name}.csv").open() as file:
        golden = {row.pop("event"): row for row in DictReader(file)}
    assert {
        each["event"]: {state: _outcome(each, state) for state in golden[each["event"]]}
        for each in lifecycle["transitions"]
    } == golden
    assert set(next(iter(golden.values()))) == states


def _states(api: Any, schema: Any, lifecycle: Any) -> set[str]:
    if "states" in lifecycle:
        return set(lifecycle["states"])
    return set(resolved(api, schema["properties"][lifecycle["field"]])["enum"])


def _spoken_of(transition: Any) -> list[Any]:
    otherwise = transition.get("otherwise")
    refused = list(otherwise) if isinstance(otherwise, dict) else []
    return [*listed(transition["from"]), *listed(transition["to"]), *refused]


def _outcome(transition: Any, state: str) -> str:
    if transition["from"] == "*" or state in transition["from"]:
        return "|".join("gone" if to is None else to for to in listed(transition["to"]))
    otherwise = transition.get("otherwise", "")
    if isinstance(otherwise, dict):
        otherwise = otherwise.get(state, otherwise.get("*", ""))
    return str(otherwise)
