"""What the errors of SQLite mean, by their codes."""

import sqlite3
from collections.abc import Callable
from typing import TypeVar

from mockserver.store.interface import StoreUnavailableError

T = TypeVar("T")


class BusyError(Exception):
    """Another server holds the lock of the file."""


def run_once(address: str, run: Callable[[], T]) -> T:
    """Return what *run* returns, which asks the database at *address*.

    Raises:
        BusyError: it may succeed a little later.
        StoreUnavailableError: the database cannot be used.
    """
    try:
        return run()
    except sqlite3.DatabaseError as error:
        message = f"{address}: {find_reason(error)}"
        # An error of the Python part of the driver has no code.
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise BusyError(message) from None
        if code == sqlite3.SQLITE_CORRUPT or isinstance(error, sqlite3.OperationalError):
            raise StoreUnavailableError(message) from None
        raise


def find_reason(error: sqlite3.DatabaseError) -> str:
    """Return what *error* says, without the content of a row, in which there may be keys."""
    return str(error).partition(" with text ")[0]
