"""Pages, compared with a model that is too simple to be wrong."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.reader import load
from mockserver.domain.job import Job
from mockserver.domain.paging import Bound, Paging
from mockserver.domain.tenancy import Project
from mockserver.resources import files
from mockserver.store.memory import MemoryStore
from mockserver.store.seed import Seed

LIFECYCLE = load(files.contract()).lifecycle
PAGING = Paging(Bound("limit", 50, 1, 200), Bound("page", 1, 1))
PROJECTS = (Project(1, "One"), Project(2, "Two"))

numbers = st.one_of(st.none(), st.integers(-5, 260).map(str), st.sampled_from(["", "x", "5.0"]))


def naive(ids: list[int], limit: str | None, page: str | None) -> list[int]:
    """Return the page as the documentation describes it."""
    size = int(limit) if limit in {str(n) for n in range(1, 201)} else 50
    number = int(page) if page is not None and page.isdecimal() and int(page) >= 1 else 1
    return sorted(ids, reverse=True)[(number - 1) * size :][:size]


@given(
    st.lists(st.tuples(st.integers(1, 5_000), st.integers(0, 1)), unique_by=lambda t: t[0]),
    numbers,
    numbers,
)
def test_a_page_is_what_the_naive_model_says(
    jobs: list[tuple[int, int]], limit: str | None, page: str | None
) -> None:
    """Guards order, window and fallbacks for any ids of two projects, in any order."""
    seed = Seed(2, (), (), [Job(i, PROJECTS[p], str(i), "cancelled", 1, 1, 1) for i, p in jobs])
    store = MemoryStore(seed, LIFECYCLE, ("scheduled", "running"))
    for index, project in enumerate(PROJECTS):
        found = asyncio.run(store.page(project, PAGING.window(limit, page), 2))

        ids = [job_id for job_id, owner in jobs if owner == index]
        assert naive(ids, limit, page) == [job.job_id for job in found]


@given(st.lists(st.sampled_from(["make", "cancel", "wait"]), max_size=12), st.integers(1, 5))
def test_a_walk_meets_every_job_once_whatever_happened_before(
    events: list[str], limit: int
) -> None:
    """Guards the indexes of the memory store under any sequence of changes."""

    async def run() -> tuple[list[int], list[int]]:
        store = MemoryStore(Seed(0, (), (), []), LIFECYCLE, ("scheduled", "running"))
        made: list[int] = []
        now = 0
        for number, event in enumerate(events):
            if event == "make":
                made.append((await store.make(PROJECTS[0], str(number), now)).job_id)
            elif event == "cancel" and made:
                await store.move(PROJECTS[0], made[number % len(made)], "cancel", now)
            else:
                now += 40_000_000
        walked: list[int] = []
        for page in range(1, len(made) + 2):
            jobs = await store.page(PROJECTS[0], PAGING.window(str(limit), str(page)), now)
            walked += [job.job_id for job in jobs]
        return made, walked

    made, walked = asyncio.run(run())
    assert made == walked[::-1]
