"""Hears of changes of worlds that several servers share, without reading their records."""

from collections.abc import AsyncIterator, Hashable, Mapping
from contextlib import asynccontextmanager

from mockserver.replicas.directory import WorldRow
from mockserver.store.sql.database import Database, Watch


@asynccontextmanager
async def watch_worlds(
    database: Database, rows: Mapping[str, WorldRow]
) -> AsyncIterator["SharedWorlds"]:
    """Hear of the worlds of *rows*, by name, for as long as the context is open."""
    async with database.watch() as watch:
        yield SharedWorlds(watch, rows)


class SharedWorlds:
    """Tells what *watch* hears, by the names of the worlds of *rows*."""

    def __init__(self, watch: Watch, rows: Mapping[str, WorldRow]) -> None:
        self._rows = rows
        self.wait = watch.wait
        self._watch = watch

    def revision(self, world: str) -> Hashable:
        """Return what differs after each change of the world's records; None: nobody knows."""
        row = self._rows.get(world)
        return None if row is None else self._watch.revision(row.owner)
