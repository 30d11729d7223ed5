"""A mock of a contract that comes along, as clients of its vendor meet it: by its URL."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from msgspec import Struct

from mockserver.client import Client, World
from mockserver.resources import shipped
from mockserver.settings import Settings
from mockserver.testing.server import run_mock


class Served(Struct, frozen=True):
    """A mock that runs at *url*, a client of its control API, and its default *world*."""

    url: str
    client: Client
    world: World

    def advance(self, by: str) -> None:
        """Move the clock by a duration such as ``12h``."""
        self.world.clock.advance(by)

    def reset(self) -> None:
        """Return to the fixtures."""
        self.world.reset()


@contextmanager
def serve(name: str, **given: Any) -> Iterator[Served]:
    """Run a mock of the contract *name* with its fixtures, whose clock moves by hand only.

    *given* are other settings, such as a number of ``records`` in place of the fixtures.
    """
    api = shipped.find(name)
    settings = Settings(
        **api.settings({"port": 0, "speed": 0, "access_log": False, "seed": None, **given})
    )
    with run_mock(settings) as mock:
        yield Served(mock.url, mock.client, mock.client.world())
