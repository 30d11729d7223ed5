"""Records that are made up: valid, in every state, and at rest at the moment they are made for."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from mockserver.app.fixtures import check_fixtures, generate_fixtures
from mockserver.contract.reader import load
from mockserver.contract.tree import Node
from mockserver.records.fixtures.generate import Generator
from mockserver.records.kind import Kind
from mockserver.records.moments import moment_of
from mockserver.records.places import Place
from mockserver.records.progress import Pace, Progress
from mockserver.records.schemas.schema import Schema, _Writer
from tests.records.kinds import ALL, kind, small

NOW = 1_768_478_400_000

each = pytest.mark.parametrize("name", ALL)


@each
@pytest.mark.parametrize("seed", ["", "one", "two"])
def test_each_record_fits_its_schema(name: str, seed: str) -> None:
    """Guards what is made up for the contracts that come along: valid, whatever is drawn."""
    found = kind(name)
    schema = Schema(found.resource.record)

    for record in Generator(found, NOW, seed).records(40):
        assert schema.misfits(record.members()) == [], record.text


@each
def test_there_is_one_in_each_state_and_none_moves_at_once(name: str) -> None:
    """Guards states: each is there, is the one that the members say, and holds at the moment."""
    found = kind(name)
    assert found.lifecycle is not None
    progress = Progress(found.lifecycle, Pace())
    records = Generator(found, NOW).records(60)

    assert {record.state for record in records} == set(found.states)
    for record in records:
        assert found.adopt(record.members(), record.scope, NOW).state == record.state
        assert progress.settle(record, NOW) == record


@each
def test_the_schema_is_read_for_the_first_record_only(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards the cost of a record that is made alone, as tests make them: its schema is known."""
    found = kind(name)
    Generator(found, NOW).records(1)
    read, again = _Writer.whole, []

    def note(writer: _Writer, node: Node) -> dict[str, Any]:
        again.append(node)
        return read(writer, node)

    monkeypatch.setattr(_Writer, "whole", note)
    Generator(found, NOW + 1).records(1)

    assert found.resource.record not in again


@each
def test_moments_are_in_order(name: str) -> None:
    """Guards histories: made, then entered state by state, and all of it by now."""
    found = kind(name)
    assert found.lifecycle is not None
    stamps = found.lifecycle.stamps
    places = (stamps.made, *stamps.entered.values(), stamps.moved)

    for record in Generator(found, NOW).records(60):
        members = record.members()
        told = [moment_of(Place(p).read(members), stamps.unit) for p in places if p is not None]
        known = [moment for moment in told if moment]
        assert all(moment <= NOW for moment in known)
        made = found.find_made(record)
        assert made is None or min(known) == made
        assert record.entered <= NOW


@each
def test_keys_differ_within_a_scope(name: str) -> None:
    """Guards keys: each record can be read, and the later one has the higher number."""
    found = kind(name)
    records = Generator(found, NOW).records(50)
    keys = [(record.scope, record.key) for record in records]
    integers = [r.key for r in records if isinstance(r.key, int) and r.scope == records[0].scope]

    assert len(set(keys)) == 50
    assert integers == sorted(integers)
    assert len({record.scope for record in records}) == (2 if found.scope else 1)


@each
def test_the_same_seed_makes_the_same_records(name: str) -> None:
    """Guards repeatability: nothing but the seed decides."""
    one, other = (Generator(kind(name), NOW, "a").records(20) for _ in range(2))

    assert one == other
    assert one != Generator(kind(name), NOW, "b").records(20)


def test_a_record_has_the_scope_in_its_members() -> None:
    """Guards path parameters that are members of the record too."""
    found = kind("airflow-dagruns")

    for record in Generator(found, NOW).records(8):
        assert (record.members()["dag_id"],) == record.scope


def test_a_record_has_the_scope_where_its_parameter_says(tmp_path: Path) -> None:
    """Guards parameters with dots, which name a member within a member, as gRPC gateways do."""
    text = {"type": "string"}
    team = {"type": "object", "properties": {"team": text, "name": text}, "required": ["name"]}
    thing = {"type": "object", "properties": {"id": text, "team": team}, "required": ["team"]}
    names = ("team.team", "id")
    team_key, key = ({"name": n, "in": "path", "required": True, "schema": text} for n in names)

    def get(schema: object, *parameters: object) -> dict[str, object]:
        content = {"application/json": {"schema": schema}}
        responses = {"200": {"description": "", "content": content}}
        return {"get": {"parameters": list(parameters), "responses": responses}}

    one = {"$ref": "#/components/schemas/Thing"}
    paths = {
        "/teams/{team.team}/things": get({"type": "array", "items": one}, team_key),
        "/teams/{team.team}/things/{id}": get(one, team_key, key),
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Things", "version": "1"},
        "paths": paths,
        "components": {"schemas": {"Thing": thing}},
    }
    file = tmp_path / "things.yaml"
    file.write_text(yaml.safe_dump(document))
    generate_fixtures(file, (), tmp_path / "world", 9, 1)
    contract = load(file)
    (record, *_) = Generator(Kind(contract.resources[0], contract.operations), NOW).records(8)

    assert record.members()["team"]["team"] == record.scope[0]
    assert isinstance(record.members()["team"]["name"], str)
    assert "9 things" in check_fixtures(file, (), tmp_path / "world", NOW)


def test_a_filter_in_the_path_finds_records() -> None:
    """Guards lists whose path names a member of their records: there are values to ask for."""
    found = kind("circleci-workflows")
    asked = {r.members()["pipeline_id"] for r in Generator(found, NOW).records(20)}

    assert len(asked) == 2


def test_records_without_a_lifecycle_are_made_too(tmp_path: Path) -> None:
    """Guards resources of which no state is known."""
    found = small(tmp_path, properties={"size": {"type": "integer", "minimum": 3}})
    records = Generator(found, NOW).records(3)

    assert [r.state for r in records] == ["", "", ""]
    assert all(msgspec.json.decode(r.text)["size"] >= 3 for r in records)
    assert Generator(found, NOW).records(0) == []


def test_a_path_parameter_has_a_value_that_its_member_allows(tmp_path: Path) -> None:
    """Guards scopes whose parameter says less than the member of its name."""
    pattern = "^RM[0-9a-f]{8}$"
    thing = {"id": {"type": "string"}, "room_id": {"type": ["string", "null"], "pattern": pattern}}
    room = {"name": "RoomId", "in": "path", "required": True, "schema": {"type": "string"}}
    key = {**room, "name": "id"}

    def get(schema: object, *parameters: object) -> dict[str, object]:
        content = {"application/json": {"schema": schema}}
        responses = {"200": {"description": "", "content": content}}
        return {"get": {"parameters": list(parameters), "responses": responses}}

    schema = {"type": "object", "properties": thing}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Rooms", "version": "1"},
        "paths": {
            "/rooms/{RoomId}/things": get({"type": "array", "items": schema}, room),
            "/rooms/{RoomId}/things/{id}": get(schema, room, key),
        },
    }
    file = tmp_path / "rooms.yaml"
    file.write_text(yaml.safe_dump(document))
    contract = load(file)
    records = Generator(Kind(contract.resources[0], contract.operations), NOW).records(8)

    assert len({record.scope for record in records}) == 2
    for record in records:
        assert (record.members()["room_id"],) == record.scope
        assert re.fullmatch(pattern, record.scope[0])
