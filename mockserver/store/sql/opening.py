"""From the URL of a store to its database."""

from pathlib import Path

from mockserver.store.sql.database import Database
from mockserver.store.url import SQLITE


def database_at(url: str) -> Database:
    """Return the database at *url*, not yet opened.

    Raises:
        ImportError: its driver is not installed.
    """
    if url.startswith(SQLITE):
        from mockserver.store.sql.sqlite import Sqlite

        return Sqlite(Path(url.removeprefix(SQLITE)))
    from mockserver.store.sql.postgres import Postgres

    return Postgres(url)
