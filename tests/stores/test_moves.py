"""Moves: by a client, by the clock, by another lifecycle; the same in every store."""

from collections.abc import Sequence

import pytest

from mockserver.domain.job import Job, Plan
from mockserver.domain.lifecycle import Lifecycle, Refusal
from mockserver.profiles.jobs.deviations.catalogue import CATALOGUE
from mockserver.store.interface import JobNotFoundError, SteerableStore
from tests.stores.places import Place
from tests.stores.servers import HOUR, LIFECYCLE, MIDNIGHT, NOW, ONE, TWO, job, seed

ENDS = Plan(HOUR, "completed")
FAILS = Plan(HOUR, "failed", "out of disk")
HIGHEST = 2**63 - 1


def deviating(name: str) -> Lifecycle:
    """Return the lifecycle of a world with that deviation."""
    change = CATALOGUE[name].lifecycle
    assert change is not None
    return change(LIFECYCLE)


@pytest.mark.parametrize("job_id", [1, 2, 3, 0, -1, HIGHEST, -(2**63)])
def test_a_project_has_its_own_jobs_only(place: Place, job_id: int) -> None:
    """Guards that a job of another project is neither found nor cancelled."""

    async def law(store: SteerableStore) -> Sequence[Job]:
        with pytest.raises(JobNotFoundError):
            await store.job(TWO, job_id, NOW)
        with pytest.raises(JobNotFoundError):
            await store.move(TWO, job_id, "cancel", NOW)
        return await store.all(NOW)

    jobs = [job(1), job(2), job(4, project=TWO)]
    assert jobs == place.run(seed(jobs), law)


def test_a_job_is_found_as_it_was_put_there(place: Place) -> None:
    """Guards every member of a job, including the largest number."""
    jobs = [
        Job(1, ONE, "a", "failed", 0, 1, 2, "why", Plan(3, "failed", "because")),
        Job(2, TWO, "b", "running", -5, 0, None, None, Plan(2**60, "completed")),
        Job(HIGHEST, ONE, "c", "scheduled", 5, 2**62, None, "", None),
    ]

    async def law(store: SteerableStore) -> list[Job]:
        return [
            await store.job(ONE, 1, NOW),
            await store.get_any(2, NOW),
            await store.job(ONE, HIGHEST, NOW),
        ]

    assert jobs == place.run(seed(jobs), law)


@pytest.mark.parametrize("status", ["scheduled", "running", "completed", "failed", "cancelled"])
def test_a_cancel_moves_or_refuses_by_status(place: Place, status: str) -> None:
    """Guards the lifecycle at the store, and that a refusal changes nothing."""
    before = job(1, status, plan=Plan(9 * HOUR, "failed"))

    async def law(store: SteerableStore) -> tuple[Job | Refusal, Job]:
        return await store.move(ONE, 1, "cancel", NOW), await store.job(ONE, 1, NOW)

    told, found = place.run(seed([before]), law)
    if status in ("scheduled", "running"):
        expected = LIFECYCLE.moved_to(before, "cancelled", NOW)
        assert told == found == expected
    else:
        assert (Refusal("cancel", status, 400), before) == (told, found)


@pytest.mark.parametrize(("early", "status"), [(1, "cancelled"), (0, "completed")])
def test_a_cancel_at_the_moment_of_the_end_is_too_late(
    place: Place, early: int, status: str
) -> None:
    """Guards the order of moves at one time: what is due comes before a client's call."""
    ending = job(1, "running", start_at=NOW - HOUR + 1, plan=ENDS)

    async def law(store: SteerableStore) -> tuple[Job | Refusal, Job]:
        return (
            await store.move(ONE, 1, "cancel", NOW + 1 - early),
            await store.job(ONE, 1, NOW + HOUR),
        )

    told, found = place.run(seed([ending]), law)
    assert (status, NOW + 1 - early) == (found.status, found.updated_at)
    assert told == (found if early else Refusal("cancel", "completed", 400))


def test_a_job_that_nobody_has_looked_at_since_it_began_is_cancelled(place: Place) -> None:
    """Guards a cancel of a row that still says scheduled, when the job has long been running."""

    async def law(store: SteerableStore) -> tuple[Job | Refusal, Job]:
        return await store.move(ONE, 1, "cancel", MIDNIGHT + 5), await store.get_any(
            1, MIDNIGHT + 9
        )

    told, found = place.run(seed([job(1, plan=ENDS)]), law)
    assert told == found
    assert ("cancelled", MIDNIGHT + 5) == (found.status, found.updated_at)


