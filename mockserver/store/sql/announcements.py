"""What the servers of one PostgreSQL database tell each other: which records have changed.

A change is told once it is committed, by a statement of its own and with others of that moment:
NOTIFY within a transaction would let no two servers commit at once. So an announcement can get
lost, with a server that is killed just then. Who listens compares again from time to time, and
whenever its connection is a new one: then nothing is missed, and is only told later.
"""

import asyncio
import contextvars
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import NamedTuple

import asyncpg

from mockserver.store.interface import StoreUnavailableError
from mockserver.store.sql.connections import CONNECT_SECONDS, LOST

CHANNEL = "mock_changes"
#: Says that any records may have changed; the number of a world says that its own have.
ANY = "*"
#: Says that something else has changed.
OTHER = ""
_PAUSE_SECONDS = 0.05
_PAUSE_OF_FAILURE_SECONDS = 1.0
_BEAT_SECONDS = 5.0
#: After so long records count as changed, since an announcement may have been lost.
_LOST_SECONDS = 10.0
#: How soon a state is looked at again, and how soon where nothing is told: moves become due.
_SOONEST_SECONDS = 0.25
_LATEST_SECONDS = 1.0


class Announcer:
    """Tells other servers of changes; *tell* sends what is to be told."""

    def __init__(self, tell: Callable[[Sequence[str]], Awaitable[None]]) -> None:
        self._tell = tell
        self._waiting: set[str] = set()
        self._telling: asyncio.Task[None] | None = None

    def announce(self, changes: Iterable[str]) -> None:
        """Tell of *changes*, which have been committed, in the background."""
        self._waiting.update(changes)
        if self._waiting and self._telling is None:
            # In a context of its own, so that it is not part of a caller's transaction.
            self._telling = asyncio.create_task(self._run(), context=contextvars.Context())

    async def close(self) -> None:
        """Tell what has not been told, if that is possible at once."""
        if self._telling is not None:
            self._telling.cancel()
            await asyncio.wait([self._telling])
        if self._waiting:
            with suppress(StoreUnavailableError, asyncpg.PostgresError):
                await self._tell(sorted(self._waiting))

    async def _run(self) -> None:
        try:
            while self._waiting:
                # What comes meanwhile is told again, since it may have been committed later.
                told, self._waiting = self._waiting, set()
                try:
                    await self._tell(sorted(told))
                except BaseException:
                    self._waiting |= told
                    raise
                await asyncio.sleep(_PAUSE_SECONDS)
        except (StoreUnavailableError, asyncpg.PostgresError):
            # It is told with the next change, and who listens compares without being told.
            pass
        finally:
            self._telling = None


class Hearing:
    """Hears what is told at the database at *url*, on one connection for all that listen."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._listeners: set[asyncio.Event] = set()
        self._task: asyncio.Task[None] | None = None
        self._is_connected = False
        self._everything = 0
        self._by_world: dict[str, int] = {}

    @asynccontextmanager
    async def listen(self) -> AsyncIterator["Listening"]:
        """Hear what is told for as long as the context is open."""
        woken = asyncio.Event()
        self._listeners.add(woken)
        if self._task is None:
            self._task = asyncio.create_task(self._stay_connected(), context=contextvars.Context())
        try:
            yield Listening(self, woken)
        finally:
            self._listeners.discard(woken)
            if not self._listeners and self._task is not None:
                self._task.cancel()
                self._task = None

    def revision(self, owner: int) -> Hashable:
        """Return what differs after each change of records of *owner*; None if not connected."""
        if not self._is_connected:
            return None
        late = asyncio.get_running_loop().time() // _LOST_SECONDS
        return self._everything, self._by_world.get(str(owner), 0), late

    async def _stay_connected(self) -> None:
        while True:
            with suppress(asyncpg.PostgresError, *LOST):
                await self._hear()
            await asyncio.sleep(_PAUSE_OF_FAILURE_SECONDS)

    async def _hear(self) -> None:
        """Hear what is told until the connection fails."""
        connection = await asyncpg.connect(self._url, timeout=CONNECT_SECONDS)
        ended = asyncio.Event()
        connection.add_termination_listener(lambda _: ended.set())
        try:
            await connection.add_listener(CHANNEL, lambda *told: self._take(told[-1]))
            # Nobody knows what was told before.
            self._take(ANY)
            self._is_connected = True
            while not ended.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(ended.wait(), _BEAT_SECONDS)
                # A connection may be dead without an end.
                await connection.execute("SELECT 1", timeout=CONNECT_SECONDS)
        finally:
            self._is_connected = False
            connection.terminate()

    def _take(self, told: object) -> None:
        if told == ANY:
            self._everything += 1
        elif told != OTHER:
            self._by_world[str(told)] = self._by_world.get(str(told), 0) + 1
        for woken in self._listeners:
            woken.set()


class Listening(NamedTuple):
    """One that listens to a *hearing*, and is *woken* by what it hears."""

    hearing: Hearing
    woken: asyncio.Event

    def revision(self, owner: int) -> Hashable:
        """Return what differs after each change of the records of *owner*; None: nobody knows."""
        return self.hearing.revision(owner)

    async def wait(self) -> None:
        """Wait until something has changed, or may have by itself."""
        await asyncio.sleep(_SOONEST_SECONDS)
        with suppress(TimeoutError):
            await asyncio.wait_for(self.woken.wait(), _LATEST_SECONDS - _SOONEST_SECONDS)
        self.woken.clear()
