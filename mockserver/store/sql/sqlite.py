"""SQLite: one file, any number of servers on one machine.

Statements run in the thread of the event loop: each takes some microseconds, a tenth of what
handing it to another thread costs. What may take long is the lock that a writer holds, and for
that the event loop is not held up: a call that finds the file locked tries again later.
"""

import asyncio
import contextlib
import os
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Table, null
from sqlalchemy.dialects.sqlite.pysqlite import dialect
from sqlalchemy.sql import ClauseElement

from mockserver.store.interface import StoreRefusedError, StoreUnavailableError
from mockserver.store.sql.database import (
    BRIEF,
    ConflictError,
    Row,
    Statement,
    Watch,
    compile_statement,
)
from mockserver.store.sql.looking import Looking
from mockserver.store.sql.sqlite_errors import BusyError, find_reason, run_once
from mockserver.store.sql.sqlite_waiting import Waiting

T = TypeVar("T")

#: "JOBS" in ASCII, at the place that SQLite has for the owner of a file.
APPLICATION_ID = 0x4A4F4253
#: RETURNING came with this version.
_OLDEST = (3, 35, 0)
_CACHE_KIBIBYTES = 64 * 1024


class Sqlite:
    """The database in the file *path*."""

    def __init__(self, path: Path) -> None:
        self.address = f"sqlite:///{path}"
        self.clock: ColumnElement[Any] = null()
        self._path = path
        # By position, a page would take its owner, kind and scope four times.
        self.dialect = dialect(paramstyle="named")
        self._waiting = Waiting(self.address, path)
        self._connected: sqlite3.Connection | None = None
        self._lock = asyncio.Lock()
        self._data_version = -1
        self._others = 0
        self._changes: dict[str, int] = {}
        self._joined: ContextVar[bool] = ContextVar("joined", default=False)

    def look(self) -> None:
        """Find out whether another server has changed anything."""
        # It differs after each change by another connection, whatever has changed.
        version = self._pragma("data_version")
        if version != self._data_version:
            self._data_version, self._others = version, self._others + 1

    def revision(self, table: Table) -> int:
        """Return a number that differs after every change of *table* until the last look."""
        return self._others + self._changes.get(table.name, 0)

    def watch(self) -> contextlib.AbstractAsyncContextManager[Watch]:
        """Look at the file again and again."""
        return contextlib.nullcontext(Looking(self))

    def prepare(self, statement: ClauseElement) -> Statement:
        """Return *statement*, ready to be run."""
        return compile_statement(statement, self.dialect)

    async def open(self) -> None:
        """Open the file, or create it."""
        if sqlite3.sqlite_version_info < _OLDEST:
            ours, needed = sqlite3.sqlite_version, ".".join(map(str, _OLDEST))
            raise StoreRefusedError(f"this Python has SQLite {ours}; {needed} or newer is needed")
        try:
            # Only its owner may read it: it contains the API keys of worlds.
            with contextlib.suppress(FileExistsError):
                os.close(os.open(self._path, os.O_CREAT | os.O_EXCL, 0o600))
            self._connected = sqlite3.connect(
                self._path, isolation_level=None, timeout=0, check_same_thread=False
            )
            # A file of another program is not changed.
            if await self._waiting.retry_while_filled(self._read_version) is not None:
                # With the usual 2 MB, most pages of large indexes are written and read many times.
                self._run(f"PRAGMA cache_size = -{_CACHE_KIBIBYTES}")
        except OSError as error:
            raise StoreRefusedError(f"{self._path} cannot be opened: {error.strerror}") from None
        except sqlite3.DatabaseError as error:
            reason = find_reason(error)
            raise StoreRefusedError(f"{self._path} cannot be used as a store: {reason}") from None

    async def close(self) -> None:
        """Close the file."""
        if self._connected is not None:
            self._connected.close()
            self._connected = None

    async def rows(self, statement: Statement, values: Mapping[str, Any]) -> Sequence[Row]:
        """Run *statement* and return its rows."""
        if not (statement.changed or self._lock.locked()):
            # Most reads; one that fails is tried again below, where it is told why.
            try:
                return self._run(statement.sql, statement.bind_by_name(values)).fetchall()
            except sqlite3.DatabaseError:
                pass
        return await self._execute(statement, values, sqlite3.Cursor.fetchall)

    #: There is no way to the database that a shared query would save.
    find = rows

    async def count(self, statement: Statement, values: Mapping[str, Any]) -> int:
        """Run *statement* and return how many rows it has changed."""
        return await self._execute(statement, values, lambda cursor: cursor.rowcount)

    async def fill(self, table: Table, rows: Iterable[Row]) -> None:
        """Insert *rows* into *table*."""
        places = ", ".join("?" * len(table.columns))

        def run() -> None:
            self._connection.executemany(f"INSERT INTO {table.name} VALUES ({places})", rows)  # noqa: S608 -- a constant
            self._note(table.name)

        await self._run_alone(run)

    async def study(self, table: Table) -> None:
        """Do nothing: SQLite uses the indexes without statistics as well."""

    async def script(self, statements: Iterable[str]) -> None:
        """Run statements that define tables."""
        for statement in statements:
            self._run(statement)

    def transaction(self, seconds: float = BRIEF) -> contextlib.AbstractAsyncContextManager[None]:
        """Run the context as one transaction."""
        return self._run_context(lambda begin: self._waiting.retry(begin, seconds))

    @contextlib.asynccontextmanager
    async def _run_context(
        self, wait: Callable[[Callable[[], object]], Awaitable[object]]
    ) -> AsyncIterator[None]:
        """Run the context as one transaction, whose begin *wait* calls until it succeeds."""
        if self._joined.get():
            yield
            return
        async with self._lock:
            await wait(lambda: self._run("BEGIN IMMEDIATE"))
            token = self._joined.set(True)
            try:
                yield
                await self._waiting.retry(lambda: self._run("COMMIT"))
            except BaseException:
                # An error such as a full disk has ended it already.
                if self._connection.in_transaction:
                    self._run("ROLLBACK")
                raise
            finally:
                self._joined.reset(token)

    @contextlib.asynccontextmanager
    async def foundation(self) -> AsyncIterator[None]:
        """Run the context as a transaction: SQLite has one writer at a time.

        It ends with a write-ahead log, which would have had all that a new file is filled with.
        """
        async with self._run_context(self._waiting.retry_while_filled):
            yield
        await self._waiting.retry_while_filled(lambda: self._run("PRAGMA journal_mode = WAL"))
        # With that log nothing is lost when a process ends, however it ends.
        self._run("PRAGMA synchronous = NORMAL")

    async def version(self) -> int | None:
        """Return the version of the tables; 0 if there are none, None if they are not ours."""
        return self._read_version()

    async def stamp(self, version: int) -> None:
        """Store the version of the tables."""
        self._run(f"PRAGMA application_id = {APPLICATION_ID}")
        self._run(f"PRAGMA user_version = {version}")

    def _note(self, changed: str) -> None:
        """Count a change right after it was made: no other task runs between."""
        if changed:
            self._changes[changed] = self._changes.get(changed, 0) + 1

    def _read_version(self) -> int | None:
        # SQLite takes a file that is shorter than its header for an empty one, and overwrites it.
        if not self._pragma("page_count") and self._path.stat().st_size:
            raise sqlite3.DatabaseError("file is not a database")
        owner, version = self._pragma("application_id"), self._pragma("user_version")
        tables = self._run("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if owner == APPLICATION_ID:
            return version
        return None if owner or version or tables else 0

    def _pragma(self, name: str) -> int:
        return int(self._run(f"PRAGMA {name}").fetchone()[0])

    @property
    def _connection(self) -> sqlite3.Connection:
        if self._connected is None:
            raise StoreUnavailableError("the file is closed")
        return self._connected

    def _run(self, sql: str, arguments: dict[str, Any] | tuple[()] = ()) -> sqlite3.Cursor:
        return self._connection.execute(sql, arguments)

    async def _execute(
        self, statement: Statement, values: Mapping[str, Any], take: Callable[[sqlite3.Cursor], T]
    ) -> T:
        """Run *statement* and return what *take* takes of its cursor."""
        arguments = statement.bind_by_name(values)

        def run() -> T:
            taken = take(self._run(statement.sql, arguments))
            self._note(statement.changed)
            return taken

        return await self._run_alone(run)

    async def _run_alone(self, run: Callable[[], T]) -> T:
        """Call *run* outside the transactions of other tasks, or in that of this one."""
        try:
            if self._joined.get():
                return run()
            if not self._lock.locked():
                with contextlib.suppress(BusyError):
                    return run_once(self.address, run)
            # The lock is held while this waits: no transaction begins meanwhile.
            async with self._lock:
                return await self._waiting.retry(run)
        except sqlite3.IntegrityError as error:
            raise ConflictError(str(error)) from None
        except sqlite3.DatabaseError as error:
            raise StoreUnavailableError(f"{self.address}: {find_reason(error)}") from None
