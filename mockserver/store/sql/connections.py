"""Connections to PostgreSQL: a few, each lent to one task at a time.

asyncpg's own pool makes a proxy, a task and a timer for each loan, which costs as much as the
statement that is run meanwhile (docs/explanation/performance.md).
"""

import asyncio
from typing import TypeAlias

import asyncpg

#: As text, since asyncpg's classes take no parameter where a program runs.
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

#: What a connection that is cut or slow raises; the internal error, when it is cut just then.
LOST = (OSError, TimeoutError, asyncpg.InterfaceError, asyncpg.InternalClientError)
_MOST = 10
_CONNECT_SECONDS = 5.0
#: Something between here and the server may forget a connection on which nothing passes.
_LONGEST_IDLE_SECONDS = 300.0


class Connections:
    """The connections to the database at *url*; only for one event loop."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._room = asyncio.Semaphore(_MOST)
        self._time = asyncio.get_running_loop().time
        #: Those that nobody uses, and since when; the one that was used last is the last.
        self._idle: list[tuple[Connection, float]] = []
        self._lent: set[Connection] = set()
        self._closing: set[asyncio.Task[None]] = set()

    async def lend(self, seconds: float) -> Connection:
        """Return a connection that nobody uses, within so many *seconds*; it has to be taken back.

        Raises:
            asyncpg.PostgresError, LOST: the database cannot be reached.
        """
        connection = None if self._room.locked() else self._find_idle()
        if connection is not None:
            # There is room, so that this does not wait; a timer would cost more than all the rest.
            await self._room.acquire()
        else:
            async with asyncio.timeout(seconds):
                await self._room.acquire()
                try:
                    connection = self._find_idle() or await self._connect()
                except BaseException:
                    self._room.release()
                    raise
        self._lent.add(connection)
        return connection

    def take_back(self, connection: Connection, error: BaseException | None = None) -> None:
        """Take a *connection* back; it is closed if *error* says that it is of no more use."""
        self._lent.discard(connection)
        self._room.release()
        is_whole = error is None or (isinstance(error, Exception) and not isinstance(error, LOST))
        if is_whole and not connection.is_closed() and not connection.is_in_transaction():
            self._idle.append((connection, self._time()))
        else:
            self._discard(connection)

    async def close(self) -> None:
        """Close all of them; those that are lent at once."""
        for connection in self._lent:
            connection.terminate()
        while self._idle:
            self._discard(self._idle.pop()[0])
        await asyncio.gather(*self._closing)

    def _find_idle(self) -> "Connection | None":
        while self._idle:
            connection, since = self._idle.pop()
            if not connection.is_closed() and self._time() - since < _LONGEST_IDLE_SECONDS:
                return connection
            self._discard(connection)
        return None

    async def _connect(self) -> Connection:
        return await asyncpg.connect(self._url, timeout=_CONNECT_SECONDS)

    def _discard(self, connection: Connection) -> None:
        """Close *connection* in the background, after a statement of it has been cancelled."""
        closing = asyncio.create_task(_close(connection))
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)


async def _close(connection: Connection) -> None:
    try:
        await connection.close(timeout=_CONNECT_SECONDS)
    except (asyncpg.PostgresError, *LOST):
        connection.terminate()
