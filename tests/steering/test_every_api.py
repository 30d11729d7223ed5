"""What a test can do is the same for every API: the jobs API and others by the same code."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import requests
from msgspec import Struct

from mockserver.client import ControlError, World, effects
from mockserver.resources import files, shipped
from mockserver.settings import Settings
from mockserver.testing.server import run_mock
from tests import harness
from tests.apis.served import Served


class Api(Struct, frozen=True):
    """An API: a *secret* that opens it, how a record is *read* by an *operation*, and two *keys*.

    *parameter* is that of the key, *rest* has the others of the path.
    """

    name: str
    resource: str
    secret: str
    read: str
    operation: str
    parameter: str
    keys: tuple[Any, Any]
    rest: Mapping[str, str] = {}

    def path(self, key: Any) -> str:
        """Return the path at which a record is read."""
        return self.read.format(**{self.parameter: key, **self.rest})


APIS = {
    api.name: api
    for api in (
        Api(
            "jobs",
            "jobs",
            "demo-organization-key",
            "/public/{projectKey}/jobs/{jobId}",
            "getJob",
            "jobId",
            (3451, 3452),
            {"projectKey": "3sWXSsqHgSKnE87YkNJK"},
        ),
        Api(
            "openai-batches",
            "batches",
            "sk-acme",
            "/v1/batches/{batch_id}",
            "retrieveBatch",
            "batch_id",
            ("batch_00000000000000000000000000000001", "batch_00000000000000000000000000000002"),
        ),
        Api(
            "github-runs",
            "runs",
            "ghp_octocat",
            "/repos/{owner}/{repo}/actions/runs/{run_id}",
            "actions/get-workflow-run",
            "run_id",
            (30433642, 30433643),
            {"owner": "octocat", "repo": "Hello-World"},
        ),
    )
}


def settings_of(name: str) -> dict[str, Any]:
    """Return the settings of a mock of the API of that name, with its fixtures."""
    usual = {"port": 0, "speed": 0, "access_log": False}
    if name == "jobs":
        return {"seed": files.fixtures(), "spec": files.contract(), **usual}
    return dict(shipped.find(name).settings({"seed": None, **usual}))


@pytest.fixture(scope="module", params=APIS)
def api(request: pytest.FixtureRequest) -> Api:
    """Return each of the APIs."""
    return APIS[request.param]


@pytest.fixture(scope="module")
def served(api: Api) -> Iterator[Served]:
    """Run a mock of the API."""
    with run_mock(Settings(**settings_of(api.name))) as mock:
        yield Served(mock.url, mock.client, mock.client.world())


@pytest.fixture
def world(served: Served) -> Iterator[World]:
    """Create a world for one test."""
    made = served.client.create_world()
    yield made
    made.delete()


def call(served: Served, world: World, path: str) -> requests.Response:
    """Read *path* with the first credential of a world."""
    headers = {"Authorization": f"Bearer {world.api_key}"}
    return requests.get(served.url + path, headers=headers, timeout=60)


def test_a_fault_is_about_the_paths_that_have_its_parameters(
    served: Served, world: World, api: Api
) -> None:
    """Guards the scope of faults: by operation, and by any parameter of the path."""
    hit, spared = map(api.path, api.keys)
    fault = world.faults.add(
        effects.status(503), operation=api.operation, parameters={api.parameter: str(api.keys[0])}
    )

    assert [call(served, world, path).status_code for path in (hit, spared)] == [503, 200]
    assert [one.name for one in world.faults.list()] == [fault.name]
    with pytest.raises(ControlError, match="'colour' is not a known path parameter"):
        world.faults.add(effects.status(503), parameters={"colour": "red"})


def test_the_journal_tells_and_finds_the_parameters_of_paths(
    served: Served, world: World, api: Api
) -> None:
    """Guards criteria: the operation, and each parameter of the path, as the contract names it."""
    for key in api.keys:
        call(served, world, api.path(key))
    wanted = {api.parameter: str(api.keys[1])}
    (entry,) = world.requests(operation=api.operation, parameters=wanted)

    assert entry.parameters == {**api.rest, **wanted}
    assert world.verify(parameters={**api.rest, **wanted}, exactly=1).kept
    assert not world.verify(parameters=wanted, exactly=2).kept
    with pytest.raises(ControlError, match="no path of the API has the parameter 'colour'"):
        world.verify(parameters={"colour": "red"})


def test_a_request_that_breaks_the_contract_is_complained_about(
    served: Served, world: World, api: Api
) -> None:
    """Guards complaints: what was asked for that no contract declares."""
    call(served, world, api.path(api.keys[0]))
    call(served, world, f"{api.path(api.keys[0])}?colour=red")
    right, wrong = world.requests()

    assert right.complaints == ()
    assert ["the query parameter colour is not declared"] == [
        complaint.message.partition(";")[0] for complaint in wrong.complaints
    ]
    assert world.verify(broke_contract=True, exactly=1).kept


def test_reset_undoes_all_that_was_done(world: World) -> None:
    """Guards reset: records, clock, faults, deviations and journal are as at first."""
    before = world.snapshot()
    world.clock.advance("40d")
    world.faults.add(effects.reset())
    world.deviations.set("adds-members")
    world.reset()

    assert world.snapshot() == before
    assert ((), ()) == (world.state.faults, world.state.deviations)
    assert world.journal().recorded == 0


def test_a_scenario_of_a_fixture_puts_its_faults_into_force(served: Served, api: Api) -> None:
    """Guards scenarios of any API's fixtures, and that one fault is in force only once."""
    rule = {"name": "busy", "operation": api.operation, "effect": {"kind": "status", "status": 503}}
    scenario = {"name": "outage", "faults": [rule]}
    world = served.client.create_world(fixture={"scenarios": [scenario]})
    (started,) = world.faults.start("outage")

    assert started.name == "busy"
    assert call(served, world, api.path(api.keys[0])).status_code == 503
    with pytest.raises(ControlError, match="a fault of the scenario is in force"):
        world.faults.start("outage")
    assert world.snapshot()["scenarios"][0]["name"] == "outage"
    world.delete()


def test_a_credential_of_each_world_is_told(served: Served, world: World) -> None:
    """Guards the description of a world, by which clients under test find their credentials."""
    own = {credential.secret for credential in world.state.credentials}
    others = {credential.secret for credential in served.client.world().state.credentials}

    assert world.api_key in own
    assert not own & others


def test_exchanges_are_validated(api: Api) -> None:
    """Guards ``--validate``: what a mock answers keeps the contract; a wrong request is told."""
    with harness.mock(**settings_of(api.name)) as running:
        headers = {"Authorization": f"Bearer {api.secret}"}
        url = f"http://127.0.0.1:{running.port}{api.path(api.keys[0])}"
        assert requests.get(url, headers=headers, timeout=60).status_code == 200
        assert running.violations == []
        requests.get(f"{url}?colour=red", headers=headers, timeout=60)
        (violation,) = running.violations

    assert str(violation).startswith("request breaks openapi.yaml#/paths/")


def test_a_record_is_made_moved_and_served(served: Served, world: World, api: Api) -> None:
    """Guards records by their resource, which jobs are as well: the API serves what was made."""
    records = world.records(api.resource)
    made = records.create()
    assert call(served, world, api.path(made.key)).status_code == 200
    assert made.next is not None
    moved = records.move(made.key, made.next.to)

    assert moved is not None
    assert records.get(made.key) == moved
    assert moved.state == made.next.to
