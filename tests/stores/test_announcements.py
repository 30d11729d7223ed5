"""What the servers of one PostgreSQL database tell each other."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from mockserver.records.record import Record
from mockserver.store.interface import StoreUnavailableError
from mockserver.store.sql.announcements import Announcer
from mockserver.store.sql.database import Watch
from tests import harness
from tests.postgres import Postgres
from tests.stores.apis import NOW, ONE, jobs
from tests.stores.servers import Server, job, seed, serving
from tests.stores.test_events_of_servers import listening
from tests.stores.test_postgresql import CUT_OTHERS

PATIENCE_SECONDS = 60


def run(postgres: Postgres, work: Callable[[Server, Server], Awaitable[None]]) -> None:
    """Run *work* with two servers of a database that has a job."""

    async def both() -> None:
        url = postgres.new_database()
        async with serving(url, seed([job(1)])) as first, serving(url) as second:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await work(first, second)

    asyncio.run(both())


async def rename(server: Server, world: str) -> None:
    """Change the job of a world."""

    def change(record: Record) -> Record:
        return record.with_members({"/referenceId": f"u{time.monotonic_ns()}"})

    records = (await server.world(world)).records
    await records.change(jobs().kind, (ONE,), 1, change, NOW)


def count(watch: Watch, owner: int) -> tuple[int, int]:
    """Return how often all records may have changed, and how often those of one world have."""
    found: Any = watch.revision(owner)
    return (0, 0) if found is None else found[:2]


async def wait_for_more(watch: Watch, owner: int, than: int) -> int:
    """Return how often records of a world have changed once that is more often."""
    while (told := count(watch, owner)[1]) <= than:
        await watch.wait()
    return told


async def connect(watch: Watch, than: int = 0) -> int:
    """Return how often the server has begun to hear what is told, once that is more often."""
    while (connected := count(watch, 0)[0]) <= than:
        await watch.wait()
    return connected


async def find_owner(server: Server, world: str) -> int:
    """Return the number of a world."""
    await server.persistence.refresh()
    return server.persistence._rows[world].owner  # noqa: SLF001 -- nobody else needs it


def test_a_change_is_heard_by_the_other_server_for_its_world_alone(postgres: Postgres) -> None:
    """Guards that a committed change is told of, with the number of its world."""

    async def work(first: Server, second: Server) -> None:
        await second.make_world(seed([job(1)]), "mine")
        default, mine = await find_owner(first, "default"), await find_owner(first, "mine")
        async with first.database.watch() as watch:
            await connect(watch)
            await rename(second, "default")
            # What was told before, of the making, has arrived by then.
            told = await wait_for_more(watch, default, 0)
            others = count(watch, mine)[1]
            await rename(second, "default")
            await wait_for_more(watch, default, told)

            assert count(watch, mine)[1] == others

    run(postgres, work)


def test_what_is_undone_is_not_told(postgres: Postgres) -> None:
    """Guards against announcements of a transaction that has not happened."""

    async def work(first: Server, second: Server) -> None:
        await second.make_world(seed([job(1)]), "mine")
        default, mine = await find_owner(first, "default"), await find_owner(first, "mine")

        async def fail() -> None:
            async with second.database.transaction():
                await rename(second, "mine")
                raise LookupError

        async with first.database.watch() as watch:
            await connect(watch)
            await rename(second, "default")
            told = await wait_for_more(watch, default, 0)
            others = count(watch, mine)[1]
            with pytest.raises(LookupError):
                await fail()
            await rename(second, "default")
            await wait_for_more(watch, default, told)

            assert count(watch, mine)[1] == others

    run(postgres, work)


def test_a_listener_that_is_cut_off_takes_everything_for_changed(postgres: Postgres) -> None:
    """Guards what was told while nobody could hear it: records are compared once again."""

    async def work(first: Server, _: Server) -> None:
        async with first.database.watch() as watch:
            before = await connect(watch)
            url = first.database._url  # type: ignore[attr-defined]  # noqa: SLF001 -- PostgreSQL's
            await asyncio.to_thread(postgres.psql, "-c", CUT_OTHERS, url=url)

            assert await connect(watch, than=before) > before

    run(postgres, work)


def test_a_server_that_listens_tells_what_happened_while_it_was_cut_off(
    postgres: Postgres,
) -> None:
    """Guards events of the other server through a cut of all connections, the listener's too."""
    url = postgres.new_database()
    with (
        harness.mock(store=url, speed=0.0) as first,
        harness.mock(store=url, speed=0.0) as second,
        listening(first, "?world=default") as listener,
    ):
        postgres.psql("-c", CUT_OTHERS, url=url)
        until = time.monotonic() + PATIENCE_SECONDS
        # A connection that was cut fails once.
        while second.cancel(3451).status_code == 503 and time.monotonic() < until:
            pass
        (moved,) = listener.wait_for("job")

    assert (moved["job"]["jobId"], moved["job"]["status"]) == (3451, "cancelled")


def test_a_change_that_is_made_while_another_is_told_is_told_as_well() -> None:
    """Guards against the loss of a change of the same world, committed after the announcement."""
    told: list[list[str]] = []

    async def work() -> None:
        async def tell(changes: Sequence[str]) -> None:
            told.append(list(changes))
            if len(told) == 1:
                announcer.announce(["1"])

        announcer = Announcer(tell)
        announcer.announce(["1", "2"])
        await asyncio.sleep(0)
        await announcer.close()

    asyncio.run(work())
    assert told == [["1", "2"], ["1"]]


def test_what_cannot_be_told_is_told_with_the_next_change() -> None:
    """Guards a server through an outage of its database: nothing loops, and nothing is left out."""
    told: list[list[str]] = []

    async def work() -> None:
        async def tell(changes: Sequence[str]) -> None:
            told.append(list(changes))
            if len(told) == 1:
                raise StoreUnavailableError

        announcer = Announcer(tell)
        announcer.announce(["1"])
        await asyncio.sleep(0)
        announcer.announce(["2"])
        await asyncio.sleep(0)
        await announcer.close()

    asyncio.run(work())
    assert told == [["1"], ["1", "2"]]
