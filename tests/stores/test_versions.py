"""The version of the tables: created, migrated, or refused."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

import pytest
from sqlalchemy.engine.interfaces import Dialect

from mockserver.store.interface import StoreRefusedError
from mockserver.store.sql.database import Database, Statement
from mockserver.store.sql.opening import database_at
from mockserver.store.sql.versions import MIGRATIONS, Migration, bring_up_to_date, second
from tests.stores.places import Place
from tests.stores.servers import job, seed, serving

OLDEST = ("directory", "exchanges", "faults", "jobs", "journals", "seeds", "worlds")
GOLDEN = Path(__file__).parent.parent / "golden"


class BrokenError(Exception):
    """A migration that fails."""


def newer(_: Dialect) -> Iterable[str]:
    """Yield the statements of a migration."""
    yield "CREATE TABLE mock_newer (n INTEGER)"
    yield "INSERT INTO mock_newer SELECT count(*) FROM mock_records"


def broken(dialect: Dialect) -> Iterable[str]:
    """Yield the statements of half a migration, and fail."""
    yield from newer(dialect)
    yield "DROP TABLE mock_records"
    raise BrokenError


async def _tables(database: Database) -> list[str]:
    catalogue = "sqlite_master WHERE type = 'table'"
    column = "name"
    if database.dialect.name == "postgresql":
        catalogue, column = "pg_tables WHERE schemaname = 'public'", "tablename"
    sql = f"SELECT {column} FROM {catalogue} ORDER BY 1"
    return [row[0] for row in await database.rows(Statement(sql, ()), {})]


@pytest.mark.parametrize(("version", "migration"), [(2, second)])
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_tables_of_a_version_are_those_that_were_released(
    kind: str, version: int, migration: Migration
) -> None:
    """Guards released versions against changes: each change needs a migration."""
    url = "sqlite:///unused.db" if kind == "sqlite" else "postgresql://nobody@localhost/none"
    written = ";\n".join(statement.strip() for statement in migration(database_at(url).dialect))
    lines = [" ".join(line.split()) for line in written.splitlines() if line.strip()]
    golden = (GOLDEN / f"tables-{version}-{kind}.sql").read_text().splitlines()

    assert [" ".join(line.split()) for line in golden] == lines


def test_a_version_that_is_too_old_is_refused_or_replaced(lasting: Place) -> None:
    """Guards the stores of older mocks: they are left alone unless the user wants them replaced."""
    url = lasting.new()

    async def work() -> tuple[str, list[str], list[int | str], list[str]]:
        database = database_at(url)
        await database.open()
        try:
            async with database.foundation():
                await database.script(f"CREATE TABLE mock_{name} (n INTEGER)" for name in OLDEST)
                await database.stamp(1)
            with pytest.raises(StoreRefusedError) as refused:
                async with serving(url):
                    pass
            before = await _tables(database)
            async with serving(url, seed([job(5)]), reseed=True) as server:
                return str(refused.value), before, await server.keys(), await _tables(database)
        finally:
            await database.close()

    told, before, keys, after = asyncio.run(work())
    assert told == (
        f"{database_at(url).address} has tables of version 1, which this mockserver can no longer "
        "read; replace what they hold with --reseed, or name another store"
    )
    assert {f"mock_{name}" for name in OLDEST} <= set(before)
    assert "mock_records" not in before
    assert ([5], False) == (keys, "mock_jobs" in after)


def test_an_older_version_is_brought_up_to_date(lasting: Place) -> None:
    """Guards the contents of a store when a newer mock opens it."""
    url = lasting.new()

    async def work() -> tuple[int | None, list[str]]:
        async with serving(url, seed([job(1), job(2)])):
            pass
        database = database_at(url)
        await database.open()
        try:
            for _ in range(2):
                async with database.foundation():
                    await bring_up_to_date(database, (*MIGRATIONS, newer))
            return await database.version(), await _tables(database)
        finally:
            await database.close()

    version, tables = asyncio.run(work())
    assert version == 3
    assert {"mock_newer", "mock_records"} <= set(tables)


def test_a_migration_that_breaks_off_leaves_the_old_version(lasting: Place) -> None:
    """Guards a store against half a migration, and that a mock of the old version opens it."""
    url = lasting.new()

    async def broken_off() -> int | None:
        database = database_at(url)
        await database.open()
        try:
            with pytest.raises(BrokenError):
                async with database.foundation():
                    await bring_up_to_date(database, (*MIGRATIONS, broken))
            assert "mock_newer" not in await _tables(database)
            return await database.version()
        finally:
            await database.close()

    async def work() -> tuple[int | None, list[int | str]]:
        async with serving(url, seed([job(1), job(2)])):
            pass
        version = await broken_off()
        async with serving(url) as server:
            return version, await server.keys()

    assert (2, [1, 2]) == asyncio.run(work())


def test_a_first_version_that_breaks_off_leaves_nothing(lasting: Place) -> None:
    """Guards an empty database against half a schema: the next mock fills it."""
    url = lasting.new()

    async def work() -> tuple[list[str], str]:
        database = database_at(url)
        await database.open()
        with pytest.raises(BrokenError):
            async with database.foundation():
                await bring_up_to_date(database, (second, broken))
        tables = await _tables(database)
        await database.close()
        async with serving(url, seed([job(1)])) as server:
            return tables, server.persistence.summary

    tables, told = asyncio.run(work())
    assert tables == []
    assert told.endswith("1 jobs of the fixtures")


def test_a_newer_version_is_refused_and_left_alone(lasting: Place) -> None:
    """Guards a store of a newer mock against an older one, which does not know its tables."""
    url = lasting.new()

    async def work() -> tuple[str, int | None]:
        database = database_at(url)
        await database.open()
        try:
            async with database.foundation():
                await bring_up_to_date(database, (*MIGRATIONS, newer))
            with pytest.raises(StoreRefusedError) as refused:
                async with serving(url, reseed=True):
                    pass
            return str(refused.value), await database.version()
        finally:
            await database.close()

    told, version = asyncio.run(work())
    known = "has tables of version 3, and this mockserver knows those up to 2; install a newer one"
    assert f"{database_at(url).address} {known}, or name another store" == told
    assert version == 3
