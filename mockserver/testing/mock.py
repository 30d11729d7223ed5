"""What one test gets of the mock: a world of its own, and what steers and verifies it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from mockserver.client import World, models
from mockserver.client.calls import expectation
from mockserver.testing.server import OnDemand, RunningMock

_MOST_LINES = 50


class JobsMock:
    """The world of one test."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.base_url = world.base_url
        self.api_key = world.api_key
        self.project_key = world.project_key
        self.clock = world.clock
        self.jobs = world.jobs
        self.faults = world.faults
        self.deviations = world.deviations

    @property
    def requests(self) -> tuple[models.Entry, ...]:
        """The exchanges of the world so far, the oldest first."""
        return self.world.requests(limit=10_000)

    def verify(self, **expected: Any) -> None:
        """Assert that as many exchanges fit as expected; see `client.calls.expectation`.

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

    def told(self) -> str:
        """Return the journal as text."""
        journal = self.world.journal()
        lines = [str(entry) for entry in journal.entries[-_MOST_LINES:]]
        omitted = journal.recorded - len(lines)
        return "\n".join([*([f"... {omitted} earlier"] if omitted else []), *lines]) or "no request"


@contextmanager
def lend_world(
    server: RunningMock | OnDemand,
    folder: Path,
    fixture: Mapping[str, Any] | str | Path | None = None,
    *,
    source: Literal["seed", "empty"] | None = None,
) -> Iterator[JobsMock]:
    """Create a world for one test, for as long as the context is open.

    Args:
        server: the mock.
        folder: what the name of a fixture's file is relative to.
        fixture: what the world starts from, or the file that holds it.
        source: ``empty`` for a world without jobs.
    """
    content = folder / fixture if isinstance(fixture, str | Path) else fixture
    world = server.client.create_world(fixture=content, source=source)
    try:
        yield JobsMock(world)
    finally:
        world.delete()
