"""Pages of records in a database: a page deep in a list costs what the first does."""

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from mockserver.records.arguments import Arguments
from mockserver.records.kind import Kind
from mockserver.records.listing.query import Mark, Query
from mockserver.records.listing.request import QueryReader
from mockserver.records.scales import Scale
from mockserver.store.sql.database import Database, Row, Statement
from mockserver.store.sql.planting import plant
from mockserver.store.sql.sortable import LONGEST, write_sortable
from mockserver.store.sql.sqlite import Sqlite
from tests.records.kinds import ALL, kind
from tests.records.walking import NOW
from tests.stores.record_places import RecordPlace, new_owner, opened, store_of

SIZE = 3_000
LIMIT = 10
values = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()


class Working:
    """A database that counts how much it does: steps of SQLite, or rows that PostgreSQL reads."""

    def __init__(self, database: Database) -> None:
        self.work = 0
        self._database = database

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    async def rows(self, statement: Statement, values: Mapping[str, Any]) -> Sequence[Row]:
        """Run a statement, and count what that takes."""
        if isinstance(self._database, Sqlite):
            driver = self._database._connection  # noqa: SLF001 -- only the driver counts steps
            driver.set_progress_handler(self._step, 1)
            try:
                return await self._database.rows(statement, values)
            finally:
                driver.set_progress_handler(None, 1)
        if statement.sql.startswith("SELECT"):
            explained = Statement(
                f"EXPLAIN (ANALYZE, FORMAT JSON) {statement.sql}", statement.slots
            )
            plan = json.loads((await self._database.rows(explained, values))[0][0])[0]["Plan"]
            self.work += sum(rows_read(plan))
        return await self._database.rows(statement, values)

    find = rows

    def _step(self) -> int:
        self.work += 1
        return 0


def rows_read(plan: Mapping[str, Any]) -> Iterator[int]:
    """Yield how many rows each step of a plan that PostgreSQL has run has read."""
    removed = plan.get("Rows Removed by Filter", 0)
    yield round((plan["Actual Rows"] + removed) * plan["Actual Loops"])
    for part in plan.get("Plans", ()):
        yield from rows_read(part)


def pages(of: Kind) -> dict[str, Query]:
    """Return queries for pages near the beginning and deep in a list of `SIZE`, by name."""
    usual = QueryReader(of).read((), Arguments())
    bare = structs.replace(usual, limit=LIMIT, mark=None, offset=0)

    def key(number: int) -> Any:
        return number if of.key_of("7") == 7 else str(number)

    marks = {"near": key(SIZE - 20), "deep": key(SIZE - 2_900)}
    return {
        "near by offset": structs.replace(bare, offset=20),
        "deep by offset": structs.replace(bare, offset=2_900),
        **{f"{n} by key": structs.replace(bare, mark=Mark(key=k)) for n, k in marks.items()},
        **{f"{n} back": structs.replace(bare, mark=Mark(key=k, back=True))
           for n, k in marks.items()},
        "near in total": structs.replace(bare, wants_total=True),
        "deep in total": structs.replace(bare, offset=2_900, wants_total=True),
    }  # fmt: skip


@pytest.mark.parametrize("name", ALL)
def test_a_page_deep_in_a_list_costs_what_the_first_does(
    lasting_records: RecordPlace, name: str
) -> None:
    """Guards each style in the declared order: nothing is read but the page, or the record."""
    found = kind(name)
    scope = tuple("x" for _ in found.scope)

    def made(number: int) -> dict[str, Any]:
        members: dict[str, Any] = {}
        assert found.key is not None
        found.key.write(members, number if found.key_of("7") == 7 else str(number))
        return members

    seed = [found.begin(made(n), scope, NOW - SIZE * 1000 + n * 1000) for n in range(1, SIZE + 1)]

    async def measured() -> dict[str, int]:
        async with opened(lasting_records.url) as database:
            owner, working = new_owner(), Working(database)
            await plant(database, owner, [found], {found.name: seed}, begins=NOW)
            store = store_of(working, owner, [found])
            work = {}
            for asked, query in pages(found).items():
                working.work = 0
                page = await store.page(found, scope, query, NOW)
                assert len(page.records) == LIMIT
                work[asked] = working.work
            working.work = 0
            await store.get(found, None, found.key_of("2000") or "", NOW)
            work["one of any scope"] = working.work
            return work

    work = asyncio.run(measured())
    most = 6 if lasting_records.url.startswith("postgresql") else 60
    assert 0 < work["one of any scope"] <= most, work
    for style in ("by offset", "by key", "back", "in total"):
        near, deep = work[f"near {style}"], work[f"deep {style}"]
        assert 0 < deep <= near * 1.2, work
        # By itself it is not cheap only because a page near the beginning is as dear.
        assert near <= LIMIT * most, work


@given(values, values)
def test_places_compare_as_what_they_are(one: Any, two: Any) -> None:
    """Guards the order of a list by a place: whatever records hold there, of any size and sign."""
    first, second = Scale().of_value(one), Scale().of_value(two)

    assert (write_sortable(first) < write_sortable(second)) == (first < second)
    assert (write_sortable(first) == write_sortable(second)) == (first == second)


@pytest.mark.parametrize(
    ("less", "more"),
    [
        (2**63, 2**63 + 1),
        (-(2**63) - 1, -(2**63)),
        (-1e300, -1.5),
        (-1.5, -1.25),
        (-0.1, 0),
        (255, 256),
        (1e300, float("inf")),
        ("\uffff", "\U00010000"),
        (9, "1"),
    ],
)
def test_neighbours_are_told_apart(less: Any, more: Any) -> None:
    """Guards keys of 64 bits, which a double cannot hold, and text beyond 65,536 characters."""
    assert write_sortable(Scale().of_value(less)) < write_sortable(Scale().of_value(more))


def test_a_long_place_fits_an_index() -> None:
    """Guards records with long texts where they are ordered: PostgreSQL refuses 2,700 bytes."""
    assert len(write_sortable(Scale().of_value("x" * 5_000))) == LONGEST
