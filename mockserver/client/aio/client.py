"""The asynchronous client: its methods are awaited."""

from types import TracebackType
from typing import Literal, Self, TypeVar

from mockserver.client import calls
from mockserver.client.aio.world import AsyncWorld
from mockserver.client.calls import Call, Fixture
from mockserver.client.transport import AsyncTransport

T = TypeVar("T")


class AsyncClient:
    """Calls the control API of the mock at *url*, such as ``http://127.0.0.1:8080``.

    *token* is that of ``--admin-token``. Where the control API has a port of its own, *url* names
    that, and *api_url* the port of the jobs API. It is opened by ``async with``.

    Raises:
        ValueError: *url* is not one of http or https.
    """

    def __init__(self, url: str, token: str | None = None, api_url: str | None = None) -> None:
        self.base_url = (api_url or url).rstrip("/")
        self._transport = AsyncTransport(url, token)

    async def send(self, call: Call[T]) -> T:
        """Send *call* and return its response.

        Raises:
            ControlError: the server refuses it.
            aiohttp.ClientError: the server cannot be reached.
        """
        status, content = await self._transport.send(call)
        return call.read(status, content)

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()

    async def __aenter__(self) -> Self:
        """Return the client, which is closed afterwards."""
        await self._transport.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the client."""
        await self.close()

    async def worlds(self) -> list[AsyncWorld]:
        """Return all worlds."""
        listed = await self.send(calls.list_worlds())
        return [AsyncWorld(self, self.base_url, state) for state in listed.worlds]

    async def world(self, name: str = "default") -> AsyncWorld:
        """Return the world of that name."""
        state = await self.send(calls.get_world(name))
        return AsyncWorld(self, self.base_url, state)

    async def create_world(
        self,
        name: str | None = None,
        *,
        source: Literal["seed", "empty"] | None = None,
        fixture: Fixture | None = None,
    ) -> AsyncWorld:
        """Create a world from the server's seed, from nothing, or from a fixture."""
        state = await self.send(calls.create_world(name, source, fixture))
        return AsyncWorld(self, self.base_url, state)
