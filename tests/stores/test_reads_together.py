"""Reads of PostgreSQL that share a query: each finds what it would find alone."""

import asyncio
import itertools
import json
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import structs

from mockserver.records.listing.query import Query
from mockserver.records.record import Record, Scope
from mockserver.store.interface import StoreUnavailableError
from mockserver.store.records import RecordNotFoundError, Records
from mockserver.store.sql.database import Row, Statement
from mockserver.store.sql.planting import plant
from mockserver.store.sql.postgres import Postgres
from mockserver.store.sql.rows import write_key, write_scope
from mockserver.store.sql.shared_reads import SharedReads
from mockserver.store.sql.statements import Reads
from tests import postgres as servers
from tests.stores.apis import NOW, ONE, TWO, Api, jobs
from tests.stores.record_places import new_owner, opened, store_of
from tests.stores.servers import serving
from tests.stores.test_postgresql import CUT_OTHERS
from tests.stores.test_records_in_order import rows_read

SIZE = 60
MANY = 3_000
#: The last reads so many rows that it is not shared.
PAGES = [
    {"limit": limit, "offset": offset, "descending": descending, "wants_records": wants}
    for limit, offset in ((5, 0), (5, 10), (50, 35), (3, SIZE), (0, 0), (500, 2))
    for descending in (False, True)
    for wants in (False, True)
]


def spread(api: Api) -> list[Record]:
    """Return records of two scopes, every third in the second."""
    return [api.record(n, TWO if n % 3 == 0 else ONE) for n in range(1, SIZE + 1)]


class Fetching:
    """Fetches what is read by shared queries, and counts the rows that PostgreSQL reads."""

    def __init__(self, database: Postgres) -> None:
        self.queries: list[int] = []
        self.work = 0
        self.cost = 0.0
        self._database = database

    async def rows(self, statement: Statement, values: Mapping[str, Any]) -> Sequence[Row]:
        """Return the rows."""
        explained = statement._replace(sql=f"EXPLAIN (ANALYZE, FORMAT JSON) {statement.sql}")
        plan = json.loads((await self._database.rows(explained, values))[0][0])[0]["Plan"]
        self.work += sum(rows_read(plan))
        self.cost = max(self.cost, plan["Total Cost"])
        rows = await self._database.rows(statement, values)
        self.queries.append(len(rows))
        return rows


def test_what_is_found_together_is_what_is_found_alone(
    postgres: servers.Postgres, api: Api
) -> None:
    """Guards records of any scope, equal reads, what is not there, and pages of any length."""
    scopes = (api.scope(), api.scope(TWO), None)
    asked = [*itertools.product(scopes, (1, 2, 3, SIZE, SIZE + 1)), (api.scope(), 1)]
    queries = [structs.replace(api.query(), mark=None, **each) for each in PAGES]

    async def work() -> None:
        async with opened(postgres.new_database()) as database:
            owner = new_owner()
            await plant(database, owner, [api.kind], {api.kind.name: spread(api)}, begins=NOW)
            store = store_of(database, owner, [api.kind])
            alone = [await find(store, api, *each) for each in asked]
            assert None in alone
            assert len(set(alone)) > len(scopes)
            pages = list(itertools.product((ONE, TWO, "no one's"), queries))
            turned = [await turn(store, api, *each) for each in pages]
            assert await asyncio.gather(*[find(store, api, *each) for each in asked]) == alone
            together = await asyncio.gather(*[turn(store, api, *each) for each in pages])
            assert together == turned

    asyncio.run(work())


def test_a_read_finds_what_was_committed_before_it(postgres: servers.Postgres) -> None:
    """Guards the moment of a shared query, among others that are under way or just begin."""
    api, rounds = jobs(), 20

    async def work() -> None:
        url = postgres.new_database()
        async with serving(url, api.seed([api.record(1)])) as first, serving(url) as second:
            of, other = first.worlds.default.records, second.worlds.default.records
            asked = []
            for number in range(2, rounds):
                # These may find the record or not, and take no other along to where it is not.
                asked += [asyncio.create_task(of.get(api.kind, None, 1, NOW)) for _ in range(3)]
                await asyncio.sleep(0)
                await other.add(api.kind, api.record(number), NOW)
                found = await asyncio.gather(
                    *[of.get(api.kind, None, key, NOW) for key in (number, 1, number)]
                )
                assert [record.key for record in found] == [number, 1, number]
            await asyncio.gather(*asked)

    asyncio.run(work())


