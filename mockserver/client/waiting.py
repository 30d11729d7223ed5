"""The client for programs that wait: one connection, kept open, of the standard library.

`http.client` is used since it adds nothing to an install of the mock and costs little to import,
which every run of pytest with the plugin would pay.
"""

import http.client
import threading
from types import TracebackType
from typing import Any, Literal, Self, TypeVar
from urllib.parse import urlsplit

from mockserver.client import answers, calls
from mockserver.client.calls import Call, Fixture
from mockserver.client.hands import Clock, Deviations, Faults, Jobs

T = TypeVar("T")
_PATIENCE_SECONDS = 60.0


class Client:
    """Calls the control API of the mock at *url*, such as ``http://127.0.0.1:8080``.

    Threads may share a client. *token* is that of ``--admin-token``. Where the control API has a
    port of its own, *url* names that, and *api_url* the port of the jobs API.
    """

    def __init__(self, url: str, token: str | None = None, api_url: str | None = None) -> None:
        parts = urlsplit(url)
        self.base_url = (api_url or url).rstrip("/")
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._lock = threading.Lock()
        self._connection = http.client.HTTPConnection(
            parts.hostname or "127.0.0.1", parts.port or 80, timeout=_PATIENCE_SECONDS
        )

    def send(self, call: Call[T]) -> T:
        """Send *call* and return its answer.

        Raises:
            ControlError: the server refuses it.
            OSError: the server cannot be reached.
        """
        headers = {**self._headers, "Content-Type": call.media_type}
        with self._lock:
            try:
                return call.read(*self._answer(call, headers))
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                # The server closed the connection while it was idle.
                return call.read(*self._answer(call, headers))

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def __enter__(self) -> Self:
        """Return the client, which is closed afterwards."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the client."""
        self.close()

    def worlds(self) -> "list[World]":
        """Return all worlds."""
        return [World(self, state) for state in self.send(calls.worlds()).worlds]

    def world(self, name: str = "default") -> "World":
        """Return the world of that name."""
        return World(self, self.send(calls.world(name)))

    def create_world(
        self,
        name: str | None = None,
        *,
        source: Literal["seed", "empty"] | None = None,
        fixture: Fixture | None = None,
    ) -> "World":
        """Make a world, from the server's seed, from nothing, or from a fixture."""
        return World(self, self.send(calls.create_world(name, source, fixture)))

    def _answer(self, call: Call[T], headers: dict[str, str]) -> tuple[int, bytes]:
        try:
            self._connection.request(call.method, call.path, call.content or None, headers)
            answer = self._connection.getresponse()
            return answer.status, answer.read()
        except BaseException:
            # Half a conversation must not stand in the way of the next one.
            self._connection.close()
            raise


class World:
    """A world: its keys for clients under test, and the hands that steer it."""

    def __init__(self, client: Client, state: answers.WorldState) -> None:
        self._client = client
        self.state = state
        self.name = state.name
        self.base_url = client.base_url
        self.clock = Clock(client, state.name)
        self.jobs = Jobs(client, state.name)
        self.faults = Faults(client, state.name)
        self.deviations = Deviations(client, state.name)

    @property
    def api_key(self) -> str:
        """The key of the world's first organization."""
        return self.state.organizations[0].api_key

    @property
    def project_key(self) -> str:
        """The key of that organization's first project."""
        return self.state.organizations[0].projects[0].project_key

    def requests(self, *, limit: int = 100, **criteria: Any) -> tuple[answers.Entry, ...]:
        """Return the newest exchanges that fit, the oldest first; see `calls.expectation`."""
        asked = {**calls.expectation(**criteria), "limit": limit}
        return self._client.send(calls.journal(self.name, asked)).entries

    def journal(self) -> answers.Journal:
        """Return the newest exchanges, with the counts of the journal."""
        return self._client.send(calls.journal(self.name, {}))

    def clear_journal(self) -> None:
        """Forget all exchanges."""
        self._client.send(calls.nothing(self.name, "/journal"))

    def verify(self, **expected: Any) -> answers.Verdict:
        """Return whether as many exchanges fit as expected; see `calls.expectation`."""
        return self._client.send(calls.verify(self.name, calls.expectation(**expected)))

    def snapshot(self) -> dict[str, Any]:
        """Return the world as a fixture."""
        return self._client.send(calls.snapshot(self.name))

    def restore(self, fixture: Fixture) -> None:
        """Let the world be what *fixture* states."""
        self.state = self._client.send(calls.restore(self.name, fixture))

    def reset(self) -> None:
        """Let the world begin again."""
        self.state = self._client.send(calls.world(self.name, "/reset", "POST"))

    def delete(self) -> None:
        """Forget the world."""
        self._client.send(calls.nothing(self.name, ""))
