"""How long a server waits for another that holds the lock of a file of SQLite."""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from mockserver.store.interface import StoreUnavailableError
from mockserver.store.sql import sqlite_waiting
from mockserver.store.sql.sqlite_waiting import Waiting

CALLS = 20


def locked(calls: int, meanwhile: Callable[[int], object]) -> Callable[[], str]:
    """Return what is locked for so many calls, each of which does something *meanwhile*."""
    left = iter(range(calls))

    def run() -> str:
        for number in left:
            meanwhile(number)
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorcode = sqlite3.SQLITE_BUSY
            raise error
        return "done"

    return run


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a file for whose lock nobody waits longer than for one pause without progress."""
    for limit in ("_PATIENCE_SECONDS", "_FILLING_SECONDS"):
        monkeypatch.setattr(sqlite_waiting, limit, 0.0)
    path = tmp_path / "jobs.db"
    path.touch()
    return path


def test_a_server_that_starts_waits_for_as_long_as_another_fills_the_file(file: Path) -> None:
    """Guards a start beside one that fills a large store, however long that takes."""
    fill = locked(CALLS, lambda number: os.utime(file, ns=(number, number)))
    log = file.with_name("jobs.db-wal")
    refill = locked(CALLS, lambda number: log.write_bytes(b"." * number))
    waiting = Waiting("the file", file)

    assert asyncio.run(waiting.retry_while_filled(fill)) == "done"
    assert asyncio.run(waiting.retry_while_filled(refill)) == "done"


def test_a_lock_under_which_nothing_is_written_is_waited_for_only_a_while(file: Path) -> None:
    """Guards against an endless wait for a program that has locked the file."""
    held = locked(CALLS, lambda _: None)

    with pytest.raises(StoreUnavailableError, match="locked"):
        asyncio.run(Waiting("the file", file).retry_while_filled(held))


def test_a_call_does_not_wait_for_as_long_as_others_write(file: Path) -> None:
    """Guards requests: servers that write all the time hold none up for longer than it may take."""
    busy = locked(CALLS, lambda number: os.utime(file, ns=(number, number)))

    with pytest.raises(StoreUnavailableError, match="locked"):
        asyncio.run(Waiting("the file", file).retry(busy))
