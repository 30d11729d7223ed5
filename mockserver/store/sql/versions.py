"""Migrations: tables are created where there are none, brought up to date, or refused."""

from collections.abc import Callable, Iterable, Sequence

from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.schema import CreateIndex, CreateTable

from mockserver.store.interface import StoreRefusedError
from mockserver.store.sql.database import Database
from mockserver.store.sql.tables import conflicts, highest, kinds, records
from mockserver.store.sql.version_1 import first

#: Returns the statements that lead from a version to the next one.
Migration = Callable[[Dialect], Iterable[str]]


def second(dialect: Dialect) -> Iterable[str]:
    """Yield the statements that lead to version 2: the tables of records are added."""
    for table in (kinds, records, conflicts, highest):
        yield str(CreateTable(table).compile(dialect=dialect))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            yield str(CreateIndex(index).compile(dialect=dialect))


#: The first leads from nothing to version 1. Once released, none of them changes; when the tables
#: do, `second` is kept as the text that it yields now, and another one is added.
MIGRATIONS: Sequence[Migration] = (first, second)


async def bring_up_to_date(
    database: Database, migrations: Sequence[Migration] = MIGRATIONS
) -> None:
    """Migrate the tables of *database* to the newest version, within its transaction.

    Raises:
        StoreRefusedError: they belong to another program, or are of a later version.
    """
    version = await database.version()
    if version is None:
        raise StoreRefusedError(
            f"{database.address} belongs to another program; name another file, or a new one"
        )
    if version > len(migrations):
        raise StoreRefusedError(
            f"{database.address} has tables of version {version}, and this mockserver knows those "
            f"up to {len(migrations)}; install a newer one, or name another store"
        )
    if version == len(migrations):
        return
    for migration in migrations[version:]:
        await database.script(migration(database.dialect))
    await database.stamp(len(migrations))