@pytest.mark.parametrize("look", ["settle", "all", "page", "none"])
@pytest.mark.parametrize("plan", [ENDS, FAILS, None, Plan(0, "failed", "at once")])
def test_each_move_happens_at_its_own_moment_whoever_looks_when(
    place: Place, look: str, plan: Plan | None
) -> None:
    """Guards that the past does not depend on when it is read."""
    end = MIDNIGHT + (plan.runs if plan else 0)

    async def law(store: SteerableStore) -> tuple[str, int | None, str | None]:
        for now in (MIDNIGHT, MIDNIGHT + 5, end, end + 1):
            if look == "settle":
                await store.settle(now)
            elif look == "all":
                await store.all(now)
        found = await store.job(ONE, 1, end + 2)
        return found.status, found.updated_at, found.errors

    status = plan.ends if plan else "running"
    errors = plan.errors if plan else None
    assert (status, end, errors) == place.run(seed([job(1, plan=plan)]), law)


def test_a_cancelled_job_never_moves_again(place: Place) -> None:
    """Guards that a job that was moved is not moved again at its old due time."""

    async def law(store: SteerableStore) -> list[tuple[str, int | None]]:
        await store.move(ONE, 1, "cancel", NOW)
        await store.settle(MIDNIGHT + 2 * HOUR)
        return [(j.status, j.updated_at) for j in await store.all(MIDNIGHT + 9 * HOUR)]

    assert [("cancelled", NOW)] == place.run(seed([job(1, plan=ENDS)]), law)


def test_another_lifecycle_holds_from_then_on(place: Place) -> None:
    """Guards that moves due before the change are kept, and later ones computed again."""
    stuck = deviating("stuck-in-scheduled")

    async def law(store: SteerableStore) -> list[list[tuple[str, int | None]]]:
        seen = []
        for lifecycle, now, later in (
            (stuck, NOW, MIDNIGHT + HOUR),
            (LIFECYCLE, MIDNIGHT + 2 * HOUR, MIDNIGHT + 2 * HOUR),
            (stuck, MIDNIGHT + 3 * HOUR, MIDNIGHT + 9 * HOUR),
        ):
            await store.use_lifecycle(lifecycle, now)
            seen.append([(j.status, j.updated_at) for j in await store.all(later)])
        return seen

    jobs = [job(1, plan=ENDS), job(2, "running", start_at=NOW - 5, plan=FAILS)]
    failed = ("failed", NOW - 5 + HOUR)
    assert [
        [("scheduled", None), failed],
        [("completed", MIDNIGHT + HOUR), failed],
        [("completed", MIDNIGHT + HOUR), failed],
    ] == place.run(seed(jobs), law)


def test_another_lifecycle_is_asked_by_a_cancel(place: Place) -> None:
    """Guards that a cancel uses the current lifecycle and not an older one."""
    names = ("failed-is-cancellable", "only-scheduled-is-cancellable")

    async def law(store: SteerableStore) -> list[str]:
        told: list[Job | Refusal] = [await store.move(ONE, 1, "cancel", NOW)]
        for name in names:
            await store.use_lifecycle(deviating(name), NOW)
            told.append(await store.move(ONE, 1, "cancel", NOW))
            told.append(await store.move(ONE, 2, "cancel", NOW))
        return [moved.status if isinstance(moved, Job) else "refused" for moved in told]

    jobs = [job(1, "failed"), job(2, "running"), job(3, "running")]
    expected = ["refused", "cancelled", "cancelled", "refused", "refused"]
    assert expected == place.run(seed(jobs), law)


def test_a_job_made_while_none_starts_starts_when_they_start_again(place: Place) -> None:
    """Guards the due time of jobs that were created under another lifecycle."""

    async def law(store: SteerableStore) -> list[str]:
        await store.use_lifecycle(deviating("stuck-in-scheduled"), NOW)
        await store.make(ONE, "quick+a", NOW)
        before = await store.get_any(1, MIDNIGHT + HOUR)
        await store.use_lifecycle(LIFECYCLE, MIDNIGHT + HOUR)
        return [before.status, (await store.get_any(1, MIDNIGHT + HOUR)).status]

    assert ["scheduled", "completed"] == place.run(seed(), law)
