"""SQLite at the level of its driver: which calls wait, and how failures are reported."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from mockserver.store.interface import StoreUnavailableError
from mockserver.store.sql import sqlite_waiting
from mockserver.store.sql.database import ConflictError, Statement
from mockserver.store.sql.sqlite import Sqlite

ADD = Statement("INSERT INTO t VALUES (:n)", (("n", None),))
ALL = Statement("SELECT n FROM t ORDER BY n", ())


@asynccontextmanager
async def opened(file: Path) -> AsyncIterator[Sqlite]:
    """Open a file with a table of numbers."""
    database = Sqlite(file)
    await database.open()
    async with database.foundation():
        await database.script(["CREATE TABLE IF NOT EXISTS t (n INTEGER PRIMARY KEY)"])
    try:
        yield database
    finally:
        await database.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a path for a file."""
    return tmp_path / "numbers.db"


async def numbers(database: Sqlite) -> list[int]:
    """Return the numbers in the table."""
    return [row[0] for row in await database.rows(ALL, {})]


@pytest.mark.parametrize("together", [False, True], ids=["alone", "in a transaction"])
def test_whoever_finds_the_file_locked_waits_for_it(file: Path, *, together: bool) -> None:
    """Guards a write while another process is writing."""

    async def work() -> list[int]:
        async with opened(file) as database:
            holder = sqlite3.connect(file, isolation_level=None)
            holder.execute("BEGIN IMMEDIATE")
            holder.execute("INSERT INTO t VALUES (1)")
            writing = asyncio.create_task(_add(database, 2, together=together))
            await asyncio.sleep(0.05)
            assert not writing.done()
            # Reads do not wait.
            assert await asyncio.wait_for(_reading(file), 60) == []
            holder.execute("COMMIT")
            holder.close()
            await asyncio.wait_for(writing, 60)
            return await numbers(database)

    assert [1, 2] == asyncio.run(work())


async def _reading(file: Path) -> list[int]:
    reader = sqlite3.connect(file)
    try:
        return [row[0] for row in reader.execute(ALL.sql)]
    finally:
        reader.close()


async def _add(database: Sqlite, number: int, *, together: bool = False) -> None:
    if together:
        async with database.transaction():
            await database.count(ADD, {"n": number})
    else:
        await database.count(ADD, {"n": number})


@pytest.mark.parametrize("together", [False, True], ids=["alone", "in a transaction"])
def test_patience_has_an_end(
    file: Path, monkeypatch: pytest.MonkeyPatch, *, together: bool
) -> None:
    """Guards clients against an endless wait, and that the next call works again."""
    monkeypatch.setattr(sqlite_waiting, "_PATIENCE_SECONDS", 0.05)

    async def work() -> list[int]:
        async with opened(file) as database:
            holder = sqlite3.connect(file, isolation_level=None)
            holder.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreUnavailableError, match="locked"):
                await _add(database, 1, together=together)
            holder.execute("ROLLBACK")
            holder.close()
            await _add(database, 2, together=together)
            return await numbers(database)

    assert [2] == asyncio.run(work())


def test_a_call_that_waited_is_no_part_of_the_transaction_of_another_task(file: Path) -> None:
    """Guards a write that was confirmed against the rollback of another task."""

    async def work() -> list[int]:
        async with opened(file) as database:
            holder = sqlite3.connect(file, isolation_level=None)
            holder.execute("BEGIN IMMEDIATE")
            waiting = asyncio.create_task(_add(database, 1))
            await asyncio.sleep(0.01)
            with pytest.raises(ZeroDivisionError):
                await _rolled_back(database, lambda: holder.execute("ROLLBACK"))
            await waiting
            holder.close()
            return await numbers(database)

    assert [1] == asyncio.run(work())


async def _rolled_back(database: Sqlite, release: Callable[[], object]) -> None:
    release()
    async with database.transaction():
        await database.count(ADD, {"n": 2})
        await asyncio.sleep(0.2)
        raise ZeroDivisionError


