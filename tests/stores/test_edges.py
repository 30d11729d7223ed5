"""What a database cannot store as it is, and what arrives while it changes."""

import asyncio

import pytest
from msgspec import structs

from mockserver.domain.job import Job, Plan
from mockserver.domain.timestamp import TOO_LATE
from mockserver.replicas.records import Records
from mockserver.store.interface import SteerableStore, StoreUnavailableError
from tests.stores.places import Place
from tests.stores.servers import LIFECYCLE, MIDNIGHT, NOW, ONE, Server, job, seed, serving
from tests.stores.test_moves import deviating


def test_a_user_may_have_any_character_in_its_name(place: Place) -> None:
    """Guards U+0000, which the contract allows and PostgreSQL cannot store."""

    async def law(store: SteerableStore) -> str:
        return (await store.make(ONE, "a\x00b", NOW)).reference_id

    assert place.run(seed(), law) == "a\x00b"


def test_the_longest_plan_is_kept_by_every_store(place: Place) -> None:
    """Guards the longest plan that a fixture may have: such a job never ends."""

    async def law(store: SteerableStore) -> list[Job]:
        plan = Plan(TOO_LATE - 1, "completed")
        await store.change(1, lambda before: structs.replace(before, plan=plan), NOW)
        await store.settle(MIDNIGHT)
        return list(await store.all(MIDNIGHT))

    (found,) = place.run(seed([job(1)]), law)
    assert ("running", Plan(TOO_LATE - 1, "completed")) == (found.status, found.plan)


def test_no_job_is_made_by_a_lifecycle_that_another_server_has_replaced(lasting: Place) -> None:
    """Guards the due time of a job that is created while the lifecycle changes."""

    async def work(first: Server, second: Server) -> str:
        await second.worlds.default.store.use_lifecycle(deviating("stuck-in-scheduled"), NOW)
        async with first.persistence.change("default"):
            await first.worlds.default.store.use_lifecycle(LIFECYCLE, NOW)
        # In flight on the second server, which knew the old lifecycle when the request came.
        with pytest.raises(StoreUnavailableError):
            await second.worlds.default.store.make(ONE, "ann", NOW)
        await second.persistence.refresh()
        await second.worlds.default.store.make(ONE, "ann", NOW)
        await first.worlds.default.store.settle(MIDNIGHT)
        return (await first.worlds.default.store.get_any(1, MIDNIGHT)).status

    assert lasting.pair(work, seed()) == "running"


def test_a_replacement_and_a_change_wait_for_each_other_in_one_order(lasting: Place) -> None:
    """Guards a start with --reseed against a deadlock with a server that runs."""
    url = lasting.new()

    async def work() -> list[int]:
        async with serving(url, seed([job(1)])) as running:
            records = Records(running.database)
            (record,) = await records.read_changed(0, "default")
            entered = asyncio.Event()

            async def change() -> None:
                async with running.database.transaction():
                    await records.advance()
                    entered.set()
                    await asyncio.sleep(0.3)
                    await records.lock(record.owner)

            async def replace() -> list[int]:
                await entered.wait()
                async with serving(url, seed([job(5)]), reseed=True) as new:
                    found = await new.worlds.default.store.all(NOW)
                    return [each.job_id for each in found]

            _, found = await asyncio.gather(change(), replace())
            return found

    assert [5] == asyncio.run(work())
