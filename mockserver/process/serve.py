"""Serving a mock in this process: bind, announce it, watch the fixtures, end on a signal."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from aiohttp import web

from mockserver.app.mock import Mock
from mockserver.http.listener import Listener
from mockserver.parsing.sources import InvalidSourceError
from mockserver.worlds.factory import EarlyError

# Twice this stays below a second: for requests under way, and for connections to close.
_LONGEST_STOP_SECONDS = 0.4
_WATCH_SECONDS = 0.5
_BACKLOG = 1024


@asynccontextmanager
async def listen(mock: Mock) -> AsyncIterator[int]:
    """Listen for as long as the context is open; it is given the port.

    Leaving it answers the requests that are under way, for less than a second, and closes.

    Raises:
        OSError: the address cannot be bound.
    """
    async with mock.open(), _bind(mock, mock.listener, mock.settings.port) as port:
        yield port


@asynccontextmanager
async def listen_for_control(mock: Mock) -> AsyncIterator[int | None]:
    """Listen for the control API, if it has a port of its own; the context is given the port.

    Raises:
        OSError: the address cannot be bound.
    """
    if mock.admin is None:
        yield None
        return
    async with _bind(mock, mock.admin, mock.settings.admin_port or 0) as port:
        yield port


@asynccontextmanager
async def _bind(mock: Mock, listener: Listener, port: int) -> AsyncIterator[int]:
    runner = web.ServerRunner(listener.server(), shutdown_timeout=_LONGEST_STOP_SECONDS)
    await runner.setup()
    try:
        host, shared = mock.settings.host, mock.settings.workers > 1
        site = web.TCPSite(runner, host, port, backlog=_BACKLOG, reuse_port=shared)
        await site.start()
        yield int(runner.addresses[0][1])
        await site.stop()
        await listener.drain(_LONGEST_STOP_SECONDS)
    finally:
        await runner.cleanup()
        mock.log.flush()


async def serve(mock: Mock, announce: Callable[[str], object], lifeline: int | None = None) -> None:
    """Serve *mock* until SIGINT or SIGTERM.

    Args:
        mock: what to serve.
        announce: called with the text that says where it listens, once it does.
        lifeline: a file descriptor; serving also ends when it becomes readable.

    Raises:
        OSError: the address cannot be bound.
    """
    async with listen(mock) as port, listen_for_control(mock) as admin_port:
        stop = stop_signal(lifeline)
        watching = asyncio.create_task(_watch(mock)) if mock.settings.watch else None
        announce(describe(mock, port, admin_port))
        await stop.wait()
        if watching is not None:
            watching.cancel()


def describe(mock: Mock, port: int, admin_port: int | None = None) -> str:
    """Return the announcement: where the mock listens, its keys, and a call to copy.

    *admin_port* is None where the control API has no port of its own.
    """
    settings = mock.settings
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    origin = f"http://{host}:{port}"
    lines = [f"Listening on {origin}", *(f"  {line}" for line in mock.describe(origin))]
    if settings.admin:
        lines.append(f"  Steer it at http://{host}:{admin_port or port}/__admin")
    if mock.summary:
        lines.append(f"  {mock.summary}")
    return "".join(f"{line}\n" for line in lines)


def stop_signal(lifeline: int | None = None) -> asyncio.Event:
    """Return the event that the first SIGINT or SIGTERM sets, or the end of the *lifeline*."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        # Where an event loop takes no signals (Windows), Ctrl-C raises KeyboardInterrupt.
        with suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    if lifeline is not None:
        loop.add_reader(lifeline, _cut, lifeline, stop)
    return stop


def _cut(lifeline: int, stop: asyncio.Event) -> None:
    """Set *stop*, once: an ended *lifeline* stays readable for ever."""
    asyncio.get_running_loop().remove_reader(lifeline)
    stop.set()


async def _watch(mock: Mock) -> None:
    """Reload the fixtures whenever they change, until this is cancelled."""
    current = mock.seen
    while True:
        await asyncio.sleep(_WATCH_SECONDS)
        latest = mock.fingerprint()
        if latest != current:
            current = latest
            await _reload(mock)


async def _reload(mock: Mock) -> None:
    """Replace the default world by what the fixtures now state; keep it if they are wrong."""
    try:
        loaded = await mock.reload()
    except InvalidSourceError as error:
        for diagnostic in error.diagnostics:
            mock.log.say("fixtures", str(diagnostic))
        mock.log.say("fixtures", "not reloaded; the world stays as it was")
    except EarlyError as error:
        mock.log.say("fixtures", f"{error}; not reloaded")
    else:
        mock.log.say("fixtures", f"reloaded, {loaded}")
