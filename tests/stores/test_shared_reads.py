"""Who shares a query, and what becomes of it: without a database."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

from mockserver.store.sql.database import Row, Statement
from mockserver.store.sql.postgres import Postgres
from mockserver.store.sql.shared_reads import SharedReads
from mockserver.store.sql.statements import Reads

T = TypeVar("T")
PATIENCE_SECONDS = 30
DATABASE = Postgres("postgresql://nobody@localhost/nothing")
GET = Reads(DATABASE).get_any
#: A key that no record has, and one at which a query fails.
MISSING, BAD = "missing", "bad"


class Queries:
    """Responds to queries as a database would, each once it is let; a row is a key alone."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.begun, self.let = asyncio.Event(), asyncio.Event()
        self.let.set()
        self._shared = SharedReads(DATABASE.dialect, self.rows)

    async def rows(self, _: Statement, values: Mapping[str, Any]) -> Sequence[Row]:
        """Return the rows of one key, or of many with their numbers."""
        keys, let = values["key"], self.let
        self.asked.append([keys] if isinstance(keys, str) else list(keys))
        self.begun.set()
        await let.wait()
        if BAD in self.asked[-1]:
            raise LookupError(BAD)
        if isinstance(keys, str):
            return [] if keys == MISSING else [(keys,)]
        # In any order, which a database may choose.
        return [(key, n) for n, key in enumerate(keys, 1) if key != MISSING][::-1]

    async def find(self, key: str) -> Sequence[Row]:
        """Return the row of a key, if any."""
        return await self._shared.find(GET, {"owner": 1, "kind": "job", "key": key})

    async def find_all(self, *keys: str) -> list[Sequence[Row] | BaseException]:
        """Return the rows of some keys that are looked for in the same turn, or their errors."""
        return await asyncio.gather(*map(self.find, keys), return_exceptions=True)


def run(work: Callable[[Queries], Awaitable[T]]) -> T:
    """Return what *work* returns, within a while."""

    async def limited() -> T:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await work(Queries())

    return asyncio.run(limited())


def test_what_is_asked_in_one_turn_is_one_query() -> None:
    """Guards that each gets its own row, equal ones the same, and what is missing none."""

    async def work(queries: Queries) -> None:
        found = await queries.find_all("a", "b", MISSING, "a", "c")
        assert found == [[("a",)], [("b",)], [], [("a",)], [("c",)]]
        assert queries.asked == [["a", "b", MISSING, "c"]]

    run(work)


def test_who_asks_alone_or_with_one_other_has_the_statement_as_it_is() -> None:
    """Guards what costs more together: one read, or two; and equal ones of more."""

    async def work(queries: Queries) -> None:
        assert await queries.find("a") == [("a",)]
        assert await queries.find(MISSING) == []
        assert await queries.find_all("a", "b") == [[("a",)], [("b",)]]
        assert await queries.find_all("b", "b", "b") == [[("b",)]] * 3
        assert queries.asked == [["a"], [MISSING], ["a"], ["b"], ["b"]]

    run(work)


def test_nobody_waits_for_a_query_that_is_under_way() -> None:
    """Guards the moment of a read: a query that has begun may not see what is there by now."""

    async def work(queries: Queries) -> None:
        at_once, slow = queries.let, asyncio.Event()
        queries.let = slow
        first = asyncio.create_task(queries.find_all("a", "b", "c"))
        await queries.begun.wait()
        queries.let = at_once
        assert await queries.find("a") == [("a",)]
        assert not first.done()
        slow.set()
        assert await first == [[("a",)], [("b",)], [("c",)]]
        assert queries.asked == [["a", "b", "c"], ["a"]]

    run(work)


def test_a_query_has_a_bound() -> None:
    """Guards that what is too much for one query is in others, none of it forgotten."""

    async def work(queries: Queries) -> None:
        keys = [str(number) for number in range(100)]
        assert await queries.find_all(*keys) == [[(key,)] for key in keys]
        assert [len(asked) for asked in queries.asked] == [32, 32, 32, 4]

    run(work)


def test_an_error_is_told_to_all_who_share_the_query_and_to_nobody_else() -> None:
    """Guards that nobody waits for ever after an error, and that the next query is its own."""

    async def work(queries: Queries) -> None:
        queries.let.clear()
        asking = [asyncio.create_task(queries.find_all("a", BAD, "b"))]
        await queries.begun.wait()
        asking.append(asyncio.create_task(queries.find_all("a", "b")))
        await asyncio.sleep(0)
        queries.let.set()
        failed, other = await asyncio.gather(*asking)
        assert [type(error) for error in failed] == [LookupError] * 3
        assert other == [[("a",)], [("b",)]]

    run(work)


def test_who_is_cancelled_takes_nobody_along() -> None:
    """Guards the others, whether the first is cancelled, which runs the query, or another one."""

    async def work(queries: Queries) -> None:
        for cancelled in range(3):
            for has_begun in (False, True):
                queries.let.clear()
                queries.begun.clear()
                tasks = [asyncio.create_task(queries.find(key)) for key in "abc"]
                await (queries.begun.wait() if has_begun else asyncio.sleep(0))
                tasks[cancelled].cancel()
                await asyncio.wait([tasks[cancelled]])
                queries.let.set()
                found = await asyncio.gather(*tasks, return_exceptions=True)
                assert isinstance(found.pop(cancelled), asyncio.CancelledError)
                assert found == [[(key,)] for key in "abc" if key != "abc"[cancelled]]

    run(work)


def test_all_may_be_cancelled() -> None:
    """Guards the reads after a query that nobody waits for any more."""

    async def work(queries: Queries) -> None:
        queries.let.clear()
        tasks = [asyncio.create_task(queries.find(key)) for key in "abc"]
        await queries.begun.wait()
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        queries.let.set()
        assert await queries.find_all("a", "b") == [[("a",)], [("b",)]]

    run(work)
