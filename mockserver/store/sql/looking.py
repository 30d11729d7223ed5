"""Looks again and again whether a database that tells so without a query has changed."""

import asyncio

from mockserver.store.sql.database import Database
from mockserver.store.sql.tables import metadata, records

_LOOK_SECONDS = 0.25
#: After so many looks moves may have become due.
_LOOKS = 4


class Looking:
    """Tells of changes of *database* by any server."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def revision(self, _: int) -> int | None:
        """Return what differs after each change of any records."""
        return self._database.revision(records)

    async def wait(self) -> None:
        """Wait until something has changed, or may have by itself."""
        before = self._list_revisions()
        for _ in range(_LOOKS):
            await asyncio.sleep(_LOOK_SECONDS)
            self._database.look()
            if self._list_revisions() != before:
                return

    def _list_revisions(self) -> list[int | None]:
        return [self._database.revision(table) for table in metadata.tables.values()]