def test_a_call_of_another_task_is_no_part_of_a_transaction(file: Path) -> None:
    """Guards isolation between the tasks of one server, which share a connection."""

    async def work() -> list[int]:
        async with opened(file) as database:
            entered = asyncio.Event()

            async def failing() -> None:
                async with database.transaction():
                    await database.count(ADD, {"n": 2})
                    entered.set()
                    await asyncio.sleep(0.05)
                    raise ZeroDivisionError

            task = asyncio.create_task(failing())
            await entered.wait()
            await _add(database, 1)
            with pytest.raises(ZeroDivisionError):
                await task
            return await numbers(database)

    assert [1] == asyncio.run(work())


def test_a_row_that_stands_twice_is_a_conflict_and_nothing_else(file: Path) -> None:
    """Guards the name of the one failure that callers expect, and what follows it."""

    async def work() -> list[int]:
        async with opened(file) as database:
            await _add(database, 1)
            for together in (False, True):
                with pytest.raises(ConflictError):
                    await _add(database, 1, together=together)
            await _add(database, 2, together=True)
            return await numbers(database)

    assert [1, 2] == asyncio.run(work())


def test_a_full_disk_is_told_as_such_and_ends_the_transaction(file: Path) -> None:
    """Guards that a failed statement leaves no half transaction, and that the store works on."""
    large = Statement("INSERT INTO blobs VALUES (zeroblob(1000000))", ())

    async def work() -> list[int]:
        async with opened(file) as database:
            await database.script(["CREATE TABLE blobs (b)", "PRAGMA max_page_count = 20"])
            with pytest.raises(StoreUnavailableError, match="full"):
                await _together(database, lambda: _add(database, 1), large)
            await _add(database, 2, together=True)
            return await numbers(database)

    assert [2] == asyncio.run(work())


async def _together(
    database: Sqlite, first: Callable[[], Awaitable[None]], second: Statement
) -> None:
    async with database.transaction():
        await first()
        await database.count(second, {})


def test_a_closed_file_is_unavailable(file: Path) -> None:
    """Guards a request that arrives while the server is ending."""

    async def work() -> None:
        async with opened(file) as database:
            pass
        await database.rows(ALL, {})

    with pytest.raises(StoreUnavailableError):
        asyncio.run(work())


def test_a_new_file_can_be_read_by_its_owner_only(file: Path) -> None:
    """Guards the file, which contains keys, against other users."""

    async def work() -> None:
        async with opened(file) as database:
            await _add(database, 1)

    asyncio.run(work())
    assert file.stat().st_mode & 0o777 == 0o600


_KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from mockserver.store.sql.sqlite import Sqlite

async def fill():
    database = Sqlite(Path(sys.argv[1]))
    await database.open()
    async with database.foundation():
        blobs = ["CREATE TABLE blobs (b BLOB)", "INSERT INTO blobs VALUES (zeroblob(1000000))"]
        await database.script(["PRAGMA cache_size = 1", *blobs])
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(fill())
"""


def test_a_new_file_is_empty_again_if_it_could_not_be_filled(file: Path) -> None:
    """Guards a store that is killed while it is filled: the next one begins from nothing."""

    async def work() -> list[int]:
        async with opened(file) as database:
            await _add(database, 1)
            return await numbers(database)

    killed = subprocess.run([sys.executable, "-c", _KILLED, str(file)], timeout=60, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert file.stat().st_size > 500_000

    assert asyncio.run(work()) == [1]
    assert file.stat().st_size < 100_000


def test_a_file_has_a_write_ahead_log_once_it_is_filled(file: Path) -> None:
    """Guards that reads wait for no writer, and a new file against a power failure before that."""
    modes = [Statement(f"PRAGMA {name}", ()) for name in ("journal_mode", "synchronous")]

    async def read(database: Sqlite) -> list[str | int]:
        return [(await database.rows(mode, {}))[0][0] for mode in modes]

    async def work() -> list[list[str | int]]:
        database = Sqlite(file)
        await database.open()
        async with database.foundation():
            before = await read(database)
        told = [before, await read(database)]
        await database.close()
        return told

    full, normal = 2, 1
    assert asyncio.run(work()) == [["delete", full], ["wal", normal]]
    assert asyncio.run(work()) == [["wal", full], ["wal", normal]]
