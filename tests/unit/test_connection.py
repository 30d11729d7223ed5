"""Responses that need no waiting are sent while their requests are received."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar

import pytest

from mockserver.http.listener import Listener
from mockserver.http.log import AccessLog
from mockserver.http.messages import Handler, Request, Response
from mockserver.http.replies import PATIENCE_SECONDS

GET = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\n"


class Loop(asyncio.SelectorEventLoop):
    """An event loop whose time goes on by leaps as well."""

    leaps = 0.0

    def time(self) -> float:
        """Return the time."""
        return super().time() + self.leaps


class Wire(asyncio.Transport):
    """What a connection writes to, of which *unread* octets wait for the client."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.unread = 0
        self.is_closed = False
        self._changed = asyncio.Event()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Note what is written."""
        self.written += bytes(data)
        self._changed.set()

    def get_write_buffer_size(self) -> int:
        """Return how much is unread."""
        return self.unread

    def is_closing(self) -> bool:
        """Return whether it is closed."""
        return self.is_closed

    def close(self) -> None:
        """Close it."""
        self.is_closed = True
        self._changed.set()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until what is written and whether it is closed *holds*."""
        async with asyncio.timeout(30):
            while not holds():
                self._changed.clear()
                await self._changed.wait()


class Talk:
    """A connection to a server that responds with the targets of requests, waiting for a *gate*."""

    def __init__(self) -> None:
        self.gate: asyncio.Event | None = None
        self.handled: list[str] = []
        log = AccessLog(
            write=lambda _: None,
            style="text",
            wall=lambda: 0.0,
            monotonic=lambda: 0.0,
            api_keys=lambda: (),
        )
        self.wire = Wire()
        self._listener = Listener(self._respond, lambda: 0.0, log, None)
        self.connection = self._listener.server()()
        self.connection.connection_made(self.wire)

    def use(self, handle: Handler) -> None:
        """Let *handle* respond to what comes."""
        self._listener.handle = handle

    async def _respond(self, request: Request) -> Response:
        self.handled.append(request.target)
        if self.gate is not None:
            await self.gate.wait()
        return Response(200, request.target.encode())

    def receive(self, octets: bytes) -> bytes:
        """Let the connection receive *octets*; return what it has written at once."""
        self.connection.data_received(octets)
        at_once, self.wire.written = self.wire.written, b""
        return at_once

    async def finish(self, count: int) -> bytes:
        """Return what is written once *count* responses are."""
        await self.wire.until(lambda: self.wire.written.count(OK) == count)
        return self.wire.written


def talk(act: Callable[[Talk, Loop], Awaitable[None]]) -> None:
    """Run *act* on a connection whose task waits for a request."""

    async def run() -> None:
        talking = Talk()
        await asyncio.sleep(0)
        await act(talking, loop)
        talking.connection.connection_lost(None)
        await asyncio.sleep(0)

    loop = Loop()
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(run())


def test_a_plain_request_has_its_response_at_once() -> None:
    """Guards the short way, which a release of aiohttp with other attributes would close."""

    async def act(talking: Talk, _: Loop) -> None:
        for _turn in range(3):
            assert talking.receive(GET).endswith(b"\r\n\r\n/a")
        assert talking.handled == ["/a"] * 3

    talk(act)


@pytest.mark.parametrize(
    ("octets", "count"),
    [
        (GET.replace(b"GET", b"HEAD"), 1),
        (GET.replace(b"1.1", b"1.0"), 1),
        (GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"), 1),
        (GET.replace(b"\r\n\r\n", b"\r\nContent-Length: 2\r\n\r\n{}"), 1),
        (GET * 2, 2),
    ],
    ids=["HEAD", "1.0", "close", "content", "pipelined"],
)
def test_other_requests_have_one_response_each_by_the_long_way(octets: bytes, count: int) -> None:
    """Guards what the short way does not know, against two responses or none."""

    async def act(talking: Talk, _: Loop) -> None:
        assert talking.receive(octets) == b""
        assert (await talking.finish(count)).count(OK) == count
        assert talking.handled == ["/a"] * count

    talk(act)


def test_what_waits_goes_on_from_there() -> None:
    """Guards that a request is handled once though its response waits, and those after it wait."""

    async def act(talking: Talk, _: Loop) -> None:
        talking.gate = asyncio.Event()
        assert talking.receive(GET) == b""
        assert talking.receive(GET.replace(b"/a", b"/b")) == b""
        talking.gate.set()
        written = await talking.finish(2)
        assert written.index(b"\r\n\r\n/a") < written.index(b"\r\n\r\n/b")
        assert talking.handled == ["/a", "/b"]

    talk(act)


def test_what_waits_has_the_variables_of_one_task() -> None:
    """Guards transactions, which a variable of the context holds, and no other request may join."""
    joined: ContextVar[str] = ContextVar("joined", default="")

    async def act(talking: Talk, _: Loop) -> None:
        async def join(request: Request) -> Response:
            token = joined.set(request.target)
            for _turn in range(2):
                await asyncio.sleep(0)
                talking.handled.append(joined.get())
            joined.reset(token)
            return Response(200, joined.get().encode())

        talking.use(join)
        assert talking.receive(GET) == b""
        assert joined.get() == ""
        assert (await talking.finish(1)).count(OK) == 1
        assert talking.handled == ["/a", "/a"]

    talk(act)


def test_what_is_awaited_fails_where_it_is_awaited() -> None:
    """Guards what cleans up after a failure, which may have to wait as well."""

    async def act(talking: Talk, loop: Loop) -> None:
        failing = loop.create_future()

        async def fail(_: Request) -> Response:
            try:
                await failing
            except OSError:
                await asyncio.sleep(0)
                talking.handled.append("cleaned up")
            return Response(200)

        talking.use(fail)
        assert talking.receive(GET) == b""
        failing.set_exception(OSError())
        assert (await talking.finish(1)).count(OK) == 1
        assert talking.handled == ["cleaned up"]

    talk(act)


def test_a_client_that_has_not_read_waits() -> None:
    """Guards the memory: what is sent to a client that reads nothing goes the way with a limit."""

    async def act(talking: Talk, _: Loop) -> None:
        talking.wire.unread = 1
        assert talking.receive(GET) == b""
        assert await talking.finish(1)

    talk(act)


def test_a_connection_in_use_is_not_idle() -> None:
    """Guards a client that polls against a connection closed as idle, and the closing of others."""

    async def act(talking: Talk, loop: Loop) -> None:
        for _turn in range(3):
            loop.leaps += PATIENCE_SECONDS * 0.7
            assert talking.receive(GET).startswith(OK)
            await asyncio.sleep(0)
            assert not talking.wire.is_closed
        loop.leaps += PATIENCE_SECONDS * 1.1
        await talking.wire.until(lambda: talking.wire.is_closed)

    talk(act)
