"""Serial numbers, keys, texts and conflicts; the same in every store."""

import random
from collections.abc import Sequence
from functools import partial

import pytest
from msgspec import structs

from mockserver.contract.contract import Conflict
from mockserver.records.lifecycle import Unmoved
from mockserver.records.record import Record
from mockserver.store.records import ConflictError, KeyTakenError, RecordNotFoundError, Records
from tests.stores.apis import HOUR, NOW, ONE, TWO, Api, jobs
from tests.stores.record_places import RecordPlace

HIGHEST = 2**63 - 1
SPARSE = (3, 7, 8, 100, 2**31, 2**31 + 1, 2**53 + 1, HIGHEST - 1)
TEXTS = [
    "o'hara",
    'say "hi"; DROP TABLE mock_records; --',
    "100% _sure_ \\ $1 :name ? %s",
    " leading and trailing ",
    "tab\tand\nnewline\r\x7f\x01\x00",
    "Zoë",
    "Zoe\u0308",
    "👩‍👩‍👧‍👦🇩🇪",
    "\U0010ffff\uffff\u202e\ufdd0",
    "🦊" * 256,
    "ANN",
    "ann",
]


def conflict() -> Conflict:
    """Return what keeps a second job of a user from being made."""
    (creation,) = jobs().kind.resource.creations
    assert creation.value.conflict is not None
    return creation.value.conflict


def run_jobs(place: RecordPlace, law: object, made: Sequence[Record] = ()) -> object:
    """Run *law* with a store of jobs."""
    return place.run([jobs().kind], {jobs().kind.name: made}, law, begins=NOW)  # type: ignore[arg-type]  # any law


def delete(_: Record) -> Record | None:
    """Return what becomes of a record that is deleted."""
    return None


async def keys(store: Records, limit: int | None = None, offset: int = 0) -> list[int | str]:
    """Return the keys of a page of the jobs of the first scope."""
    api = jobs()
    found = await store.page(api.kind, api.scope(), api.query(limit, offset), NOW)
    return [record.key for record in found.records]


