"""Fixtures that are written: by the generator, in the documentation, and as a schema."""

import json
import re
from pathlib import Path

import pytest

from mockserver.contract.reader import load
from mockserver.records.fixtures.fixtures import is_by_credential
from mockserver.records.fixtures.generate import Generator
from mockserver.records.fixtures.reader import Basis, read_fixtures
from mockserver.records.fixtures.schema import json_schema
from mockserver.records.fixtures.writer import write_fixtures as document
from mockserver.records.kind import Kind
from mockserver.resources import files
from tests.records.fixtures import NOW, read, write_fixtures
from tests.records.kinds import OTHERS, contract, kind


def test_the_published_schema_is_the_one_that_is_used() -> None:
    """Guards the published schema; python -m mockserver.records.fixtures.schema writes it."""
    assert json.loads(files.schema("records").read_text()) == json_schema()


@pytest.mark.parametrize("name", OTHERS)
def test_what_was_generated_is_written_and_read_again(tmp_path: Path, name: str) -> None:
    """Guards generated fixtures: the same records in the same scopes, in a world of their own."""
    found, made_for = kind(name), contract(name)
    by_credential = is_by_credential(made_for.tenancy.value if made_for.tenancy else None)
    tenant = ("default",) if by_credential else ()
    records = Generator(found, NOW, tenant=tenant).records(30)
    file = write_fixtures(tmp_path, **document(made_for, {found: records}, NOW))
    fixtures = read(file, name=name)

    assert f"api: {name}\n" in file.read_text()
    assert fixtures.now == NOW
    assert {(r.scope, r.key): (r.text, r.state) for r in fixtures.records[found.name]} == {
        (r.scope, r.key): (r.text, r.state) for r in records
    }


def test_the_documentation_shows_what_is_read(tmp_path: Path) -> None:
    """Guards the first example of fixtures.md: it fits the description of any_api.md."""
    (description,) = re.findall(r"```yaml\n(.*?)```", documented("guides/any_api.md"), re.DOTALL)
    (example, _) = re.findall(r"```yaml\n(.*?)```", documented("reference/fixtures.md"), re.DOTALL)
    api, file = tmp_path / "exports.yaml", tmp_path / "fixtures.yaml"
    api.write_text(description)
    file.write_text(example)
    found = load(api)
    kinds = tuple(Kind(resource, found.operations) for resource in found.resources)
    fixtures = read_fixtures([file], Basis(found, kinds, NOW))

    assert [r.state for r in fixtures.records["exports"]] == ["running", "queued", "queued"]
    assert [r.key for r in fixtures.records["exports"]] == ["two", "one", "three"]
    assert fixtures.records["exports"][1].members()["created_at"] == "2026-01-15T11:55:00Z"
    assert [len(r.plan) for r in fixtures.records["exports"]] == [0, 0, 2]


def test_beside_lists_in_scopes_a_list_that_no_path_divides_needs_none(tmp_path: Path) -> None:
    """Guards the common API with /teams and /teams/{team}/runs: what is generated is read again."""
    one = {"type": "object", "properties": {"id": {"type": "string"}, "name": {"type": "string"}}}
    paths = {}
    for path, part in (("/teams", "team"), ("/teams/{team}/runs", "run")):
        for place, schema in ((path, {"type": "array", "items": one}), (f"{path}/{{{part}}}", one)):
            content = {"application/json": {"schema": schema}}
            paths[place] = {"get": {"responses": {"200": {"content": content}}}}
    api = tmp_path / "api.json"
    api.write_text(json.dumps({"openapi": "3.0.3", "paths": paths}))
    found = load(api)
    kinds = tuple(Kind(resource, found.operations) for resource in found.resources)
    made = {one: Generator(one, NOW).records(4) for one in kinds}
    file = write_fixtures(tmp_path, **document(found, made, NOW))
    fixtures = read_fixtures([file], Basis(found, kinds, NOW))

    assert {name: len(records) for name, records in fixtures.records.items()} == {
        "teams": 4,
        "runs": 4,
    }
    assert {record.scope for record in fixtures.records["teams"]} == {()}


def documented(name: str) -> str:
    """Return the text of a page of the documentation."""
    return (Path(__file__).parents[2] / "docs" / name).read_text()
