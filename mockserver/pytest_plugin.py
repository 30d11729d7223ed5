"""The pytest plugin: the fixtures `jobs_mock` and `api_mock`, each with a marker for its world.

pytest imports this in every run of every project that has the package, so it imports nothing of
the mock before a test asks for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from mockserver.client import World
    from mockserver.testing.apis import ApiServers
    from mockserver.testing.mock import ApiMock, JobsMock, WorldMock
    from mockserver.testing.server import OnDemand

_MOCK: pytest.StashKey[WorldMock] = pytest.StashKey()
_MARKER = (
    "jobs_world(fixture=None, *, source=None): what the world of `jobs_mock` starts from: a dict "
    "or a file with fixtures, or source='empty'"
)
_API_MARKER = (
    "api_world(api, *, overlays=(), records=None, fixture=None, source=None): the API of "
    "`api_mock`: a name that `mockserver apis` lists or the file of a description; how many "
    "records are generated, and what the world starts from"
)


def pytest_configure(config: pytest.Config) -> None:
    """Make the markers known."""
    config.addinivalue_line("markers", _MARKER)
    config.addinivalue_line("markers", _API_MARKER)


@pytest.fixture(scope="session")
def jobs_mock_server() -> Iterator[OnDemand]:
    """Run one mock for all tests of this process, in a thread, on a free port of this machine."""
    from mockserver.testing.server import OnDemand

    server = OnDemand()
    try:
        yield server
    finally:
        server.close()


@pytest.fixture
def jobs_mock(request: pytest.FixtureRequest, jobs_mock_server: OnDemand) -> Iterator[JobsMock]:
    """Give the test a world of its own, whose clock stands still until it is moved."""
    from mockserver.testing.mock import JobsMock, lend_world

    marker = request.node.get_closest_marker("jobs_world")
    arguments = () if marker is None else marker.args
    options = {} if marker is None else marker.kwargs
    _start(jobs_mock_server, "jobs_mock")
    folder = request.path.parent
    with lend_world(jobs_mock_server, folder, JobsMock, *arguments, **options) as mock:
        request.node.stash[_MOCK] = mock
        yield mock


@pytest.fixture(scope="session")
def api_mock_servers() -> Iterator[ApiServers]:
    """Run one mock for all tests of this process that are about the same API."""
    from mockserver.testing.apis import ApiServers

    servers = ApiServers()
    try:
        yield servers
    finally:
        servers.close()


@pytest.fixture
def api_mock(request: pytest.FixtureRequest, api_mock_servers: ApiServers) -> Iterator[ApiMock]:
    """Give the test a world of the API of its marker; its clock stands still until it is moved."""
    from mockserver.testing.apis import UnknownApiError
    from mockserver.testing.mock import ApiMock, lend_world

    marker = request.node.get_closest_marker("api_world")
    if marker is None or not marker.args:
        pytest.fail("api_mock: say which API: @pytest.mark.api_world(NAME or FILE)", pytrace=False)
    asked = dict(marker.kwargs)
    world = {name: asked.pop(name) for name in ("fixture", "source") if name in asked}
    folder = request.path.parent
    try:
        server = api_mock_servers.server(folder, *marker.args, **asked)
    except UnknownApiError as error:
        pytest.fail(f"api_mock: {error}", pytrace=False)
    _start(server, "api_mock")

    def make(lent: World) -> ApiMock:
        return ApiMock(lent, server.start().base_path)

    with lend_world(server, folder, make, **world) as mock:
        request.node.stash[_MOCK] = mock
        yield mock


def _start(server: OnDemand, fixture: str) -> None:
    from mockserver.testing.server import NotStartedError

    reason = None
    try:
        server.start()
    except NotStartedError as error:
        reason = str(error)
    if reason is not None:
        pytest.fail(f"{fixture}: {reason}", pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Attach the journal of the test's world to the report of a failure."""
    report = yield
    mock = item.stash.get(_MOCK, None)
    if mock is not None and report.failed and report.when == "call":
        report.sections.append(
            (f"{mock.title}: journal of {mock.world.name}", mock.describe_journal())
        )
    return report
