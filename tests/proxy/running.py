"""A proxy on a real port, in a thread of this process, and upstreams that say what a test wants."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mockserver.process import realtime
from mockserver.proxy.forwarder import Times
from mockserver.proxy.serving import Proxy, ProxySettings, load_api
from mockserver.proxy.upstream import read_upstream
from mockserver.resources import files

PATIENCE = 30.0


@dataclass
class RunningProxy:
    """A proxy that runs, and what it has told so far."""

    port: int = 0
    told: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The address at which it listens."""
        return f"http://127.0.0.1:{self.port}"

    def converse(self, octets: bytes) -> bytes:
        """Send *octets* on a new connection and return all that comes back until it ends."""
        return converse(self.port, octets)


def converse(port: int, octets: bytes) -> bytes:
    """Send *octets* to *port* and return all that comes back until the connection ends."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(octets)
        answer = bytearray()
        with suppress(ConnectionResetError):
            while chunk := connection.recv(65536):
                answer += chunk
    return bytes(answer)


@contextmanager
def proxy(
    upstream: str, spec: Path | None = None, overlays: tuple[Path, ...] = (), **settings: Any
) -> Iterator[RunningProxy]:
    """Run a proxy in front of *upstream*; leaving the context writes what is recorded."""
    running, ready = RunningProxy(), threading.Event()
    chosen = ProxySettings(upstream=read_upstream(upstream), port=0, **settings)
    named = spec or files.contract()
    made = Proxy(
        chosen,
        load_api(named, overlays),
        Times(realtime.wall, realtime.monotonic),
        running.told.append,
    )
    ending: list[Callable[[], object]] = []

    async def listen() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        ending.append(lambda: loop.call_soon_threadsafe(stop.set))
        with made.open_recording() as recording:
            async with made.listen(recording) as port:
                running.port = port
                ready.set()
                await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(listen()))
    thread.start()
    try:
        assert ready.wait(PATIENCE), "the proxy did not start"
        yield running
    finally:
        for end in ending:
            end()
        thread.join(PATIENCE)


@dataclass
class ScriptedUpstream:
    """A server that answers each connection with the next of its texts, and keeps what it got."""

    port: int
    received: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The address at which it listens."""
        return f"http://127.0.0.1:{self.port}"


Answer = bytes | Callable[[socket.socket], None]


@contextmanager
def upstream(*answers: Answer) -> Iterator[ScriptedUpstream]:
    """Run a server that gives *answers* to one connection each, and the last to all others."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        running = ScriptedUpstream(int(server.getsockname()[1]))

        def serve() -> None:
            for number in range(1_000):
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection, suppress(OSError):
                    running.received.append(_read_request(connection))
                    answer = answers[min(number, len(answers) - 1)]
                    connection.sendall(answer) if isinstance(answer, bytes) else answer(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield running
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
    thread.join(PATIENCE)


def _read_request(connection: socket.socket) -> bytes:
    """Return a request: its head, and as much content as the head announces."""
    connection.settimeout(PATIENCE)
    got = bytearray()
    while b"\r\n\r\n" not in got:
        got += _receive(connection)
    head, _, content = bytes(got).partition(b"\r\n\r\n")
    lower = head.lower()
    if b"chunked" in lower:
        while not content.endswith(b"0\r\n\r\n"):
            content += _receive(connection)
    elif b"content-length:" in lower:
        length = int(lower.partition(b"content-length:")[2].splitlines()[0])
        while len(content) < length:
            content += _receive(connection)
    return head + b"\r\n\r\n" + content


def _receive(connection: socket.socket) -> bytes:
    chunk = connection.recv(65536)
    if not chunk:
        raise OSError("the proxy closed the connection")
    return chunk
