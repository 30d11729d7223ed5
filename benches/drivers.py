"""What reading one row costs: the drivers alone, and below SQLAlchemy.

Usage: ``python -m benches.drivers [ROUNDS]``. All take turns in one process. CPU is that of this
process, its threads included; the database server's is not. Needs ``pip install -e '.[benches]'``.
"""

import asyncio
import importlib
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
import uvloop
from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    Table,
    Text,
    bindparam,
    create_engine,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql.asyncpg import dialect as postgres_dialect
from sqlalchemy.dialects.sqlite.pysqlite import dialect as sqlite_dialect
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.schema import CreateTable
from sqlalchemy.sql import ClauseElement

from benches.table import machine
from tests import postgres

ROWS = 1_000
READS = 500
#: As many columns as a row of a job.
TABLE = Table(
    "rows",
    MetaData(),
    Column("id", Integer, primary_key=True),
    *(Column(f"text_{number}", Text) for number in range(12)),
)
READ = select(TABLE).where(TABLE.c.id == bindparam("wanted"))

Get = Callable[[int], Awaitable[Any]]


class Way(NamedTuple):
    """A way to read a row by its id."""

    name: str
    get: Get


def rows() -> list[tuple[Any, ...]]:
    """Return the rows."""
    return [(n, *(f"text {n} {c}" for c in range(12))) for n in range(ROWS)]


SQLITE: Dialect = sqlite_dialect(paramstyle="qmark")
POSTGRES: Dialect = postgres_dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped


def sql(statement: ClauseElement, dialect: Dialect) -> str:
    """Return a statement in the form that a driver executes."""
    return str(statement.compile(dialect=dialect))


async def sqlite_ways(file: Path, stack: AsyncExitStack) -> list[Way]:
    """Return the ways to read a row of SQLite, the driver alone first."""
    read = sql(READ, SQLITE)
    plain = stack.enter_context(sqlite3.connect(file, isolation_level=None))
    plain.execute(sql(CreateTable(TABLE), SQLITE))
    plain.executemany(sql(insert(TABLE), SQLITE), rows())
    # An extra of the benches only, so that its types are not known to mypy.
    threaded = await stack.enter_async_context(
        importlib.import_module("aiosqlite").connect(file, isolation_level=None)
    )
    engine = create_engine(f"sqlite:///{file}")
    stack.callback(engine.dispose)
    held = stack.enter_context(engine.connect())

    async def alone(wanted: int) -> Any:
        return plain.execute(read, (wanted,)).fetchall()

    async def in_thread(wanted: int) -> Any:
        async with threaded.execute(read, (wanted,)) as cursor:
            return await cursor.fetchall()

    async def from_pool(wanted: int) -> Any:
        with engine.connect() as connection:
            return connection.execute(READ, {"wanted": wanted}).all()

    async def on_held(wanted: int) -> Any:
        return held.execute(READ, {"wanted": wanted}).all()

    return [
        Way("sqlite3", alone),
        Way("aiosqlite", in_thread),
        Way("SQLAlchemy, sqlite3, connection held", on_held),
        Way("SQLAlchemy, sqlite3", from_pool),
        *await engine_ways(f"sqlite+aiosqlite:///{file}", "aiosqlite", stack),
    ]


async def postgres_ways(server: postgres.Postgres, stack: AsyncExitStack) -> list[Way]:
    """Return the ways to read a row of PostgreSQL, the driver alone first."""
    read = sql(READ, POSTGRES)
    url = server.new_database()
    pool = await stack.enter_async_context(asyncpg.create_pool(url, min_size=1, max_size=1))
    unreset = await stack.enter_async_context(
        asyncpg.create_pool(url, min_size=1, max_size=1, reset=left_as_it_is)
    )
    await pool.execute(sql(CreateTable(TABLE), POSTGRES))
    await pool.copy_records_to_table("rows", records=rows())
    held = await asyncpg.connect(url)
    stack.push_async_callback(held.close)

    async def alone(wanted: int) -> Any:
        return await held.fetch(read, wanted)

    async def from_pool(wanted: int) -> Any:
        return await pool.fetch(read, wanted)

    async def from_unreset_pool(wanted: int) -> Any:
        return await unreset.fetch(read, wanted)

    address = f"postgresql+asyncpg://{url.partition('://')[2]}"
    return [
        Way("asyncpg, connection held", alone),
        Way("asyncpg, pool without reset", from_unreset_pool),
        Way("asyncpg, pool", from_pool),
        *await engine_ways(address, "asyncpg", stack),
        *await engine_ways(address, "asyncpg", stack, "AUTOCOMMIT"),
    ]


async def left_as_it_is(_: Any) -> None:
    """Reset nothing on a connection, which saves a statement."""


async def engine_ways(
    url: str, driver: str, stack: AsyncExitStack, isolation: Any = None
) -> list[Way]:
    """Return the ways through SQLAlchemy's asynchronous engine."""
    more = {"isolation_level": isolation} if isolation else {}
    engine = create_async_engine(url, **more)
    stack.push_async_callback(engine.dispose)
    connection = await stack.enter_async_context(engine.connect())

    async def from_pool(wanted: int) -> Any:
        async with engine.connect() as own:
            return (await own.execute(READ, {"wanted": wanted})).all()

    async def on_held(wanted: int) -> Any:
        return (await connection.execute(READ, {"wanted": wanted})).all()

    name = f"SQLAlchemy async, {driver}{', autocommit' if isolation else ''}"
    return [Way(f"{name}, connection held", on_held), Way(name, from_pool)]


async def checked(ways: list[Way]) -> None:
    """Read a row with each driver.

    Raises:
        ValueError: it is not the row that was asked for.
    """
    for way in ways:
        found = [tuple(row) for row in await way.get(7)]
        if found != [rows()[7]]:
            raise ValueError(f"{way.name}: {found}")


async def measured(ways: list[Way], rounds: int) -> list[list[float]]:
    """Return the microseconds of CPU of one read, by way and round; all ways take turns."""
    found: list[list[float]] = [[] for _ in ways]
    for number in range(rounds + 1):
        for into, way in zip(found, ways, strict=True):
            began = time.process_time()
            for wanted in range(READS):
                await way.get(wanted)
            if number > 0:  # the first one warms up
                into.append((time.process_time() - began) / READS * 1e6)
    return found


def table(ways: list[Way], found: list[list[float]]) -> list[str]:
    """Return the rows of the table; ratios are to the first way, of the same round."""
    lines = []
    for way, own in zip(ways, found, strict=True):
        ratio = statistics.median(one / first for one, first in zip(own, found[0], strict=True))
        lines.append(f"| {way.name} | {statistics.median(own):,.0f} | {ratio:.1f} |")
    return lines


async def main(server: postgres.Postgres, folder: Path, rounds: int) -> None:
    """Measure and print."""
    print("| one row by its id | CPU, us | to the driver alone |")
    print("|---|---|---|")
    async with AsyncExitStack() as stack:
        for ways in (
            await sqlite_ways(folder / "rows.db", stack),
            await postgres_ways(server, stack),
        ):
            await checked(ways)
            print("\n".join(table(ways, await measured(ways, rounds))))


if __name__ == "__main__":
    with ExitStack() as opened:
        place = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        started = opened.enter_context(postgres.running())
        before = machine.load_average()
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(main(started, place, int(sys.argv[1]) if len(sys.argv) > 1 else 11))
        print(f"\nLoad average {before} before, {machine.load_average()} at the end.")
