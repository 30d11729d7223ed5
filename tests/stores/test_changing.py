"""Jobs that a test changes: transitions and plans; the same in every store."""

from collections.abc import Callable
from itertools import product

import pytest
from msgspec import structs

from mockserver.domain.job import Job, Plan
from mockserver.domain.override import NoPathError, override_status
from mockserver.store.interface import DeletionPendingError, SteerableStore
from tests.stores.places import Place
from tests.stores.servers import DOCUMENT, HOUR, LIFECYCLE, MIDNIGHT, NOW, ONE, TWO, job, seed


def by_force(to: str, errors: str | None, now: int) -> Callable[[Job], Job]:
    """Return the change that the control API's transition makes."""
    return lambda before: override_status(LIFECYCLE, before, to, errors, now)


def planning(plan: Plan | None) -> Callable[[Job], Job]:
    """Return the change that sets the plan of a job."""
    return lambda before: structs.replace(before, plan=plan)


@pytest.mark.parametrize(("status", "to"), list(product(DOCUMENT.states, repeat=2)))
def test_a_forced_job_goes_on_from_where_it_was_put(place: Place, status: str, to: str) -> None:
    """Guards each transition by a test: where it leads, and how the job goes on by itself."""
    before = job(1, status, plan=Plan(2 * HOUR, "failed", "plan"))

    async def law(store: SteerableStore) -> tuple[Job | None, list[Job]]:
        try:
            after = await store.change(1, by_force(to, "hand", NOW), NOW)
        except NoPathError:
            after = None
        return after, [await store.get_any(1, now) for now in (NOW, MIDNIGHT + 9 * HOUR)]

    after, (found, later) = place.run(seed([before]), law)
    path = LIFECYCLE.path(status, to)
    if not path:
        assert (None, before) == (after, found)
        return
    assert after == found == by_force(to, "hand", NOW)(before)
    runs_on = to == "running"
    assert (later.status, later.errors) == (("failed", "plan") if runs_on else (to, "hand"))
    assert later.updated_at == (NOW + 2 * HOUR if runs_on else NOW)


def test_a_change_is_made_to_the_job_as_it_is_now(place: Place) -> None:
    """Guards that a change sees the moves that have come due since the last read."""
    seen: list[Job] = []

    def change(before: Job) -> Job:
        seen.append(before)
        return structs.replace(before, errors="hand")

    async def law(store: SteerableStore) -> list[Job]:
        await store.change(1, change, MIDNIGHT + HOUR)
        return list(await store.all(MIDNIGHT + HOUR))

    start = job(1, plan=Plan(HOUR, "completed"))
    found = place.run(seed([start]), law)
    assert [("completed", MIDNIGHT + HOUR)] == [(j.status, j.updated_at) for j in seen]
    assert found == [structs.replace(seen[0], errors="hand")]


def test_a_new_plan_holds_instead_of_the_old_one(place: Place) -> None:
    """Guards that the end is computed again, earlier or later, also before the start."""
    plans = [Plan(5, "completed"), Plan(5 * HOUR, "failed", "late"), None]

    async def law(store: SteerableStore) -> list[tuple[str, int | None]]:
        for number in (1, 2):
            for plan in plans:
                await store.change(number, planning(plan), NOW)
        for number, plan in zip((1, 2, 3), (plans[0], plans[1], plans[0]), strict=True):
            await store.change(number, planning(plan), NOW)
        await store.settle(MIDNIGHT + 5)
        return [(j.status, j.updated_at) for j in await store.all(MIDNIGHT + 9 * HOUR)]

    old = Plan(2 * HOUR, "completed")
    jobs = [job(1, plan=old), job(2, "running", start_at=NOW - 1, plan=old), job(3, "failed")]
    assert [
        ("completed", MIDNIGHT + 5),
        ("failed", NOW - 1 + 5 * HOUR),
        ("failed", NOW - HOUR),
    ] == place.run(seed(jobs), law)


def test_a_change_that_raises_changes_nothing(place: Place) -> None:
    """Guards against half a change of a job."""

    def broken(before: Job) -> Job:
        raise ValueError(before.status)

    async def law(store: SteerableStore) -> list[Job]:
        with pytest.raises(ValueError, match="scheduled"):
            await store.change(1, broken, NOW)
        return list(await store.all(NOW))

    assert [job(1)] == place.run(seed([job(1)]), law)


def test_a_job_that_was_ended_by_hand_makes_way_for_another(place: Place) -> None:
    """Guards that conflicts depend on the job after the change."""

    async def law(store: SteerableStore) -> int:
        await store.change(1, by_force("running", None, NOW), NOW)
        with pytest.raises(DeletionPendingError):
            await store.make(ONE, "ann", NOW)
        await store.change(1, by_force("completed", None, NOW), NOW)
        return (await store.make(ONE, "ann", NOW)).job_id

    assert place.run(seed([job(1, user="ann")]), law) == 2


def test_a_change_keeps_the_place_of_a_job_in_its_pages(place: Place) -> None:
    """Guards that changes of some jobs do not change the order of all."""
    jobs = [job(number, project=ONE if number % 2 else TWO) for number in range(1, 7)]

    async def law(store: SteerableStore) -> list[int]:
        for number in (3, 2, 5):
            await store.change(number, by_force("cancelled", None, NOW), NOW)
        return [found.job_id for found in await store.all(NOW)]

    assert [1, 2, 3, 4, 5, 6] == place.run(seed(jobs), law)