@pytest.mark.parametrize("limit", [1, 3, 8, 200])
def test_pages_are_disjoint_and_together_complete(record_place: RecordPlace, limit: int) -> None:
    """Guards pages over integer keys with gaps and without those of other scopes."""
    made = [*map(jobs().record, SPARSE), jobs().record(9, TWO)]
    random.Random(limit).shuffle(made)

    async def law(store: Records) -> list[list[int | str]]:
        return [await keys(store, limit, limit * n) for n in range(len(SPARSE) // limit + 1)]

    pages = record_place.run([jobs().kind], {jobs().kind.name: made}, law, begins=NOW)
    assert sorted(SPARSE, reverse=True) == [key for page in pages for key in page]
    assert all(len(page) == limit for page in pages[:-1])


def test_a_page_whose_texts_alone_are_wanted_has_the_same(record_place: RecordPlace) -> None:
    """Guards the short way to a list, also where records have moved meanwhile."""

    async def law(store: Records) -> None:
        told = []
        for now in (NOW, NOW + 48 * HOUR):
            query = jobs().query(3, 2)
            whole = await store.page(jobs().kind, jobs().scope(), query, now)
            alone = structs.replace(query, wants_records=False)
            texts = await store.page(jobs().kind, jobs().scope(), alone, now)
            assert structs.replace(texts, records=()) == structs.replace(whole, records=())
            told.append(texts.joined)
        assert told[0] != told[1]

    run_jobs(record_place, law, list(map(jobs().record, SPARSE)))


@pytest.mark.parametrize("offset", [8, 2**31, 2**32, 2**62, 2**62 + 1, 2**63, 2**64, 2**80])
def test_a_page_past_the_end_is_empty(record_place: RecordPlace, offset: int) -> None:
    """Guards offsets that exceed the integers of a database."""

    async def law(store: Records) -> list[int | str]:
        return await keys(store, 200, offset)

    assert run_jobs(record_place, law, list(map(jobs().record, SPARSE))) == []


def test_a_record_with_a_number_of_its_own_is_paged_in_its_place(record_place: RecordPlace) -> None:
    """Guards that lists are in the order of integer keys, whenever a record was added."""
    added = (5, 1, 2**62, 99, 101, HIGHEST)

    async def law(store: Records) -> list[int | str]:
        for number in added:
            await store.add(jobs().kind, jobs().record(number), NOW)
        await store.add(jobs().kind, jobs().record(4, TWO), NOW)
        return [key for page in range(8) for key in await keys(store, 2, 2 * page)]

    expected = sorted((*SPARSE, *added), reverse=True)
    assert expected == run_jobs(record_place, law, list(map(jobs().record, SPARSE)))


def test_a_number_is_given_once_in_all_scopes(record_place: RecordPlace) -> None:
    """Guards keys that count the records of all scopes, and that the next is above all of them."""
    made = [jobs().record(5), jobs().record(6, TWO)]

    async def law(store: Records) -> int:
        for number, scope in ((5, ONE), (5, TWO), (6, ONE)):
            with pytest.raises(KeyTakenError):
                await store.add(jobs().kind, jobs().record(number, scope), NOW)
        for number in (6, 7):
            with pytest.raises(RecordNotFoundError):
                await store.get(jobs().kind, jobs().scope(), number, NOW)
        return await store.highest(jobs().kind, None, NOW)

    assert run_jobs(record_place, law, made) == 6


def test_a_record_that_is_put_back_stands_where_it_stood(
    record_place: RecordPlace, api: Api
) -> None:
    """Guards stated serial numbers: kept where they are free, and else the record is the newest."""

    async def law(store: Records) -> tuple[list[Record], list[Record]]:
        before = list(await store.all(api.kind, NOW))
        await store.change(api.kind, None, api.key(2), delete, NOW)
        await store.add(api.kind, before[1], NOW)
        after = list(await store.all(api.kind, NOW))
        taken = structs.replace(api.record(9), serial=before[1].serial)
        newest = await store.add(api.kind, taken, NOW)
        assert newest == (await store.all(api.kind, NOW))[-1]
        page = await store.page(api.kind, api.scope(), api.query(), NOW)
        assert len(page.records) == 4
        return before, after

    made = [api.record(number) for number in (1, 2, 3)]
    before, after = record_place.run([api.kind], {api.kind.name: made}, law, begins=NOW)
    assert before == after


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_text_comes_back_as_it_went_in(record_place: RecordPlace, text: str) -> None:
    """Guards that every string survives quoting and encoding by a database, and conflicts so."""

    async def law(store: Records) -> list[str]:
        record = jobs().record(1, referenceId=text, errors=text)
        made = await store.add(jobs().kind, record, NOW, conflict())
        with pytest.raises(ConflictError):
            await store.add(jobs().kind, jobs().record(2, referenceId=text), NOW, conflict())
        for other in (f"{text} ", text.swapcase() + "x", "x"):
            number = 1 + await store.highest(jobs().kind, None, NOW)
            another = jobs().record(number, referenceId=other)
            await store.add(jobs().kind, another, NOW, conflict())
        found = await store.get(jobs().kind, jobs().scope(), 1, NOW)
        assert found == made
        return [found.members()[name] for name in ("referenceId", "errors")]

    assert [text, text] == run_jobs(record_place, law)


@pytest.mark.parametrize("status", jobs().kind.states)
def test_a_conflict_lasts_while_a_record_is_in_those_states(
    record_place: RecordPlace, status: str
) -> None:
    """Guards which states conflict, though a test puts the record there by hand, and back."""
    lifecycle = jobs().kind.lifecycle
    assert lifecycle is not None

    def enter(state: str, record: Record) -> Record:
        return lifecycle.enter(record, state, NOW)

    async def law(store: Records) -> list[bool]:
        kind, told = jobs().kind, []
        await store.add(kind, jobs().record(1, referenceId="ann"), NOW)
        await store.add(kind, jobs().record(2, TWO, referenceId="ann"), NOW, conflict())
        for state in ("failed", status):
            await store.change(kind, None, 1, partial(enter, state), NOW)
            try:
                await store.add(kind, jobs().record(3, referenceId="ann"), NOW, conflict())
            except ConflictError:
                told.append(True)
            else:
                told.append(False)
                await store.change(kind, None, 3, delete, NOW)
        return told

    assert [False, status in ("scheduled", "running")] == run_jobs(record_place, law)


@pytest.mark.parametrize(("early", "conflicts"), [(1, True), (0, False)])
def test_a_record_that_has_ended_by_now_keeps_nothing(
    record_place: RecordPlace, early: int, *, conflicts: bool
) -> None:
    """Guards the end of a conflict, even if nobody has looked at the record since."""
    running = structs.replace(jobs().planned(1, "completed"), state="running", entered=NOW)
    lifecycle = jobs().kind.lifecycle
    assert lifecycle is not None
    running = lifecycle.enter(running, "running", NOW)

    async def law(store: Records) -> bool:
        again = jobs().record(2, referenceId="u1")
        try:
            await store.add(jobs().kind, again, NOW + HOUR - early, conflict())
        except ConflictError:
            return True
        return False

    assert run_jobs(record_place, law, [running]) is conflicts


def test_of_several_that_conflict_the_last_one_ends_it(record_place: RecordPlace) -> None:
    """Guards records that were made beside each other, which only a deviation does."""

    async def law(store: Records) -> list[bool]:
        kind, told = jobs().kind, []
        for number in (1, 2, 3):
            await store.add(kind, jobs().record(number, referenceId="ann"), NOW)
        for number in (1, 2, 3):
            with pytest.raises(ConflictError):
                await store.add(kind, jobs().record(9, referenceId="ann"), NOW, conflict())
            moved = await store.move(kind, None, number, jobs().call, NOW)
            told.append(isinstance(moved, Unmoved))
        await store.add(kind, jobs().record(9, referenceId="ann"), NOW, conflict())
        return told

    assert [False] * 3 == run_jobs(record_place, law)
