"""The pytest plugin: the fixture `jobs_mock` and the marker ``jobs_world``.

pytest imports this in every run of every project that has the package, so it imports nothing of
the mock before a test asks for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from mockserver.testing.mock import JobsMock
    from mockserver.testing.server import OnDemand

_MOCK = pytest.StashKey["JobsMock"]()
_MARKER = (
    "jobs_world(fixture=None, *, source=None): what the world of `jobs_mock` starts from: a dict "
    "or a file with fixtures, or source='empty'"
)


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", _MARKER)


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
    from mockserver.testing.mock import lend_world
    from mockserver.testing.server import NotStartedError

    marker = request.node.get_closest_marker("jobs_world")
    arguments = () if marker is None else marker.args
    options = {} if marker is None else marker.kwargs
    reason = None
    try:
        jobs_mock_server.start()
    except NotStartedError as error:
        reason = str(error)
    if reason is not None:
        pytest.fail(f"jobs_mock: {reason}", pytrace=False)
    with lend_world(jobs_mock_server, request.path.parent, *arguments, **options) as mock:
        request.node.stash[_MOCK] = mock
        yield mock


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Attach the journal of the test's world to the report of a failure."""
    report = yield
    mock = item.stash.get(_MOCK, None)
    if mock is not None and report.failed and report.when == "call":
        report.sections.append((f"jobs mock: journal of {mock.world.name}", mock.told()))
    return report
