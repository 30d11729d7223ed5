"""One mock for the tests of this folder; each test has its own worlds."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from mockserver.client import Client, World
from mockserver.contract.reader import load
from mockserver.control.api import TABLE
from mockserver.profiles.jobs.profile import PROFILE
from mockserver.records.kind import Kind
from mockserver.resources import files
from mockserver.testing.server import RunningMock, run_mock
from tests.steering.calling import Caller

Admin = Callable[..., requests.Response]


def list_operations() -> list[tuple[str, str, str]]:
    """Return operationId, method and path of all that the control API of jobs can do."""
    contract = load(files.contract(), PROFILE.overlays)
    kinds = {r.name: Kind(r, contract.operations) for r in contract.resources}
    own = PROFILE.open_view(contract, kinds, PROFILE.words).operations
    return [(name, method, path) for name, method, path, _ in TABLE] + [
        (one.name, one.method, f"/__admin/worlds/{{world}}{one.path}") for one in own
    ]


@pytest.fixture(scope="session")
def server() -> Iterator[RunningMock]:
    """Run a mock whose clocks stand still."""
    with run_mock() as background:
        yield background


@pytest.fixture
def client(server: RunningMock) -> Client:
    """Return a client of the control API."""
    return server.client


@pytest.fixture
def world(client: Client) -> Iterator[World]:
    """Create a world for one test."""
    made = client.create_world()
    yield made
    made.delete()


@pytest.fixture
def caller(world: World) -> Caller:
    """Return a client of the jobs API in that world."""
    return Caller(world)


@pytest.fixture
def admin(server: RunningMock) -> Iterator[Admin]:
    """Return a function that calls the control API by hand."""
    with requests.Session() as session:

        def call(method: str, path: str, **options: Any) -> requests.Response:
            url = f"{server.url}/__admin{path}"
            return session.request(method, url, timeout=60, **options)

        yield call
