"""PostgreSQL at the level of its driver: cut connections, and servers that restart."""

import asyncio
import itertools

import pytest

from mockserver.store.interface import StoreUnavailableError
from mockserver.store.sql.database import ConflictError, Statement
from mockserver.store.sql.opening import database_at
from mockserver.store.sql.tables import records
from tests.postgres import Postgres
from tests.stores.apis import NOW, TWO, jobs
from tests.stores.conftest import PATIENCE
from tests.stores.servers import job, seed, serving

CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
CUT_OTHERS = f"{CUT} AND pid <> pg_backend_pid()"


def test_calls_go_on_after_the_server_has_cut_all_connections(postgres: Postgres) -> None:
    """Guards against dead connections: each fails once at most, and what succeeded is kept."""
    url = postgres.new_database()

    async def work() -> tuple[list[bool], list[int | str], list[int | str]]:
        async with serving(url, seed([job(1)])) as server:
            store, kind = server.worlds.default.records, jobs().kind
            told, numbers = [], itertools.count(2)
            added: list[int | str] = [1]
            for turn in range(5):
                await asyncio.gather(*[store.all(kind, NOW) for _ in range(turn)])
                postgres.psql("-c", CUT_OTHERS, url=url)
                failures = 0
                for _ in range(turn + 3):
                    number = next(numbers)
                    try:
                        await store.add(kind, job(number), NOW)
                    except StoreUnavailableError:
                        failures += 1
                    else:
                        added.append(number)
                told.append(failures <= max(1, turn))
            found = await store.all(kind, NOW)
            return told, added, [each.key for each in found]

    told, added, found = asyncio.run(work())
    assert [True] * 5 == told
    assert added == found


def test_a_transaction_that_is_cut_has_not_happened(postgres: Postgres) -> None:
    """Guards that nothing is left of a change whose connection was cut."""
    url = postgres.new_database()

    async def work() -> list[list[int | str]]:
        async with serving(url, seed([job(1)])) as first, serving(url) as second:
            with pytest.raises(StoreUnavailableError):  # noqa: PT012 -- where it is raised, no matter
                async with first.persistence.change("default"):
                    await first.worlds.default.records.add(jobs().kind, job(2), NOW)
                    first.worlds.default.clock.advance(5)
                    await asyncio.to_thread(postgres.psql, "-c", CUT_OTHERS, url=url)
                    await first.worlds.default.records.add(jobs().kind, job(3), NOW)
            seen = []
            for server in (first, second):
                try:
                    world = await server.world()
                except StoreUnavailableError:
                    world = await server.world()
                found = await world.records.all(jobs().kind, NOW)
                seen.append([world.clock.now() - NOW, *[each.key for each in found]])
            return seen

    assert [[0, 1], [0, 1]] == asyncio.run(work())


def test_a_server_that_is_away_is_unavailable_until_it_is_back(postgres: Postgres) -> None:
    """Guards the error while the server is down, and that the mock recovers by itself."""
    url = postgres.new_database()

    async def work() -> list[int | str]:
        async with serving(url, seed([job(1)])) as server:
            store, kind = server.worlds.default.records, jobs().kind
            postgres.stop()
            try:
                for call in (
                    store.all(kind, NOW),
                    store.add(kind, job(2), NOW),
                    store.settle(NOW),
                ):
                    with pytest.raises(StoreUnavailableError):
                        await call
                with pytest.raises(StoreUnavailableError):
                    await server.persistence.refresh()
            finally:
                await asyncio.to_thread(postgres.start)
            await store.add(kind, job(2, scope=TWO), NOW)
            return [each.key for each in await store.all(kind, NOW)]

    assert [1, 2] == asyncio.run(work())


def test_a_statement_that_takes_too_long_is_unavailable(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards clients against a database that does not answer, and the call after that."""

    async def work() -> list[tuple[int, ...]]:
        database = database_at(postgres.url)
        await database.open()
        try:
            with monkeypatch.context() as patch:
                patch.setattr(PATIENCE[0], (0.2,))
                with pytest.raises(StoreUnavailableError):
                    await database.rows(Statement("SELECT pg_sleep(600)", ()), {})
            return [tuple(row) for row in await database.rows(Statement("SELECT 7", ()), {})]
        finally:
            await database.close()

    assert [(7,)] == asyncio.run(work())


def test_a_row_that_stands_twice_is_a_conflict(postgres: Postgres) -> None:
    """Guards the name of the one failure that callers expect."""
    url = postgres.new_database()

    async def work() -> None:
        async with serving(url, seed([job(1)])) as server:
            database = server.database
            (row,) = await database.rows(database.prepare(records.select().limit(1)), {})
            with pytest.raises(ConflictError):
                await database.fill(records, [tuple(row)])
            assert await server.keys() == [1]

    asyncio.run(work())
