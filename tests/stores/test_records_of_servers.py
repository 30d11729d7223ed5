"""Records that several servers share, and that outlast them."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from msgspec import structs
from sqlalchemy import select

from mockserver.records.arguments import Arguments
from mockserver.records.kind import Kind
from mockserver.records.lifecycle import Unmoved
from mockserver.records.listing.query import Query
from mockserver.records.record import Planned, Record
from mockserver.store.interface import StoreUnavailableError
from mockserver.store.records import (
    ConflictError,
    KeyTakenError,
    MoveCall,
    Moved,
    RecordNotFoundError,
    Records,
)
from mockserver.store.sql.database import Statement
from mockserver.store.sql.planting import clear, copy, plant
from mockserver.store.sql.store import SqlRecords
from mockserver.store.sql.tables import records
from tests.records.kinds import JOBS, kind
from tests.records.walking import NOW
from tests.stores.record_places import RecordPlace, new_owner, opened, store_of

HOUR = 3_600_000
DAY = 24 * HOUR
BATCHES = kind("openai-batches")
RUNS = kind("airflow-dagruns")
TASKS = kind(JOBS)
#: A client's move of each contract, with a record that it may move.
MOVES: list[tuple[Kind, dict[str, Any], MoveCall]] = [
    (TASKS, {"jobId": 7, "referenceId": "u", "startAt": NOW + HOUR}, MoveCall("cancelJob")),
    (BATCHES, {"id": "a", "expires_at": None}, MoveCall("cancelBatch")),
    (RUNS, {"dag_run_id": "a"}, MoveCall("patch_dag_run", Arguments(body={"state": "failed"}))),
    (RUNS, {"dag_run_id": "a"}, MoveCall("delete_dag_run")),
]


def begun(of: Kind, members: dict[str, Any], at: int = NOW) -> Record:
    """Return a record of the first scope."""
    return of.begin(members, tuple("x" for _ in of.scope), at)


async def outcome(asked: Any) -> Any:
    """Return what an awaitable returns, or the error that it raises."""
    try:
        return await asked
    except (ConflictError, KeyTakenError, RecordNotFoundError) as error:
        return type(error)


@pytest.mark.parametrize(("of", "members", "call"), MOVES, ids=lambda each: str(each)[:20])
def test_of_racing_moves_one_succeeds(
    lasting_records: RecordPlace, of: Kind, members: dict[str, Any], call: MoveCall
) -> None:
    """Guards a move against others at the same time: the rest find the new state of the record."""

    async def race(first: SqlRecords, second: SqlRecords) -> tuple[list[Any], list[Record]]:
        scope = begun(of, members).scope
        key = (await first.all(of, NOW))[0].key
        asked = [outcome(store.move(of, scope, key, call, NOW)) for store in (first, second) * 4]
        return await asyncio.gather(*asked), list(await second.all(of, NOW))

    told, left = lasting_records.pair([of], {of.name: [begun(of, members)]}, race)
    moved = [each for each in told if isinstance(each, Moved) and each.after != each.before]
    assert len(moved) == 1
    assert left == ([] if moved[0].after is None else [moved[0].after])
    assert all(isinstance(each, Unmoved | Moved) or each is RecordNotFoundError for each in told)


@pytest.mark.parametrize("beside", [False, True])
def test_of_racing_creations_one_succeeds(lasting_records: RecordPlace, *, beside: bool) -> None:
    """Guards a key, and what conflicts: two servers never keep two records for one."""
    conflict = TASKS.resource.creations[0].value.conflict if beside else None

    def job(number: int) -> Record:
        return begun(TASKS, {"jobId": number, "referenceId": "u", "startAt": NOW + HOUR})

    async def race(first: SqlRecords, second: SqlRecords) -> tuple[list[Any], int]:
        asked = [
            outcome(store.add(TASKS, job(number if beside else 1), NOW, conflict))
            for number, store in enumerate((first, second) * 4)
        ]
        return await asyncio.gather(*asked), len(await first.all(TASKS, NOW))

    told, left = lasting_records.pair([TASKS], {}, race)
    refused = ConflictError if beside else KeyTakenError
    assert left == 1
    assert [isinstance(each, Record) for each in told].count(True) == 1
    assert told.count(refused) == 7


def test_racing_creations_are_numbered_without_gaps(lasting_records: RecordPlace) -> None:
    """Guards serial numbers and places: what two servers make at once is listed once each."""

    async def race(first: SqlRecords, second: SqlRecords) -> tuple[list[int], list[Any]]:
        made = await asyncio.gather(
            *(
                store.add(BATCHES, begun(BATCHES, {"id": str(number)}), NOW)
                for number, store in enumerate((first, second) * 5)
            )
        )
        found = await second.page(BATCHES, (), Query(limit=4, offset=3, wants_total=True), NOW)
        listed = [record.serial for record in found.records]
        return [record.serial for record in made], [listed, found.total, found.before, found.after]

    serials, page = lasting_records.pair([BATCHES], {}, race)
    assert sorted(serials) == list(range(1, 11))
    assert page == [[7, 6, 5, 4], 10, True, True]


def test_what_one_server_changes_the_other_sees(lasting_records: RecordPlace) -> None:
    """Guards several servers: a record is what the last change made of it, on each of them."""

    async def work(first: SqlRecords, second: SqlRecords) -> tuple[Any, ...]:
        before = second.revision(NOW)
        await first.change(BATCHES, None, "a", lambda r: r.with_members({"/note": "seen"}), NOW)
        found = await second.get(BATCHES, (), "a", NOW)
        second._database.look()  # noqa: SLF001 -- as its server does before each request
        return found.members()["note"], before is None or before != second.revision(NOW)

    seed = {BATCHES.name: [begun(BATCHES, {"id": "a"})]}
    assert lasting_records.pair([BATCHES], seed, work) == ("seen", True)


def test_plans_and_pending_moves_outlast_the_server(lasting_records: RecordPlace) -> None:
    """Guards a restart: what is to become of a record is kept with it, to the moment."""
    plan = (Planned("failed", at=NOW + 90_000, members={"/errors": {"data": ["full"]}}),)
    owner = new_owner()
    seed = {BATCHES.name: [structs.replace(begun(BATCHES, {"id": "a"}), plan=plan)]}

    async def served(law: Callable[[SqlRecords], Any]) -> Any:
        async with opened(lasting_records.url) as database:
            if law is asked:
                await plant(database, owner, [BATCHES], seed, begins=NOW)
                await plant(database, new_owner(), [BATCHES])
            return await law(store_of(database, owner, [BATCHES]))

    async def asked(store: SqlRecords) -> Record:
        return await store.get(BATCHES, (), "a", NOW)

    async def ended(store: SqlRecords) -> Record:
        return await store.get(BATCHES, (), "a", NOW + HOUR)

    kept, after = asyncio.run(served(asked)), asyncio.run(served(ended))
    assert kept.plan == plan
    assert after.state == "failed"
    assert after.entered == NOW + 90_000
    assert after.members()["errors"] == {"data": ["full"]}


def test_a_read_writes_nothing(lasting_records: RecordPlace) -> None:
    """Guards reads: what is due is told and not written, so that a read holds nobody up."""
    seed = {BATCHES.name: [begun(BATCHES, {"id": str(number)}) for number in range(3)]}

    async def work() -> tuple[list[str], list[Any]]:
        async with opened(lasting_records.url) as database:
            owner = new_owner()
            await plant(database, owner, [BATCHES], seed, begins=NOW)
            store = store_of(database, owner, [BATCHES])
            page = await store.page(BATCHES, (), Query(limit=2), NOW + DAY)
            one = await store.get(BATCHES, (), "0", NOW + DAY)
            written = select(records.c.head, records.c.edition).where(records.c.owner == owner)
            rows = await database.rows(database.prepare(written), {})
            told = [record.state for record in (*page.records, one)]
            return told, ["validating" in head and edition for head, edition in rows]

    told, rows = asyncio.run(work())
    assert told == ["completed"] * 3
    assert rows == [0] * 3


def test_a_world_has_the_records_of_its_seed(lasting_records: RecordPlace) -> None:
    """Guards resets: a copy is what its seed is, and neither it nor its end changes the seed."""
    conflict = TASKS.resource.creations[0].value.conflict
    seed = {
        TASKS.name: [
            begun(TASKS, {"jobId": n, "referenceId": f"u{n}", "startAt": NOW + HOUR}, NOW + n)
            for n in range(1, 5_001)
        ]
    }

    async def work() -> None:
        async with opened(lasting_records.url) as database:
            source, owner = new_owner(), new_owner()
            await plant(database, source, [TASKS], seed, begins=NOW + 5_000)
            await copy(database, source, owner)
            origin, world = (store_of(database, each, [TASKS]) for each in (source, owner))
            assert await world.all(TASKS, NOW) == await origin.all(TASKS, NOW)
            again = begun(TASKS, {"jobId": 9_999, "referenceId": "u9", "startAt": NOW + HOUR})
            with pytest.raises(ConflictError):
                await world.add(TASKS, again, NOW, conflict)
            assert (await world.add(TASKS, again, NOW)).serial == 5_001
            assert await world.highest(TASKS, None, NOW) == 9_999
            await clear(database, owner)
            assert await world.all(TASKS, NOW) == []
            with pytest.raises(StoreUnavailableError, match="the world is gone"):
                await world.add(TASKS, again, NOW)
            assert len(await origin.all(TASKS, NOW)) == 5_000
            assert await origin.highest(TASKS, None, NOW) == 5_000

    asyncio.run(work())


def test_a_seed_that_is_refused_leaves_nothing(lasting_records: RecordPlace) -> None:
    """Guards a seed with one key twice: it is refused, and no part of it is kept."""
    twice = {BATCHES.name: [begun(BATCHES, {"id": "a"}), begun(BATCHES, {"id": "a"})]}

    async def work() -> list[Record]:
        async with opened(lasting_records.url) as database:
            owner = new_owner()
            with pytest.raises(KeyTakenError):
                await plant(database, owner, [BATCHES], twice)
            return list(await store_of(database, owner, [BATCHES]).all(BATCHES, NOW))

    assert asyncio.run(work()) == []


def test_keys_of_any_length_and_kind_are_kept(record_place: RecordPlace) -> None:
    """Guards keys: long ones, such with any character, and numbers that look like text."""
    keys = ["x" * 9_000, "x" * 9_000 + "y", 'q"\\', "#7", "7", "", "\x00ä"]

    async def work(store: Records) -> list[Any]:
        for key in keys:
            await store.add(BATCHES, begun(BATCHES, {"id": key}), NOW)
        return [(await store.get(BATCHES, None, key, NOW)).key for key in keys]

    assert record_place.run([BATCHES], {}, work) == keys


def test_a_thousand_records_that_are_due_move_each_at_its_moment(
    record_place: RecordPlace,
) -> None:
    """Guards settling what nobody looked at: all of it, told in the order of the moments."""
    made = [begun(BATCHES, {"id": str(number)}, NOW + number * 7) for number in range(1_200)]
    told: list[int] = []

    async def work(store: Records) -> set[str]:
        await store.settle(NOW + DAY)
        return {record.state for record in await store.all(BATCHES, NOW + DAY)}

    def observe(_: Kind, __: Record | None, after: Record | None) -> None:
        told.append(-1 if after is None else after.entered)

    states = record_place.run([BATCHES], {BATCHES.name: made}, work, observe=observe, begins=NOW)
    assert states == {"completed"}
    assert len(told) == 3 * len(made)


def test_a_read_is_one_statement_and_a_change_two(
    lasting_records: RecordPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards what a call costs: a change reads its row, and swaps it if it is still the same."""
    run: list[str] = []

    async def count(store: Records) -> list[int]:
        told = []
        record = (await store.all(TASKS, NOW))[0]
        call = MoveCall("cancelJob")
        for asked in (
            lambda: store.get(TASKS, record.scope, record.key, NOW),
            lambda: store.move(TASKS, record.scope, record.key, call, NOW),
            lambda: store.page(TASKS, record.scope, Query(limit=5), NOW),
        ):
            run.clear()
            await asked()
            told.append(len(run))
        return told

    async def work() -> list[int]:
        async with opened(lasting_records.url) as database:
            owner = new_owner()
            made = begun(TASKS, {"jobId": 7, "referenceId": "u", "startAt": NOW + HOUR})
            await plant(database, owner, [TASKS], {TASKS.name: [made]}, begins=NOW)
            for name in ("rows", "find", "count"):
                asked = getattr(database, name)

                def note(statement: Statement, values: Any, asked: Any = asked) -> Any:
                    run.append(statement.sql)
                    return asked(statement, values)

                monkeypatch.setattr(database, name, note)
            return await count(store_of(database, owner, [TASKS]))

    assert [1, 2, 1] == asyncio.run(work())


def test_of_many_moves_of_records_that_are_due_each_succeeds_once(
    lasting_records: RecordPlace,
) -> None:
    """Guards moves of rows that are out of date: what is due comes first, on every server."""
    made = [
        begun(TASKS, {"jobId": n, "referenceId": f"u{n}", "startAt": NOW + HOUR})
        for n in range(1, 11)
    ]
    late = NOW + HOUR + 5

    async def race(first: SqlRecords, second: SqlRecords) -> list[Any]:
        both = (first, second)
        calls = [
            both[n // 10 % 2].move(TASKS, None, n % 10 + 1, MoveCall("cancelJob"), late)
            for n in range(40)
        ]
        return await asyncio.gather(*calls)

    told = lasting_records.pair([TASKS], {TASKS.name: made}, race)
    moved = [each for each in told if isinstance(each, Moved)]
    assert sorted(each.before.key for each in moved) == list(range(1, 11))
    assert {each.before.state for each in moved} == {"running"}
    assert all(isinstance(each, Moved | Unmoved) for each in told)
