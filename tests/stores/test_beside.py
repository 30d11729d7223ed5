"""Several active jobs of one user, which only a deviation creates; in every store."""

import pytest
from msgspec import structs

from mockserver.domain.job import Job
from mockserver.domain.lifecycle import Refusal
from mockserver.domain.paging import Window
from mockserver.store.interface import DeletionPendingError, SteerableStore
from tests.stores.places import Place
from tests.stores.servers import NOW, ONE, TWO, seed

USERS = ("ann", "o'h%ra_", "\ufdd0\0\ufdd0", "🦊" * 256)


def test_jobs_beside_each_other_are_jobs_like_any(place: Place) -> None:
    """Guards ids, members and lists of several active jobs of one user."""

    async def law(store: SteerableStore) -> None:
        for user in USERS:
            first = await store.make(ONE, user, NOW)
            others = [await store.make(ONE, user, NOW, beside=True) for _ in range(2)]
            made = [first, *others]
            assert [user] * 3 == [job.reference_id for job in made]
            assert [first.job_id + n for n in range(3)] == [job.job_id for job in made]
            assert [*reversed(made)] == list(await store.page(ONE, Window(0, 3), NOW))
            assert made == [await store.job(ONE, job.job_id, NOW) for job in made]

    place.run(seed(), law)


def test_a_user_has_an_active_job_until_the_last_one_has_ended(place: Place) -> None:
    """Guards the search for any active job of just that user and project."""

    async def law(store: SteerableStore) -> list[bool]:
        made = [await store.make(ONE, "ann", NOW)]
        made += [await store.make(ONE, "ann", NOW, beside=True) for _ in range(2)]
        seen = [
            await store.has_active(*who, NOW) for who in ((ONE, "an"), (ONE, "anna"), (TWO, "ann"))
        ]
        for job in made:
            seen.append(await store.has_active(ONE, "ann", NOW))
            assert not isinstance(await store.move(ONE, job.job_id, "cancel", NOW), Refusal)
        return [*seen, await store.has_active(ONE, "ann", NOW)]

    assert [False, False, False, True, True, True, False] == place.run(seed(), law)


def test_a_job_beside_another_can_be_moved_by_hand(place: Place) -> None:
    """Guards that two such jobs remain distinct when a test changes one of them."""

    async def law(store: SteerableStore) -> Job:
        await store.make(ONE, "ann", NOW)
        job_id = (await store.make(ONE, "ann", NOW, beside=True)).job_id
        await store.change(job_id, lambda job: structs.replace(job, status="running"), NOW)
        return await store.job(ONE, job_id, NOW)

    moved = place.run(seed(), law)
    assert ("running", "ann") == (moved.status, moved.reference_id)


def test_a_job_is_not_added_while_one_beside_another_is_active(place: Place) -> None:
    """Guards that what a test adds meets every active job of its user, however that was made."""

    async def law(store: SteerableStore) -> None:
        first = await store.make(ONE, "ann", NOW)
        await store.make(ONE, "ann", NOW, beside=True)
        await store.move(ONE, first.job_id, "cancel", NOW)
        await store.add(structs.replace(first, job_id=first.job_id + 10), NOW)

    with pytest.raises(DeletionPendingError):
        place.run(seed(), law)
