"""The interface of a database: a few kinds of statement, and transactions.

SQLAlchemy Core writes the SQL, once for each statement; the drivers run it as it is. With
SQLAlchemy's asynchronous engine it costs 2 to 36 times as much (docs/explanation/performance.md).
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, NamedTuple, Protocol

from sqlalchemy import ColumnElement, Table
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.dml import UpdateBase

Row = Sequence[Any]

#: How many seconds a transaction may take that touches some rows.
BRIEF = 5.0
#: How many seconds one may take that touches all records of a world.
LONG = 60.0


class ConflictError(Exception):
    """A row would occur twice where it has to be unique."""


class Statement(NamedTuple):
    """A statement as a driver takes it.

    *slots* are its parameters in order: the name of each, and its value unless another is given.
    *changed* names the table that it changes; it is empty if it changes none. *clause* is what the
    SQL was written from, if anything.
    """

    sql: str
    slots: tuple[tuple[str, Any], ...]
    changed: str = ""
    clause: ClauseElement | None = None

    def arguments(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return the parameters in order."""
        return tuple([values.get(name, usual) for name, usual in self.slots])

    def bind_by_name(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the parameters by name, and what else is among *values*."""
        return {**dict(self.slots), **values}


def compile_statement(statement: ClauseElement, dialect: Dialect) -> Statement:
    """Return *statement* as the drivers of *dialect* take it."""
    compiled: Any = statement.compile(dialect=dialect)
    names = compiled.positiontup or compiled.params
    slots = tuple((name, compiled.params.get(name)) for name in names)
    changed = str(statement.table.description) if isinstance(statement, UpdateBase) else ""
    return Statement(str(compiled), slots, changed, statement)


class Watch(Protocol):
    """Tells of changes by any server that may be known without a query."""

    def revision(self, owner: int) -> Hashable:
        """Return what differs after each change of the records of *owner*; None: nobody knows."""
        ...

    async def wait(self) -> None:
        """Wait until something has changed, or may have by itself."""
        ...


class Database(Protocol):
    """A database that is open or can be opened.

    Within a transaction of the same task, every call takes part in it.

    Each call raises `StoreUnavailableError` where the database cannot be reached, and
    `ConflictError` where a row would occur twice.
    """

    @property
    def address(self) -> str:
        """Its address without a password, to show to people."""
        ...

    @property
    def dialect(self) -> Dialect:
        """The dialect of its SQL."""
        ...

    @property
    def clock(self) -> ColumnElement[float]:
        """The time that all servers of this database share, in seconds since 1970.

        Null where they are on one machine, and share its time.
        """
        ...

    def revision(self, table: Table) -> int | None:
        """Return a number that differs after every change of *table*.

        Those of other servers count from the next `look` on. None where only a query can tell.
        """
        ...

    def look(self) -> None:
        """Find out whether other servers have changed anything, where that takes no query."""
        ...

    def watch(self) -> AbstractAsyncContextManager["Watch"]:
        """Hear of changes by any server for as long as the context is open."""
        ...

    def prepare(self, statement: ClauseElement) -> Statement:
        """Return *statement*, ready to be run."""
        ...

    async def open(self) -> None:
        """Connect.

        Raises:
            StoreRefusedError: the address cannot be used.
        """
        ...

    async def close(self) -> None:
        """Disconnect."""
        ...

    async def rows(self, statement: Statement, values: Mapping[str, Any]) -> Sequence[Row]:
        """Run *statement* and return its rows."""
        ...

    async def find(self, statement: Statement, values: Mapping[str, Any]) -> Sequence[Row]:
        """Return the row of a *statement* that is quick and finds one row at most, if any.

        It may be found by one query with what others look for in the same moment.
        """
        ...

    async def count(self, statement: Statement, values: Mapping[str, Any]) -> int:
        """Run *statement* and return how many rows it has changed."""
        ...

    async def fill(self, table: Table, rows: Iterable[Row]) -> None:
        """Insert *rows*, each with a value for every column of *table*, in order."""
        ...

    async def study(self, table: Table) -> None:
        """Update the statistics of *table* with which the database plans its queries."""
        ...

    async def script(self, statements: Iterable[str]) -> None:
        """Run statements that define tables."""
        ...

    def transaction(self, seconds: float = BRIEF) -> AbstractAsyncContextManager[None]:
        """Run the context as one transaction, which may take so many *seconds*."""
        ...

    def foundation(self) -> AbstractAsyncContextManager[None]:
        """Run the context as a transaction that makes tables; other servers' have to wait."""
        ...

    async def version(self) -> int | None:
        """Return the version of the tables; 0 if there are none, None if they are not ours."""
        ...

    async def stamp(self, version: int) -> None:
        """Store the version of the tables."""
        ...
