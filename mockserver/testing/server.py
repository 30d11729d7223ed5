"""A mock in a thread of this process, for tests."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

from mockserver.app.build import build
from mockserver.app.mock import Mock, Outside
from mockserver.client import Client
from mockserver.process import realtime, serve
from mockserver.resources import files
from mockserver.settings import Settings

_PATIENCE_SECONDS = 30.0


class RunningMock(NamedTuple):
    """A running mock: its URL, a client of its control API, and the path of the API."""

    url: str
    client: Client
    base_path: str = ""


class NotStartedError(Exception):
    """A mock could not be started; the message says why."""


class OnDemand:
    """A mock that is started at its first use.

    After a start that fails, the next use tries again: what prevented it, such as blocked sockets,
    may have held for one test only.

    Args:
        settings: those of the mock; None: the default API, with clocks that stand still.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings
        self._stack = ExitStack()
        self._started: RunningMock | None = None
        self._last_failure: NotStartedError | None = None

    @property
    def url(self) -> str:
        """The URL of the mock."""
        return self.start().url

    @property
    def client(self) -> Client:
        """A client of its control API."""
        return self.start().client

    def close(self) -> None:
        """End the mock, if it has been started."""
        self._stack.close()

    def start(self) -> RunningMock:
        """Start the mock, unless it runs, and return it.

        Raises:
            NotStartedError: it does not start.
        """
        if self._last_failure is not None:
            raise self._last_failure
        if self._started is None:
            try:
                self._started = self._stack.enter_context(run_mock(self._settings))
            except Exception as error:
                failure = NotStartedError(_explain(error))
                # Another start would time out as well.
                self._last_failure = failure if isinstance(error, TimeoutError) else None
                raise failure from error
        return self._started


class _Thread(threading.Thread):
    """Serves *mock* until it is stopped; *failure* is the error that ended it, if any."""

    def __init__(self, mock: Mock) -> None:
        super().__init__(name="mockserver", daemon=True)
        self.ready = threading.Event()
        self.port = 0
        self.failure: BaseException | None = None
        self._mock = mock
        self._ending: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def run(self) -> None:
        """Serve; the end also cancels requests that are still under way, such as delayed ones."""
        try:
            with asyncio.Runner(loop_factory=realtime.new_event_loop) as runner:
                runner.run(self._serve())
        except BaseException as error:  # noqa: BLE001 -- it is raised again, in the thread that waits
            self.failure = error
        finally:
            self.ready.set()

    def end(self) -> None:
        """End, after the requests that are under way."""
        if self._loop is not None and self._ending is not None and self.failure is None:
            self._loop.call_soon_threadsafe(self._ending.set)
        self.join(_PATIENCE_SECONDS)

    async def _serve(self) -> None:
        self._loop, self._ending = asyncio.get_running_loop(), asyncio.Event()
        async with serve.listen(self._mock) as port:
            self.port = port
            self.ready.set()
            await self._ending.wait()


@contextmanager
def run_mock(settings: Settings | None = None) -> Iterator[RunningMock]:
    """Run a mock on a free port of this machine for as long as the context is open.

    Unless *settings* say otherwise, its clocks stand still.

    Raises:
        OSError: no port can be bound.
        StoreRefusedError: the store cannot be used.
        InvalidSourceError: the contract or the fixtures cannot be used.
        TimeoutError: it has not started in half a minute.
    """
    # First, where sockets may be blocked: a half-made event loop would leave warnings behind.
    socket.socket().close()
    chosen = settings or Settings(
        seed=files.fixtures(), spec=files.contract(), port=0, speed=0, access_log=False
    )
    outside = Outside(wall=realtime.wall, monotonic=realtime.monotonic, write=lambda _: None)
    mock = build(chosen, outside)
    thread = _Thread(mock)
    thread.start()
    try:
        if not thread.ready.wait(_PATIENCE_SECONDS):
            raise TimeoutError(f"it does not listen after {_PATIENCE_SECONDS:g} seconds")
        if thread.failure is not None:
            raise thread.failure
        url = f"http://{chosen.host}:{thread.port}"
        with Client(url, chosen.admin_token) as client:
            yield RunningMock(url, client, mock.base_path)
    finally:
        thread.end()


def _explain(error: Exception) -> str:
    """Return why a mock did not start, and what to do where that is known."""
    message = f"the mock did not start: {type(error).__name__}: {error}"
    if socket.socket.__module__.partition(".")[0] == "pytest_socket":
        message += "; mark the test with enable_socket: its mock listens on a local socket"
    return message
