"""Pages, compared with a model that is too simple to be wrong."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from mockserver.records.arguments import Arguments
from mockserver.records.listing.request import QueryReader
from mockserver.records.record import Record
from mockserver.store.memory import MemoryRecords
from tests.stores.apis import NOW, ONE, TWO, jobs

PROJECTS = (ONE, TWO)
numbers = st.one_of(st.none(), st.integers(-5, 260).map(str), st.sampled_from(["", "x", "5.0"]))


def naive(ids: list[int], limit: str | None, page: str | None) -> list[int]:
    """Return the page as the documentation describes it."""
    size = int(limit) if limit in {str(n) for n in range(1, 201)} else 50
    number = int(page) if page is not None and page.isdecimal() and int(page) >= 1 else 1
    return sorted(ids, reverse=True)[(number - 1) * size :][:size]


def list_page(store: MemoryRecords, project: str, now: int, **asked: str | None) -> list[Record]:
    """Return a page of the jobs of a project."""
    api = jobs()
    given = [(name, value) for name, value in asked.items() if value is not None]
    query = QueryReader(api.kind).read(api.scope(project), Arguments(query=given))
    found = asyncio.run(store.page(api.kind, api.scope(project), query, now))
    return list(found.records)


@given(
    st.lists(st.tuples(st.integers(1, 5_000), st.integers(0, 1)), unique_by=lambda t: t[0]),
    numbers,
    numbers,
)
def test_a_page_is_what_the_naive_model_says(
    made: list[tuple[int, int]], limit: str | None, page: str | None
) -> None:
    """Guards order, window and fallbacks for any ids of two projects, in any order."""
    api = jobs()
    seed = {api.kind.name: [api.record(number, PROJECTS[of]) for number, of in made]}
    store = MemoryRecords([api.kind], seed, begins=NOW)
    for index, project in enumerate(PROJECTS):
        found = list_page(store, project, NOW, limit=limit, page=page)

        ids = [number for number, of in made if of == index]
        assert naive(ids, limit, page) == [record.key for record in found]


@given(st.lists(st.sampled_from(["make", "cancel", "wait"]), max_size=12), st.integers(1, 5))
def test_a_walk_meets_every_job_once_whatever_happened_before(
    events: list[str], limit: int
) -> None:
    """Guards the indexes of the memory store under any sequence of changes."""
    api = jobs()
    store = MemoryRecords([api.kind], begins=NOW)
    made: list[int] = []
    now = NOW
    for event in events:
        if event == "make":
            key = 1 + asyncio.run(store.highest(api.kind, None, now))
            record = structs.replace(api.record(key), entered=now)
            made.append(int(asyncio.run(store.add(api.kind, record, now)).key))
        elif event == "cancel" and made:
            asyncio.run(store.move(api.kind, None, made[len(events) % len(made)], api.call, now))
        else:
            now += 40_000_000
    walked: list[int | str] = []
    for page in range(1, len(made) + 2):
        found = list_page(store, ONE, now, limit=str(limit), page=str(page))
        walked += [record.key for record in found]

    assert made == walked[::-1]
