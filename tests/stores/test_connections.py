"""The connections to PostgreSQL, each lent to one task at a time."""

import asyncio

import pytest

from mockserver.store.interface import StoreUnavailableError
from mockserver.store.sql.connections import Connections
from mockserver.store.sql.database import Statement
from mockserver.store.sql.opening import database_at
from tests.postgres import Postgres
from tests.stores.conftest import PATIENCE

SLOW = Statement("SELECT pg_sleep(600)", ())
WHO = Statement("SELECT pg_backend_pid()", ())
SLEEPING = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE query = 'SELECT pg_sleep(600)' AND state = 'active'"
)
PATIENCE_SECONDS = 60


def test_one_task_after_the_other_gets_the_same_connection(postgres: Postgres) -> None:
    """Guards that a connection is used again, after failures of a caller too."""

    async def work() -> set[int]:
        database = database_at(postgres.url)
        await database.open()
        found = set()
        for _ in range(5):
            with pytest.raises(LookupError):  # noqa: PT012 -- where it is raised, no matter
                async with database.transaction():
                    found.add((await database.rows(WHO, {}))[0][0])
                    raise LookupError
            found.add((await database.rows(WHO, {}))[0][0])
        await database.close()
        return found

    assert len(asyncio.run(work())) == 1


def test_many_tasks_share_a_few_connections(postgres: Postgres) -> None:
    """Guards the bound: tasks wait for each other, and all get a connection."""

    async def work() -> list[int]:
        connections = Connections(postgres.url)

        async def ask() -> int:
            connection = await connections.lend(PATIENCE_SECONDS)
            pid: int = await connection.fetchval("SELECT pg_backend_pid()")
            connections.take_back(connection)
            return pid

        found = await asyncio.gather(*[ask() for _ in range(50)])
        await connections.close()
        return found

    pids = asyncio.run(work())
    assert len(pids) == 50
    assert len(set(pids)) <= 10


def test_a_statement_that_nobody_waits_for_ends(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards the server: what took too long does not go on there, and keeps no lock."""

    async def work() -> None:
        database = database_at(postgres.url)
        await database.open()
        with monkeypatch.context() as patch:
            patch.setattr(PATIENCE[0], (0.2,))
            with pytest.raises(StoreUnavailableError):
                await database.rows(SLOW, {})
        cancelled = asyncio.create_task(database.rows(SLOW, {}))
        await asyncio.sleep(0)
        cancelled.cancel()
        await asyncio.gather(cancelled, return_exceptions=True)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (await database.rows(Statement(SLEEPING, ()), {}))[0][0]:  # noqa: ASYNC110 -- the server tells nobody of it
                await asyncio.sleep(0.01)
        await database.close()

    asyncio.run(work())
