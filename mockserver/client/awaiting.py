"""The client for programs with an event loop: the same hands as in `waiting`, to be awaited.

aiohttp is used since the mock has it already; it is imported when the first client is opened.
"""

from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar

from mockserver.client import answers, calls
from mockserver.client.awaited_hands import AsyncClock, AsyncDeviations, AsyncFaults, AsyncJobs
from mockserver.client.calls import Call, Fixture

if TYPE_CHECKING:
    from aiohttp import ClientSession

T = TypeVar("T")
_PATIENCE_SECONDS = 60.0


class AsyncClient:
    """Calls the control API of the mock at *url*, such as ``http://127.0.0.1:8080``.

    To be used as an ``async with``. *token* is that of ``--admin-token``. Where the control API
    has a port of its own, *url* names that, and *api_url* the port of the jobs API.
    """

    def __init__(self, url: str, token: str | None = None, api_url: str | None = None) -> None:
        self.base_url = (api_url or url).rstrip("/")
        self._url = url.rstrip("/")
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._session: ClientSession | None = None

    async def send(self, call: Call[T]) -> T:
        """Send *call* and return its answer.

        Raises:
            ControlError: the server refuses it.
            ClientError: the server cannot be reached.
        """
        if self._session is None:
            raise RuntimeError("an AsyncClient is used within its `async with`")
        headers = {**self._headers, "Content-Type": call.media_type}
        async with self._session.request(
            call.method, self._url + call.path, data=call.content or None, headers=headers
        ) as answer:
            return call.read(answer.status, await answer.read())

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def __aenter__(self) -> Self:
        """Return the client, which is closed afterwards."""
        from aiohttp import ClientSession, ClientTimeout

        self._session = ClientSession(timeout=ClientTimeout(_PATIENCE_SECONDS))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the client."""
        await self.close()

    async def worlds(self) -> "list[AsyncWorld]":
        """Return all worlds."""
        return [AsyncWorld(self, state) for state in (await self.send(calls.worlds())).worlds]

    async def world(self, name: str = "default") -> "AsyncWorld":
        """Return the world of that name."""
        return AsyncWorld(self, await self.send(calls.world(name)))

    async def create_world(
        self,
        name: str | None = None,
        *,
        source: Literal["seed", "empty"] | None = None,
        fixture: Fixture | None = None,
    ) -> "AsyncWorld":
        """Make a world, from the server's seed, from nothing, or from a fixture."""
        return AsyncWorld(self, await self.send(calls.create_world(name, source, fixture)))


class AsyncWorld:
    """A world: its keys for clients under test, and the hands that steer it."""

    def __init__(self, client: AsyncClient, state: answers.WorldState) -> None:
        self._client = client
        self.state = state
        self.name = state.name
        self.base_url = client.base_url
        self.clock = AsyncClock(client, state.name)
        self.jobs = AsyncJobs(client, state.name)
        self.faults = AsyncFaults(client, state.name)
        self.deviations = AsyncDeviations(client, state.name)

    @property
    def api_key(self) -> str:
        """The key of the world's first organization."""
        return self.state.organizations[0].api_key

    @property
    def project_key(self) -> str:
        """The key of that organization's first project."""
        return self.state.organizations[0].projects[0].project_key

    async def requests(self, *, limit: int = 100, **criteria: Any) -> tuple[answers.Entry, ...]:
        """Return the newest exchanges that fit, the oldest first; see `calls.expectation`."""
        asked = {**calls.expectation(**criteria), "limit": limit}
        return (await self._client.send(calls.journal(self.name, asked))).entries

    async def journal(self) -> answers.Journal:
        """Return the newest exchanges, with the counts of the journal."""
        return await self._client.send(calls.journal(self.name, {}))

    async def clear_journal(self) -> None:
        """Forget all exchanges."""
        await self._client.send(calls.nothing(self.name, "/journal"))

    async def verify(self, **expected: Any) -> answers.Verdict:
        """Return whether as many exchanges fit as expected; see `calls.expectation`."""
        return await self._client.send(calls.verify(self.name, calls.expectation(**expected)))

    async def snapshot(self) -> dict[str, Any]:
        """Return the world as a fixture."""
        return await self._client.send(calls.snapshot(self.name))

    async def restore(self, fixture: Fixture) -> None:
        """Let the world be what *fixture* states."""
        self.state = await self._client.send(calls.restore(self.name, fixture))

    async def reset(self) -> None:
        """Let the world begin again."""
        self.state = await self._client.send(calls.world(self.name, "/reset", "POST"))

    async def delete(self) -> None:
        """Forget the world."""
        await self._client.send(calls.nothing(self.name, ""))