def test_a_transaction_reads_its_own_changes_and_nobody_else_does(
    postgres: servers.Postgres,
) -> None:
    """Guards what is not committed: only the task of the transaction finds it."""
    api = jobs()

    async def work() -> list[object]:
        async with serving(postgres.new_database(), api.seed([api.record(1)])) as server:
            store, added, seen = server.worlds.default.records, asyncio.Event(), asyncio.Event()

            async def look() -> list[object]:
                await added.wait()
                found = await asyncio.gather(*[find(store, api, None, key) for key in (1, 2)])
                seen.set()
                return found

            looking = asyncio.create_task(look())
            async with server.database.transaction():
                await store.add(api.kind, api.record(2), NOW)
                inside = await find(store, api, None, 2)
                added.set()
                await seen.wait()
            outside = await looking
            return [inside, outside[1], await find(store, api, None, 2)]

    inside, outside, after = asyncio.run(work())
    assert outside is None
    assert inside == after is not None


def test_reads_go_on_after_the_server_has_cut_all_connections(postgres: servers.Postgres) -> None:
    """Guards who shares a query that fails: it is told so, and the next one succeeds."""
    api, url = jobs(), postgres.new_database()

    async def work() -> tuple[list[object], list[object]]:
        async with serving(url, api.seed([api.record(1)])) as server:
            store = server.worlds.default.records

            async def read() -> list[object]:
                asked = [store.get(api.kind, None, 1, NOW) for _ in range(5)]
                return await asyncio.gather(*asked, return_exceptions=True)

            await read()
            await asyncio.to_thread(postgres.psql, "-c", CUT_OTHERS, url=url)
            return await read(), await read()

    cut, after = asyncio.run(work())
    assert len({isinstance(each, StoreUnavailableError) for each in cut}) == 1
    assert {getattr(each, "key", each) for each in after} == {1}


def test_a_shared_query_reads_no_more_than_what_it_finds(postgres: servers.Postgres) -> None:
    """Guards one query for many, equal reads once, and its plan: it looks each row up."""
    api = jobs()

    async def work() -> Fetching:
        async with opened(postgres.new_database()) as database:
            owner, seed = new_owner(), [api.record(number) for number in range(1, MANY + 1)]
            await plant(database, owner, [api.kind], {api.kind.name: seed}, begins=NOW)
            assert isinstance(database, Postgres)
            fetching, reads = Fetching(database), Reads(database)
            shared = SharedReads(database.dialect, fetching.rows)
            of = {"owner": owner, "kind": api.kind.name, "scope": write_scope(api.scope())}
            asked = [{**of, "key": write_key(key)} for key in (1, 7, MANY, MANY + 1, 7)]
            for statement in (reads.get, reads.get_any):
                await asyncio.gather(*[shared.find(statement, values) for values in asked])
            page = reads.page[True, False]
            ranges = [{**of, "offset": first, "until": first + 1} for first in (0, 5, MANY - 1)]
            await asyncio.gather(*[shared.find(page, values) for values in ranges])
            return fetching

    fetching = asyncio.run(work())
    assert fetching.queries == [3, 3, 3]
    assert fetching.work < MANY / 10


def test_many_pages_of_a_long_list_are_planned_as_what_they_are(
    postgres: servers.Postgres,
) -> None:
    """Guards against machine code: PostgreSQL compiles what it expects to cost 100,000."""
    api, size = jobs(), 40_000
    more = (
        "INSERT INTO mock_records SELECT owner, kind, n, scope, n::text, place, n, head, text,"
        f" due_at, edition FROM mock_records, generate_series(2, {size}) AS n"
    )

    async def work() -> Fetching:
        async with opened(postgres.new_database()) as database:
            owner = new_owner()
            seed = {api.kind.name: [api.record(1)]}
            await plant(database, owner, [api.kind], seed, begins=NOW)
            await database.script([more, "ANALYZE mock_records"])
            assert isinstance(database, Postgres)
            fetching = Fetching(database)
            shared, page = SharedReads(database.dialect, fetching.rows), Reads(database).page
            of = {"owner": owner, "kind": api.kind.name, "scope": write_scope(api.scope())}
            ranges = [{**of, "offset": 50 * n, "until": 50 * n + 50} for n in range(32)]
            for statement in page.values():
                await asyncio.gather(*[shared.find(statement, values) for values in ranges])
            return fetching

    fetching = asyncio.run(work())
    assert fetching.queries == [32] * 4
    # What is expected of a range grows with the list; for a million records it may be so much.
    assert fetching.cost < 100_000 * size / 1_000_000


async def find(store: Records, api: Api, scope: Scope | None, number: int) -> object:
    """Return what a record says, or that it is not there."""
    try:
        found = await store.get(api.kind, scope, api.key(number), NOW)
    except RecordNotFoundError:
        return None
    return found.scope, found.text, found.serial


async def turn(store: Records, api: Api, scope: str, query: Query) -> object:
    """Return what a page shows."""
    page = await store.page(api.kind, api.scope(scope), query, NOW)
    keys = [record.key for record in page.records] if query.wants_records else []
    return page.joined, page.before, page.after, page.total, keys
