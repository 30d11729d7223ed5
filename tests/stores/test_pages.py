"""Pages: the same from every store."""

import random

import pytest

from mockserver.domain.paging import Window
from mockserver.store.interface import SteerableStore
from tests.stores.places import Place
from tests.stores.servers import MIDNIGHT, NOW, ONE, TWO, job, seed

HIGHEST = 2**63 - 1
SPARSE = (3, 7, 8, 100, 2**31, 2**31 + 1, 2**53 + 1, HIGHEST - 1)


async def ids(store: SteerableStore, offset: int, limit: int, now: int = NOW) -> list[int]:
    """Return the jobIds of a page of the first project."""
    return [found.job_id for found in await store.page(ONE, Window(offset, limit), now)]


@pytest.mark.parametrize("limit", [1, 3, 8, 200])
def test_pages_are_disjoint_and_together_complete(place: Place, limit: int) -> None:
    """Guards pages over ids with gaps and without those of other projects."""
    jobs = [job(number, project=ONE) for number in SPARSE] + [job(9, project=TWO)]
    random.Random(limit).shuffle(jobs)

    async def law(store: SteerableStore) -> list[list[int]]:
        return [await ids(store, limit * page, limit) for page in range(len(SPARSE) // limit + 1)]

    pages = place.run(seed(jobs), law)
    assert sorted(SPARSE, reverse=True) == [number for page in pages for number in page]
    assert all(len(page) == limit for page in pages[:-1])


@pytest.mark.parametrize("offset", [8, 9, 2**31, 2**32, 2**62, 2**62 + 1, 2**63, 2**64, 2**80])
def test_a_page_past_the_end_is_empty(place: Place, offset: int) -> None:
    """Guards offsets that exceed the integers of a database."""

    async def law(store: SteerableStore) -> list[int]:
        return await ids(store, offset, 200)

    assert place.run(seed(map(job, SPARSE)), law) == []


def test_a_project_without_jobs_has_empty_pages(place: Place) -> None:
    """Guards the pages of a project without jobs."""

    async def law(store: SteerableStore) -> list[int]:
        return await ids(store, 0, 200)

    assert place.run(seed([job(1, project=TWO)]), law) == []


def test_a_job_with_a_number_of_its_own_is_paged_in_its_place(place: Place) -> None:
    """Guards that pages are ordered by jobId, whenever a job was added."""
    added = (5, 1, 2**62, 99, 101, HIGHEST)

    async def law(store: SteerableStore) -> list[int]:
        for number in added:
            await store.add(job(number, user=f"added-{number}"), NOW)
        await store.add(job(4, project=TWO), NOW)
        return [number for page in range(8) for number in await ids(store, 2 * page, 2)]

    expected = sorted((*SPARSE, *added), reverse=True)
    assert expected == place.run(seed(map(job, SPARSE)), law)


def test_jobs_that_are_made_after_one_with_a_low_number_come_first(place: Place) -> None:
    """Guards the count of a project's jobs after one was added among them."""

    async def law(store: SteerableStore) -> list[int]:
        await store.add(job(2, user="low"), NOW)
        await store.make(ONE, "new", NOW)
        await store.add(job(50, user="gap"), NOW)
        await store.make(ONE, "newer", NOW)
        return await ids(store, 0, 10)

    assert [51, 50, 4, 3, 2] == place.run(seed([job(3)]), law)


def test_a_page_shows_jobs_as_they_are_at_its_moment(place: Place) -> None:
    """Guards that a page shows moves that are due, as a read of one job does."""

    async def law(store: SteerableStore) -> list[tuple[str, int | None]]:
        pages = [await store.page(ONE, Window(0, 1), now) for now in (MIDNIGHT - 1, MIDNIGHT)]
        return [(page[0].status, page[0].updated_at) for page in pages]

    assert [("scheduled", None), ("running", MIDNIGHT)] == place.run(seed([job(1)]), law)
