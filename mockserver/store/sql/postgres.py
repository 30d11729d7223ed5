"""PostgreSQL, or what speaks its protocol: any number of servers on any number of machines."""

import asyncio
import typing
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple, TypeVar

import asyncpg
from sqlalchemy import ColumnElement, Float, Table, cast, extract, func
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.sql import ClauseElement

from mockserver.store.interface import StoreRefusedError, StoreUnavailableError
from mockserver.store.sql.announcements import ANY, CHANNEL, OTHER, Announcer, Hearing
from mockserver.store.sql.connections import LOST, Connection, Connections
from mockserver.store.sql.database import (
    BRIEF,
    ConflictError,
    Row,
    Statement,
    Watch,
    compile_statement,
)
from mockserver.store.sql.shared_reads import SharedReads
from mockserver.store.sql.tables import records
from mockserver.store.url import redact

#: "JOBS" in ASCII: the key of the lock under which the tables are made.
_FOUNDATION = 0x4A4F4253
#: How long a statement may take, connecting included; so long may a request wait in an outage.
_STATEMENT_SECONDS = 3.0
#: How long the foundation may take: a million records may be written, or waited for.
_FOUNDATION_SECONDS = 600.0
_VERSIONS = "mock_schema"
#: Classes of SQLSTATE that pass: connection exception, transaction rollback, insufficient
#: resources, operator intervention (which is how a server says that it shuts down or starts).
_PASSING = ("08", "40", "53", "57")
_FAILURES = (asyncpg.PostgresError, *LOST)
_TELL = "SELECT pg_notify($1, told) FROM unnest($2::text[]) AS told"

T = TypeVar("T")


class _Joined(NamedTuple):
    """A transaction: its connection, and the changes to be announced once it is committed."""

    connection: Connection
    changes: set[str]


