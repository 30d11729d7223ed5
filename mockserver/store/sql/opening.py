"""From the URL of a store to its database."""

from pathlib import Path

from mockserver.store.sql.database import Database
from mockserver.store.url import SQLITE


def database_at(url: str) -> Database:
    """Return the database at *url*, not yet opened."""
    # The drivers are extras of this package, and one may be installed without the other.
    if url.startswith(SQLITE):
        from mockserver.store.sql.sqlite import Sqlite

        return Sqlite(Path(url.removeprefix(SQLITE)))
    from mockserver.store.sql.postgres import Postgres

    return Postgres(url)
