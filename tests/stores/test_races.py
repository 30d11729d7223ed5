"""Many calls at once on one state, through several servers: each is atomic."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Sequence
from typing import Any, TypeVar

from mockserver.domain.job import Job
from mockserver.domain.lifecycle import Refusal
from mockserver.domain.paging import Window
from mockserver.store.interface import (
    DeletionPendingError,
    JobExistsError,
    JobNotFoundError,
    SteerableStore,
)
from tests.stores.places import Place
from tests.stores.servers import MIDNIGHT, NOW, ONE, TWO, Server, job, seed

T = TypeVar("T")
EXPECTED = (DeletionPendingError, JobExistsError, JobNotFoundError)
CROWD = 50


async def all_at_once(calls: Sequence[Awaitable[T]]) -> list[T | BaseException]:
    """Return what each call returned or raised; errors that no store may raise are raised."""
    found = await asyncio.gather(*calls, return_exceptions=True)
    for each in found:
        if isinstance(each, BaseException) and not isinstance(each, EXPECTED):
            raise each
    return found


def stores(*servers: Server) -> list[SteerableStore]:
    """Return the jobs of the default world, as each server has them."""
    return [server.worlds.default.store for server in servers]


def test_of_many_cancels_of_one_job_one_succeeds(lasting: Place) -> None:
    """Guards that one of several cancels wins, over several connections and servers."""

    async def race(first: Server, second: Server) -> list[Job | Refusal | BaseException]:
        both = stores(first, second)
        return await all_at_once([both[n % 2].move(ONE, 1, "cancel", NOW) for n in range(CROWD)])

    found = lasting.pair(race, seed([job(1)]))
    moved = [each for each in found if isinstance(each, Job)]
    assert [("cancelled", NOW)] == [(each.status, each.updated_at) for each in moved]
    assert [Refusal("cancel", "cancelled", 400)] * (CROWD - 1) == [
        each for each in found if not isinstance(each, Job)
    ]


def test_of_many_cancels_of_jobs_that_are_due_each_succeeds_once(lasting: Place) -> None:
    """Guards cancels of rows that are not up to date, which are settled first."""
    of = seed([job(number) for number in range(1, 11)])

    async def race(first: Server, second: Server) -> list[Job | Refusal | BaseException]:
        both = stores(first, second)
        calls = [both[n // 10 % 2].move(ONE, n % 10 + 1, "cancel", MIDNIGHT + 5) for n in range(40)]
        return await all_at_once(calls)

    found = lasting.pair(race, of)
    cancelled = Counter(each.job_id for each in found if isinstance(each, Job))
    assert dict.fromkeys(range(1, 11), 1) == cancelled
    assert all(isinstance(each, Job | Refusal) for each in found)


def test_of_many_deletions_of_one_user_one_is_made(lasting: Place) -> None:
    """Guards that one of several deletions of a user wins, and the others conflict."""

    async def race(first: Server, second: Server) -> tuple[list[Any], Sequence[Job]]:
        both = stores(first, second)
        made = await all_at_once([both[n % 2].make(ONE, "ann", NOW) for n in range(CROWD)])
        return made, await both[0].all(NOW)

    made, found = lasting.pair(race, seed())
    assert [each for each in made if isinstance(each, Job)] == found
    assert [1] == [each.job_id for each in found]


def test_deletions_of_many_users_at_once_have_numbers_without_gaps(lasting: Place) -> None:
    """Guards ids and pages: no id is used twice or left out, and all jobs are listed."""

    async def race(first: Server, second: Server) -> tuple[set[int], list[list[int]]]:
        both = stores(first, second)
        calls = [both[n % 2].make((ONE, TWO)[n // 2 % 2], f"u{n}", NOW) for n in range(CROWD)]
        made = [each for each in await all_at_once(calls) if isinstance(each, Job)]
        pages = [
            [
                each.job_id
                for page in range(CROWD // 7 + 1)
                for each in await both[1].page(project, Window(7 * page, 7), NOW)
            ]
            for project in (ONE, TWO)
        ]
        return {each.job_id for each in made}, pages

    made, pages = lasting.pair(race, seed())
    assert set(range(1, CROWD + 1)) == made
    assert sorted(made) == sorted(number for page in pages for number in page)
    assert all(page == sorted(page, reverse=True) for page in pages)
