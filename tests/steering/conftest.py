"""One mock for the tests of this folder; each test has its own worlds."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from mockserver.client import Client, World
from mockserver.testing.server import Background, running
from tests.steering.calling import Caller

Admin = Callable[..., requests.Response]


@pytest.fixture(scope="session")
def server() -> Iterator[Background]:
    """Run a mock whose clocks stand still."""
    with running() as background:
        yield background


@pytest.fixture
def client(server: Background) -> Client:
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
def admin(server: Background) -> Iterator[Admin]:
    """Return a function that calls the control API by hand."""
    with requests.Session() as session:

        def call(method: str, path: str, **options: Any) -> requests.Response:
            url = f"{server.url}/__admin{path}"
            return session.request(method, url, timeout=10, **options)

        yield call
