"""What a test can do to records of any API: by the typed client, and by the fixture `api_mock`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from mockserver.client import ControlError, World, effects
from mockserver.settings import Settings
from mockserver.testing.mock import ApiMock, lend_world
from mockserver.testing.server import run_mock
from tests.apis.served import Served, serve
from tests.description.conftest import EXPORTS, edited

BATCHES = "openai-batches"
OWN = "sk-acme"


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """Run a mock of batches for the tests of this module."""
    with serve(BATCHES) as mock:
        yield mock


@pytest.fixture
def world(served: Served) -> World:
    """Return the default world, which is that of the fixtures."""
    served.reset()
    return served.world


def call(served: Served, method: str, path: str, secret: str = OWN, **options: Any) -> Any:
    """Return status and JSON of a call of the API."""
    headers = {"Authorization": f"Bearer {secret}"}
    url = f"{served.url}/v1{path}"
    answer = requests.request(method, url, headers=headers, timeout=60, **options)
    is_json = answer.headers.get("Content-Type") == "application/json"
    return answer.status_code, answer.json() if is_json else None


def test_a_record_is_made_in_a_state_and_served(served: Served, world: World) -> None:
    """Guards the making of records: the API shows what the control API has made."""
    made = world.records("batches").create(state="finalizing", members={"endpoint": "/v1/x"})
    code, shown = call(served, "GET", f"/batches/{made.key}")

    assert (code, shown) == (200, made.record)
    assert (shown["status"], shown["endpoint"]) == ("finalizing", "/v1/x")
    assert made.next is not None
    assert made.next.to == "completed"


def test_a_record_is_moved_by_the_moves_of_the_contract(served: Served, world: World) -> None:
    """Guards moving by hand: along the lifecycle, with the stamps of the moment, or not at all."""
    records = world.records("batches")
    made = records.create()
    moved = records.move(made.key, "completed")

    assert moved is not None
    assert call(served, "GET", f"/batches/{made.key}")[1]["status"] == moved.state == "completed"
    with pytest.raises(ControlError, match="no moves lead from completed to validating"):
        records.move(made.key, "validating")


def test_a_key_that_is_made_up_is_another_one_each_time() -> None:
    """Guards keys that are names: there is one for each new record, and none of a deleted one."""
    with serve("airflow-dagruns") as mock:
        records = mock.world.records("dagRuns")
        kept = [records.create(scope="etl").key for _ in range(30)]
        gone = records.create(scope="etl").key
        records.move(gone, None, "etl")
        last = records.create(scope="etl").key

    assert len({*kept, gone, last}) == 32


def test_a_plan_says_what_becomes_of_a_record(served: Served, world: World) -> None:
    """Guards plans: the server's moves follow them, by the clock."""
    records = world.records("batches")
    made = records.create(state="in_progress")
    records.plan(made.key, {"to": "expired", "after": "5m"})
    served.advance("6m")

    assert records.get(made.key).state == "expired"


def test_what_is_no_record_resource_or_state_is_refused(world: World) -> None:
    """Guards the refusals: each says what there is instead."""
    with pytest.raises(ControlError, match=r"no resource 'runs'.*there are batches"):
        world.records("runs").list()
    with pytest.raises(ControlError, match="no record with that key"):
        world.records("batches").get("none")
    with pytest.raises(ControlError, match=r"'done' is not a state.*validating"):
        world.records("batches").create(state="done")


def test_jobs_are_no_part_of_another_api(world: World) -> None:
    """Guards that what means nothing there is not found, with a sentence."""
    with pytest.raises(ControlError, match="nothing is at this path") as refused:
        world.jobs.get(1)

    assert refused.value.status == 404


@pytest.mark.usefixtures("world")
def test_worlds_are_apart_and_each_has_its_credentials(served: Served) -> None:
    """Guards isolation: an unmodified client meets the world that its credential opens."""
    first = served.client.create_world("first")
    second = served.client.create_world("second", source="empty")
    made = first.records("batches").create()
    path = f"/batches/{made.key}"

    assert call(served, "GET", path, first.api_key)[0] == 200
    assert call(served, "GET", path, second.api_key)[0] == 404
    assert call(served, "GET", path)[0] == 404
    assert call(served, "GET", "/batches", second.api_key)[1]["data"] == []
    first.delete()
    second.delete()
    assert call(served, "GET", path, first.api_key)[0] == 401


@pytest.mark.parametrize("name", ["cancelBatch", "POST /batches/{batch_id}/cancel"])
def test_a_fault_hits_the_operation_that_it_names(served: Served, world: World, name: str) -> None:
    """Guards faults by operation: by its operationId, or by method and path."""
    made = world.records("batches").create()
    world.faults.add(effects.status(503), operation=name, times=1)
    codes = [call_status(served, f"/batches/{made.key}/cancel") for _ in range(2)]

    assert codes == [503, 200]


def call_status(served: Served, path: str) -> int:
    """Return the status of a POST."""
    code, _ = call(served, "POST", path)
    return int(code)


