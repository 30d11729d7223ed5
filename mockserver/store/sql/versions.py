"""Migrations: tables are created where there are none, brought up to date, or refused."""

from collections.abc import Callable, Iterable, Sequence

from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.schema import CreateIndex, CreateTable

from mockserver.store.interface import StoreRefusedError
from mockserver.store.sql.database import Database
from mockserver.store.sql.tables import metadata

#: Returns the statements that lead from a version to the next one.
Migration = Callable[[Dialect], Iterable[str]]

#: The oldest version of which something is kept.
_OLDEST = 2
#: What version 1 had; a row of it had room for a job, and for no other record.
_TABLES_1 = ("directory", "exchanges", "faults", "jobs", "journals", "seeds", "worlds")


def second(dialect: Dialect) -> Iterable[str]:
    """Yield the statements that make the tables of version 2."""
    for table in sorted(metadata.tables.values(), key=lambda table: table.name):
        yield str(CreateTable(table).compile(dialect=dialect))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            yield str(CreateIndex(index).compile(dialect=dialect))


#: The first leads from nothing to the oldest version. Once released, none of them changes; when the
#: tables do, `second` is kept as the text that it yields now, and another one is added.
MIGRATIONS: Sequence[Migration] = (second,)


async def bring_up_to_date(
    database: Database, migrations: Sequence[Migration] = MIGRATIONS, *, reseed: bool = False
) -> None:
    """Migrate the tables of *database* to the newest version, within its transaction.

    Tables that are too old are dropped if *reseed* says that nothing of them is needed.

    Raises:
        StoreRefusedError: they belong to another program, are too old, or of a later version.
    """
    version, newest = await database.version(), _OLDEST + len(migrations) - 1
    if version is None:
        raise StoreRefusedError(
            f"{database.address} belongs to another program; name another file, or a new one"
        )
    if version > newest:
        raise StoreRefusedError(
            f"{database.address} has tables of version {version}, and this mockserver knows those "
            f"up to {newest}; install a newer one, or name another store"
        )
    if 0 < version < _OLDEST:
        if not reseed:
            raise StoreRefusedError(
                f"{database.address} has tables of version {version}, which this mockserver can no "
                "longer read; replace what they hold with --reseed, or name another store"
            )
        await database.script(f"DROP TABLE mock_{name}" for name in _TABLES_1)
        version = 0
    done = max(0, version - _OLDEST + 1)
    if done == len(migrations):
        return
    for migration in migrations[done:]:
        await database.script(migration(database.dialect))
    await database.stamp(newest)
