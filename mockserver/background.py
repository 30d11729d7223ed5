"""A mock in a thread of this process, for tests."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from mockserver import app, serving, shipped
from mockserver.client import Client
from mockserver.settings import Settings

_PATIENCE_SECONDS = 30.0


class Background(NamedTuple):
    """A mock that runs: where it is, and a client of its control API."""

    url: str
    client: Client


@contextmanager
def running(settings: Settings | None = None) -> Iterator[Background]:
    """Run a mock on a free port of this machine for as long as the context is open.

    Unless *settings* say otherwise, its clocks stand still.

    Raises:
        OSError: no port can be bound.
        StoreRefusedError: the store cannot be used.
        InvalidSourceError: the contract or the fixtures cannot be used.
    """
    chosen = settings or Settings(
        seed=shipped.fixtures(), spec=shipped.contract(), port=0, speed=0, access_log=False
    )
    outside = app.Outside(wall=time.time, monotonic=time.monotonic, write=lambda _: None)  # noqa: TID251 -- a composition root's clock
    mock = app.build(chosen, outside)
    ports: list[int] = []
    failures: list[Exception] = []
    loops: list[asyncio.AbstractEventLoop] = []
    ready, stop = threading.Event(), asyncio.Event()

    async def serve() -> None:
        loops.append(asyncio.get_running_loop())
        try:
            async with serving.listening(mock) as port:
                ports.append(port)
                ready.set()
                await stop.wait()
        except Exception as error:  # noqa: BLE001 -- it is raised again, in the thread that waits
            failures.append(error)
            ready.set()

    # asyncio.run also ends what a request under way, such as one with a long delay, left behind.
    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="jobs-mock", daemon=True)
    thread.start()
    ready.wait(_PATIENCE_SECONDS)
    try:
        if failures:
            raise failures[0]
        url = f"http://{chosen.host}:{ports[0]}"
        with Client(url, chosen.admin_token) as client:
            yield Background(url, client)
    finally:
        if not failures:
            loops[0].call_soon_threadsafe(stop.set)
        thread.join(_PATIENCE_SECONDS)
