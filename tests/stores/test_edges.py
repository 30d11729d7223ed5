"""What a database cannot hold as it is: known weak points of the stores that last."""

import asyncio

import pytest
from msgspec import structs

from mockserver.domain.job import Job, Plan
from mockserver.sharing.records import Records
from mockserver.store.interface import SteerableStore
from tests.stores.places import Place
from tests.stores.servers import LIFECYCLE, MIDNIGHT, NOW, ONE, Server, job, seed, serving
from tests.stores.test_moves import deviating

LONGEST = 5 * 999_999_999_999_999 * 86_400_000  # the longest duration that can be written


def test_a_user_may_have_any_character_in_its_name(place: Place) -> None:
    """Guards U+0000, which the contract allows and PostgreSQL cannot hold as it is."""

    async def law(store: SteerableStore) -> str:
        return (await store.make(ONE, "a\x00b", NOW)).reference_id

    assert place.run(seed(), law) == "a\x00b"


@pytest.mark.parametrize("runs", [2**63 - 1 - MIDNIGHT, 2**63 - 1, 2**63, LONGEST])
def test_a_plan_may_be_as_long_as_can_be_written(
    place: Place, runs: int, request: pytest.FixtureRequest
) -> None:
    """Guards plans whose end no 64 bits can count: such a job simply runs."""
    # SQLite goes on with a floating-point number where PostgreSQL stops.
    most = {"memory": LONGEST, "sqlite": 2**63 - 1}.get(place.kind, 2**63 - 1 - MIDNIGHT)
    if runs > most:
        reason = "a due moment beyond 64 bits: PUT .../plan with runs 999999999999999d is a 500"
        request.applymarker(pytest.mark.xfail(reason=reason))

    async def law(store: SteerableStore) -> list[Job]:
        plan = Plan(runs, "completed")
        await store.change(1, lambda before: structs.replace(before, plan=plan), NOW)
        await store.settle(MIDNIGHT)
        return list(await store.everything(MIDNIGHT))

    (found,) = place.run(seed([job(1)]), law)
    assert ("running", runs) == (found.status, found.plan.runs if found.plan else None)


def test_a_job_made_while_another_server_changes_the_lifecycle_follows_the_new_one(
    lasting: Place, request: pytest.FixtureRequest
) -> None:
    """Guards a job that is made by a server which has not yet heard of another lifecycle."""
    reason = "its row has the due moment of the old lifecycle, and nobody counts it anew"
    request.applymarker(pytest.mark.xfail(reason=reason))

    async def work(first: Server, second: Server) -> str:
        async with first.sharing.changing("default"):
            await first.worlds.default.store.follow(deviating("stuck-in-scheduled"), NOW)
        await second.worlds.default.store.follow(deviating("stuck-in-scheduled"), NOW)
        await first.worlds.default.store.follow(LIFECYCLE, NOW)
        # In flight on the second server, which knew the old lifecycle when the request came.
        await second.worlds.default.store.make(ONE, "ann", NOW)
        await first.worlds.default.store.settle(MIDNIGHT)
        return (await first.worlds.default.store.anyone(1, MIDNIGHT)).status

    assert lasting.pair(work, seed()) == "running"


def test_a_replacement_and_a_change_wait_for_each_other_in_one_order(lasting: Place) -> None:
    """Guards a start with --reseed against a deadlock with a server that runs."""
    url = lasting.new()

    async def work() -> list[int]:
        async with serving(url, seed([job(1)])) as running:
            records = Records(running.backing.database)
            (record,) = await records.changed(0, "default")
            entered = asyncio.Event()

            async def change() -> None:
                async with running.backing.database.transaction():
                    await records.advance()
                    entered.set()
                    await asyncio.sleep(0.3)
                    await records.lock(record.owner)

            async def replace() -> list[int]:
                await entered.wait()
                async with serving(url, seed([job(5)]), reseed=True) as new:
                    found = await new.worlds.default.store.everything(NOW)
                    return [each.job_id for each in found]

            _, found = await asyncio.gather(change(), replace())
            return found

    assert [5] == asyncio.run(work())
