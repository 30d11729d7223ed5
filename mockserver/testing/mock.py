"""What one test gets of the mock: a world of its own, and what steers and verifies it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, TypeVar

from mockserver.client import Records, World, models
from mockserver.client.criteria import expectation
from mockserver.testing.server import OnDemand, RunningMock

_MOST_LINES = 50
M = TypeVar("M", bound="WorldMock")


class WorldMock:
    """The world of one test, whatever it holds; *title* is what reports call it."""

    title = "mock"

    def __init__(self, world: World) -> None:
        self.world = world
        self.clock = world.clock
        self.faults = world.faults
        self.deviations = world.deviations

    @property
    def requests(self) -> tuple[models.Entry, ...]:
        """The exchanges of the world so far, the oldest first."""
        return self.world.requests(limit=10_000)

    def verify(self, **expected: Any) -> None:
        """Assert that as many exchanges fit as expected; see `client.criteria.expectation`.

        ``verify(operation="cancelJob", job_id=3451, exactly=1)``.

        Raises:
            AssertionError: they do not; the message shows the nearest misses.
        """
        __tracebackhide__ = True
        expectation(**expected)
        verdict = self.world.verify(**expected)
        if not verdict.kept:
            raise AssertionError(str(verdict))

    def verify_contract(self) -> None:
        """Assert that no request broke the contract.

        Raises:
            AssertionError: one did.
        """
        __tracebackhide__ = True
        self.verify(broke_contract=True, exactly=0)

    def describe_journal(self) -> str:
        """Return the journal as text."""
        journal = self.world.journal()
        lines = [str(entry) for entry in journal.entries[-_MOST_LINES:]]
        omitted = journal.recorded - len(lines)
        return "\n".join([*([f"... {omitted} earlier"] if omitted else []), *lines]) or "no request"


class JobsMock(WorldMock):
    """The world of jobs of one test."""

    title = "jobs mock"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.base_url = world.base_url
        self.api_key = world.api_key
        self.project_key = world.project_key
        self.jobs = world.jobs


class ApiMock(WorldMock):
    """The world of one test of any API.

    Attributes:
        base_url: where a client finds the API, the path of the description's server included.
        secret: the credential that opens the world; empty where the description declares none.
    """

    title = "api mock"

    def __init__(self, world: World, base_path: str) -> None:
        super().__init__(world)
        self.base_url = world.base_url + base_path
        credentials = world.state.credentials
        self.secret = credentials[0].secret if credentials else ""

    def records(self, resource: str) -> Records:
        """Return the records of a *resource*, such as ``batches``."""
        return self.world.records(resource)


@contextmanager
def lend_world(
    server: RunningMock | OnDemand,
    folder: Path,
    make: Callable[[World], M],
    fixture: Mapping[str, Any] | str | Path | None = None,
    *,
    source: Literal["seed", "empty"] | None = None,
) -> Iterator[M]:
    """Create a world for one test, for as long as the context is open.

    An API without credentials has the default world only, which begins again for each test.

    Args:
        server: the mock.
        folder: what the name of a fixture's file is relative to.
        make: returns what the test gets of the world.
        fixture: what the world starts from, or the file that holds it.
        source: ``empty`` for a world without records.
    """
    content = folder / fixture if isinstance(fixture, str | Path) else fixture
    world = server.client.create_world(fixture=content, source=source)
    has_own = bool(world.state.credentials)
    if not has_own:
        taken = world.snapshot()
        world.delete()
        world = server.client.world()
        world.restore(taken)
    try:
        yield make(world)
    finally:
        if has_own:
            world.delete()
