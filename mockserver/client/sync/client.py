# Generated from mockserver/client/aio/client.py by `python -m tools.generate_sync`. Do not edit.
"""The synchronous client: its methods wait for the response."""

from types import TracebackType
from typing import Literal, Self, TypeVar

from mockserver.client import calls
from mockserver.client.calls import Call, Fixture
from mockserver.client.sync.world import World
from mockserver.client.transport import Transport

T = TypeVar("T")


class Client:
    """Calls the control API of the mock at *url*, such as ``http://127.0.0.1:8080``.

    *token* is that of ``--admin-token``. Where the control API has a port of its own, *url* names
    that, and *api_url* the port of the jobs API. Threads may share a client.

    Raises:
        ValueError: *url* is not one of http or https.
    """

    def __init__(self, url: str, token: str | None = None, api_url: str | None = None) -> None:
        self.base_url = (api_url or url).rstrip("/")
        self._transport = Transport(url, token)

    def send(self, call: Call[T]) -> T:
        """Send *call* and return its response.

        Raises:
            ControlError: the server refuses it.
            OSError: the server cannot be reached.
        """
        status, content = self._transport.send(call)
        return call.read(status, content)

    def close(self) -> None:
        """Close the connection."""
        self._transport.close()

    def __enter__(self) -> Self:
        """Return the client, which is closed afterwards."""
        self._transport.open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the client."""
        self.close()

    def worlds(self) -> list[World]:
        """Return all worlds."""
        listed = self.send(calls.list_worlds())
        return [World(self, self.base_url, state) for state in listed.worlds]

    def world(self, name: str = "default") -> World:
        """Return the world of that name."""
        state = self.send(calls.get_world(name))
        return World(self, self.base_url, state)

    def create_world(
        self,
        name: str | None = None,
        *,
        source: Literal["seed", "empty"] | None = None,
        fixture: Fixture | None = None,
    ) -> World:
        """Create a world from the server's seed, from nothing, or from a fixture."""
        state = self.send(calls.create_world(name, source, fixture))
        return World(self, self.base_url, state)