def test_the_journal_names_operations_and_no_credentials(served: Served, world: World) -> None:
    """Guards the journal: what was called, and that no credential is shown."""
    call(served, "GET", "/batches")
    entry = world.requests(operation="listBatches")[-1]

    assert entry.answer.status == 200
    assert OWN not in str(entry.request.headers)
    assert world.verify(operation="listBatches", exactly=1).kept


def test_nothing_moves_by_itself_at_the_pace_null() -> None:
    """Guards ``pace: null``: a state lasts forever, though a moment that it waits for has come."""
    seed = {"pace": None, "scopes": {"etl": {"path": {"dag_id": "etl"}}}, "records": {}}
    with serve("airflow-dagruns") as mock:
        own = mock.client.create_world(fixture=seed)
        runs, path = own.records("dagRuns"), {"dag_id": "etl"}
        headers = {"Authorization": f"Bearer {own.api_key}"}
        url = f"{mock.url}/api/v2/dags/etl/dagRuns"
        asked = {"dag_run_id": "made", "logical_date": "2026-01-15T12:00:00Z"}
        made = requests.post(url, json=asked, headers=headers, timeout=60)
        ended = runs.create(state="success", path=path)
        again = {"state": "queued"}
        requests.patch(f"{url}/{ended.key}", json=again, headers=headers, timeout=60)
        own.clock.advance("9d")

        assert made.status_code == 200
        assert ["queued"] * 2 == [runs.get(key, path).state for key in ("made", ended.key)]


@pytest.mark.api_world(BATCHES)
def test_api_mock_gives_each_test_a_world(api_mock: ApiMock) -> None:
    """Guards the fixture: a world by a name of `mockserver apis`, opened by its own credential."""
    headers = {"Authorization": f"Bearer {api_mock.secret}"}
    made = api_mock.records("batches").create(state="in_progress")
    api_mock.clock.advance("2h")
    url = f"{api_mock.base_url}/batches/{made.key}"

    assert api_mock.base_url.endswith("/v1")
    assert requests.get(url, headers=headers, timeout=60).json()["status"] == "completed"
    api_mock.verify(operation="retrieveBatch", exactly=1)


@pytest.mark.api_world(BATCHES, records=30)
def test_api_mock_generates_records(api_mock: ApiMock) -> None:
    """Guards `records`: so many of each kind, in every state that they can be in."""
    records = api_mock.records("batches").list()

    assert len(records) == 30
    assert len({record.state for record in records}) == 8


def test_a_credential_that_any_value_opens_is_redacted() -> None:
    """Guards worlds without fixtures: neither a header nor a query shows the credential after."""
    secret = "a-long-secret"  # noqa: S105 -- opens nothing but this mock
    with serve("circleci-workflows", records=5) as mock:
        url = f"{mock.url}/api/v2/workflow/none"
        requests.get(url, headers={"Circle-Token": secret}, timeout=60)
        requests.get(url, params={"circle-token": secret}, timeout=60)
        told = mock.world.requests()

    assert [entry.answer.status for entry in told] == [404, 404]
    assert secret not in str(told)


def test_records_of_one_key_in_several_scopes_are_told_apart() -> None:
    """Guards scopes: a key that several have needs one, by its name or by the path of its list."""
    with serve("woodpecker-pipelines") as mock:
        pipelines = mock.client.create_world().records("pipelines")
        listed = pipelines.list()
        scopes = sorted({record.scope for record in listed})
        for scope in scopes[:2]:
            pipelines.create(members={"number": 4711}, path={"repo_id": scope[0]})
        where = {"repo_id": scopes[1][0]}

        with pytest.raises(ControlError, match="records of several scopes have that key") as told:
            pipelines.get(4711)
        assert told.value.status == 409
        assert pipelines.get(4711, where).scope == scopes[1]
        assert {record.scope for record in pipelines.list(where)} == {scopes[1]}
        moved = pipelines.move(4711, "killed", where)
        assert moved is not None
        assert moved.scope == scopes[1]
        assert pipelines.get(4711, {"repo_id": scopes[0][0]}).state != "killed"


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        ("nowhere", r"no scope is named 'nowhere'.*there are"),
        ({"colour": "red"}, r"does not name a list of these records.*give"),
    ],
)
def test_a_scope_that_is_not_there_is_refused(world: World, scope: Any, told: str) -> None:
    """Guards that a scope is never ignored: it is one of the fixtures, or names a list."""
    with pytest.raises(ControlError, match=told):
        world.records("batches").list(scope)


def test_a_test_of_an_api_without_credentials_has_what_it_asks_for(tmp_path: Path) -> None:
    """Guards fixtures of an API without credentials: the default world begins from them."""
    description = tmp_path / "exports.yaml"
    description.write_text(edited(EXPORTS, ("security: [{token: []}]\n", "")))
    own = {"records": {"exports": []}, "scopes": {"us": {"path": {"team": "us"}}}}
    settings = Settings(spec=description, seed=None, port=0, records=3, access_log=False)
    with run_mock(settings) as server:
        for fixture, count in ((None, 3), (own, 0), (None, 3)):
            with lend_world(server, tmp_path, lambda w: ApiMock(w, ""), fixture) as mock:
                assert len(mock.records("exports").list()) == count
                assert mock.secret == ""
                assert mock.world.name == "default"
