"""Snapshots of worlds of every API: fixtures that make the same world again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import requests
import yaml

from mockserver.client import ControlError, World
from mockserver.settings import Settings
from mockserver.testing.server import run_mock
from tests.apis.served import Served, serve
from tests.description.conftest import EXPORTS, edited

#: An API each whose scopes are named by credentials, by paths, and by nothing.
APIS = ("openai-batches", "github-runs", "airflow-dagruns")
GENERATED = [(name, {"records": 12}) for name in APIS]


@pytest.fixture(
    scope="module",
    params=[*((name, {}) for name in APIS), *GENERATED],
    ids=[*APIS, *(f"{name} generated" for name in APIS)],
)
def served(request: pytest.FixtureRequest) -> Iterator[Served]:
    """Run a mock of each API, with its fixtures or with generated records."""
    name, options = request.param
    with serve(name, **options) as mock:
        yield mock


def list_records(world: World) -> list[Any]:
    """Return all that the control API shows of the records of a world."""
    resources = world.snapshot().get("records", {})
    return [world.records(resource).list() for resource in resources]


def test_a_snapshot_restored_is_the_world_again(served: Served) -> None:
    """Guards that a restored world equals the snapshot, and goes on in the same way."""
    world = served.client.create_world()
    for resource in world.snapshot()["records"]:
        records = world.records(resource)
        made = records.create()
        if made.next is not None:
            records.plan(made.key, {"to": made.next.to, "after": "40m"})
    world.clock.advance("7m")
    taken, shown = world.snapshot(), list_records(world)
    world.clock.advance("9d")
    later = world.snapshot()
    world.restore(taken)

    assert world.snapshot() == taken
    assert list_records(world) == shown
    world.clock.advance("9d")
    assert world.snapshot() == later
    world.delete()


def test_a_snapshot_is_the_same_in_yaml(served: Served) -> None:
    """Guards the other form of a snapshot, which a new world can be made of as well."""
    world = served.client.create_world()
    url = f"{served.url}/__admin/worlds/{world.name}/snapshot?format=yaml"
    text = requests.get(url, timeout=60).text
    again = requests.put(
        f"{served.url}/__admin/worlds/{world.name}/snapshot",
        data=text.encode(),
        headers={"Content-Type": "application/yaml"},
        timeout=60,
    )

    assert yaml.safe_load(text) == world.snapshot()
    assert again.status_code == 200, again.text
    world.delete()


def test_credentials_stay_what_they_are_when_a_world_is_restored(served: Served) -> None:
    """Guards clients under test, whose credentials open the restored world too."""
    world = served.client.create_world()
    before = world.state.credentials
    world.restore(world.snapshot())

    assert world.state.credentials == before
    world.delete()


def test_a_snapshot_is_served_as_the_fixtures_of_another_mock(
    served: Served, tmp_path: Path
) -> None:
    """Guards that a snapshot in a file is a fixture for ``--seed``."""
    taken = served.client.create_world().snapshot()
    file = tmp_path / "world.json"
    file.write_bytes(msgspec.json.encode(taken))
    name = served.client.world().state.name

    assert name == "default"
    again = served.client.create_world(fixture=file)
    assert again.snapshot()["records"] == taken["records"]
    again.delete()


def test_what_an_upload_leaves_out_is_as_in_the_servers_own(served: Served) -> None:
    """Guards fixtures that state nothing but records: credentials and scopes are the server's."""
    world = served.client.create_world(fixture={"records": {}})

    assert len(world.state.credentials) == len(served.client.create_world().state.credentials)
    assert "records" not in world.snapshot()
    world.delete()


def test_records_without_a_key_keep_their_numbers(tmp_path: Path) -> None:
    """Guards the numbers by which paths name records whose members have no key."""
    description = tmp_path / "exports.yaml"
    description.write_text(edited(EXPORTS, ("        id: {type: string, format: uuid}\n", "")))
    settings = Settings(spec=description, seed=None, port=0, speed=0, records=3, access_log=False)
    with run_mock(settings) as mock:
        world = mock.client.world()
        exports = world.records("exports")
        first, second, _ = exports.list()
        exports.create(path={"team": first.scope[0]})
        taken = world.snapshot()
        del taken["records"]["exports"][0]
        world.restore(taken)

        assert [record.key for record in exports.list()] == [second.key, 3, 4]
        twice = {**taken, "records": {"exports": [taken["records"]["exports"][0]] * 2}}
        with pytest.raises(ControlError, match="the number 2 is that of another record"):
            world.restore(twice)
