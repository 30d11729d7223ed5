"""From the URL of a store to its database."""

from pathlib import Path
from typing import TYPE_CHECKING

from mockserver.resources import extras
from mockserver.store.interface import StoreRefusedError

if TYPE_CHECKING:
    from mockserver.store.sql.database import Database

_SQLITE = "sqlite:///"


def database_at(url: str) -> "Database":
    """Return the database at *url*, not yet opened.

    Raises:
        StoreRefusedError: what it needs is not installed.
    """
    try:
        if url.startswith(_SQLITE):
            from mockserver.store.sql.sqlite import Sqlite

            return Sqlite(Path(url.removeprefix(_SQLITE)))
        from mockserver.store.sql.postgres import Postgres

        return Postgres(url)
    except ImportError as error:
        extra = "sqlite" if url.startswith(_SQLITE) else "postgres"
        needed = extras.command(extra)
        raise StoreRefusedError(f"{error.name} is not installed: {needed}") from None