class Postgres:
    """The database at *url*."""

    def __init__(self, url: str) -> None:
        self.address = redact(url)
        self.clock: ColumnElement[float] = cast(extract("epoch", func.clock_timestamp()), Float(53))
        self._url = url
        self.dialect: Dialect = dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
        self._connections: Connections | None = None
        self._joined: ContextVar[_Joined | None] = ContextVar("joined", default=None)
        self._shared = SharedReads(self.dialect, self.rows)
        self._announcer = Announcer(self._tell)
        self._hearing = Hearing(url)

    def look(self) -> None:
        """Do nothing."""

    def revision(self, _: Table) -> None:
        """Return nothing: the database is elsewhere, and only a query tells what has changed."""

    def watch(self) -> AbstractAsyncContextManager[Watch]:
        """Hear what servers announce for as long as the context is open."""
        return self._hearing.listen()

    def prepare(self, statement: ClauseElement) -> Statement:
        """Return *statement*, ready to be run."""
        return compile_statement(statement, self.dialect)

    async def open(self) -> None:
        """Connect."""
        try:
            self._connections = Connections(self._url)
            self._connections.take_back(await self._connections.lend(BRIEF))
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            reason = str(error) or type(error).__name__
            raise StoreRefusedError(f"{self.address} cannot be reached: {reason}") from None

    async def close(self) -> None:
        """Disconnect."""
        if self._connections is not None:
            await self._announcer.close()
            connections, self._connections = self._connections, None
            await connections.close()

    async def rows(self, statement: Statement, values: Mapping[str, Any]) -> Sequence[Row]:
        """Run *statement* and return its rows."""
        sql, arguments = statement.sql, statement.arguments(values)
        rows = await self._run(lambda of, seconds: of.fetch(sql, *arguments, timeout=seconds))
        self._note(statement.changed, values.get("owner"))
        # A record is a sequence, though it is not declared as one.
        return typing.cast("Sequence[Row]", rows)

    async def find(self, statement: Statement, values: Mapping[str, Any]) -> Sequence[Row]:
        """Return the row that *statement* finds, if any, by a query that others may share."""
        if self._joined.get() is not None:
            return await self.rows(statement, values)
        return await self._shared.find(statement, values)

    async def count(self, statement: Statement, values: Mapping[str, Any]) -> int:
        """Run *statement* and return how many rows it has changed."""
        sql, arguments = statement.sql, statement.arguments(values)
        status = await self._run(lambda of, seconds: of.execute(sql, *arguments, timeout=seconds))
        self._note(statement.changed, values.get("owner"))
        # Such as "UPDATE 3".
        return int(status.rpartition(" ")[2])

    async def fill(self, table: Table, rows: Iterable[Row]) -> None:
        """Insert *rows* into *table*."""
        columns = [column.name for column in table.columns]
        async with self._connection() as connection:
            await connection.copy_records_to_table(table.name, records=rows, columns=columns)
        self._note(table.name)

    async def study(self, table: Table) -> None:
        """Update the statistics of *table*; autovacuum would do so a minute later or more."""
        await self.script([f"ANALYZE {table.name}"])

    async def script(self, statements: Iterable[str]) -> None:
        """Run statements that define tables."""
        async with self._connection() as connection:
            for statement in statements:
                await connection.execute(statement)

    @asynccontextmanager
    async def transaction(self, seconds: float = BRIEF) -> AsyncIterator[None]:
        """Run the context as one transaction."""
        if self._joined.get() is not None:
            yield
            return
        changes: set[str] = set()
        async with self._connection(seconds) as connection, connection.transaction():
            token = self._joined.set(_Joined(connection, changes))
            try:
                yield
            finally:
                self._joined.reset(token)
        self._announcer.announce(changes)

    @asynccontextmanager
    async def foundation(self) -> AsyncIterator[None]:
        """Run the context as a transaction that makes tables, under a lock of all servers."""
        try:
            async with self.transaction(_FOUNDATION_SECONDS):
                await self.script([f"SELECT pg_advisory_xact_lock({_FOUNDATION})"])
                yield
        except asyncpg.PostgresError as error:
            # Such as a right that is missing, or a table that another program owns.
            reason = str(error).partition("\n")[0]
            raise StoreRefusedError(f"{self.address} cannot be used as a store: {reason}") from None

    async def version(self) -> int | None:
        """Return the version of the tables; 0 if there are none."""
        async with self._connection() as connection:
            if await connection.fetchval("SELECT to_regclass($1)", _VERSIONS) is None:
                return 0
            return int(await connection.fetchval(f"SELECT version FROM {_VERSIONS}"))  # noqa: S608 -- a constant

    async def stamp(self, version: int) -> None:
        """Store the version of the tables."""
        await self.script(
            [
                f"CREATE TABLE IF NOT EXISTS {_VERSIONS} (version integer NOT NULL)",
                f"DELETE FROM {_VERSIONS}",  # noqa: S608 -- a constant
                f"INSERT INTO {_VERSIONS} VALUES ({int(version)})",  # noqa: S608 -- a number
            ]
        )

    async def _run(
        self,
        call: Callable[[Connection, float | None], Awaitable[T]],
        seconds: float = _STATEMENT_SECONDS,
    ) -> T:
        """Return what *call* returns, given a connection and how many seconds it may take.

        This is what `_connection` is for, for one statement, without what costs as much as that.
        """
        try:
            joined = self._joined.get()
            if joined is not None:
                return await call(joined.connection, None)
            connections = self._find_connections()
            connection = await connections.lend(seconds)
            try:
                found = await call(connection, seconds)
            except BaseException as error:
                connections.take_back(connection, error)
                raise
            connections.take_back(connection)
        except _FAILURES as error:
            raise self._translate(error) from None
        return found

    @asynccontextmanager
    async def _connection(self, seconds: float = _STATEMENT_SECONDS) -> AsyncIterator[Connection]:
        """Yield the connection of this task's transaction, or another for some *seconds*."""
        try:
            joined = self._joined.get()
            if joined is not None:
                yield joined.connection
                return
            connections = self._find_connections()
            async with asyncio.timeout(seconds):
                connection = await connections.lend(seconds)
                try:
                    yield connection
                except BaseException as error:
                    connections.take_back(connection, error)
                    raise
                connections.take_back(connection)
        except _FAILURES as error:
            raise self._translate(error) from None

    def _note(self, changed: str, owner: object = None) -> None:
        """Announce a change of a table; with the transaction that it is part of, if any."""
        if changed:
            what = OTHER if changed != records.name else ANY if owner is None else str(owner)
            joined = self._joined.get()
            if joined is None:
                self._announcer.announce([what])
            else:
                joined.changes.add(what)

    async def _tell(self, changes: Sequence[str]) -> None:
        await self._run(lambda of, seconds: of.execute(_TELL, CHANNEL, changes, timeout=seconds))

    def _find_connections(self) -> Connections:
        if self._connections is None:
            raise StoreUnavailableError("not connected")
        return self._connections

    def _translate(self, error: Exception) -> Exception:
        """Return an error of the driver as one of the store."""
        if isinstance(error, asyncpg.UniqueViolationError):
            return ConflictError(str(error))
        if isinstance(error, asyncpg.PostgresError) and error.sqlstate[:2] not in _PASSING:
            return error
        return StoreUnavailableError(f"{self.address}: {error}")
