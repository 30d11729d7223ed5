"""How jobs move in SQL: the same as the functions of the domain, step by step."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mockserver.store.sql.rows import write_row
from mockserver.store.sql.statements import Moves

from mockserver.domain.job import Job, Plan
from mockserver.domain.lifecycle import Lifecycle, step
from mockserver.domain.progress import apply_due, next_due
from mockserver.profiles.jobs.deviations.catalogue import CATALOGUE, expand
from mockserver.store.sql.database import Database, Row
from mockserver.store.sql.tables import jobs as table
from tests.stores.places import Place
from tests.stores.servers import ACTIVE, DOCUMENT, LIFECYCLE, ONE, serving

LIFECYCLES = {"contract": LIFECYCLE} | {
    name: deviation.lifecycle(LIFECYCLE)
    for name, deviation in CATALOGUE.items()
    if deviation.lifecycle is not None
}
#: All deviations of the real server that concern jobs, together.
LIFECYCLES["real-server"] = LIFECYCLE
for part in expand(["real-server"]):
    if part.lifecycle is not None:
        LIFECYCLES["real-server"] = part.lifecycle(LIFECYCLES["real-server"])
OWNER = 10**9
EVENTS = sorted({row.event for row in LIFECYCLE.transitions if row.otherwise is not None})

#: Around midnight of each day, and around the start of the first day's nightly batch.
moments = st.integers(-3, 9) | st.integers(-3, 9).map(lambda n: n + 900_000)
plans = st.none() | st.builds(
    Plan,
    st.integers(0, 6),
    st.sampled_from(sorted(LIFECYCLE.outcomes)),
    st.sampled_from([None, "", "planned"]),
)
several = st.lists(
    st.tuples(
        st.sampled_from(DOCUMENT.states),
        moments,
        moments,
        st.none() | moments,
        st.sampled_from([None, "", "before"]),
        plans,
    ),
    min_size=1,
    max_size=12,
).map(lambda rows: [Job(n, ONE, f"u{n}", *row) for n, row in enumerate(rows, 1)])


def settled(lifecycle: Lifecycle, job: Job, now: int) -> Job:
    """Return *job* after all that happens to it up to *now*, step by step."""
    while (due := next_due(lifecycle, job)) is not None and due.at <= now:
        job = apply_due(lifecycle, job, due)
    return job


def rows(lifecycle: Lifecycle, jobs: list[Job]) -> list[Row]:
    """Return the rows of jobs."""
    active = frozenset(ACTIVE)
    return [tuple(write_row(job, OWNER, job.job_id, lifecycle, active)) for job in jobs]


async def kept(database: Database) -> list[Row]:
    """Return the rows that there are."""
    found = await database.rows(
        database.prepare(table.select().where(table.c.owner == OWNER).order_by(table.c.job_id)),
        {},
    )
    return [(*tuple(row)[:-1], bool(row[-1])) for row in found]


async def put(database: Database, lifecycle: Lifecycle, jobs: list[Job]) -> None:
    """Replace all rows."""
    gone = database.prepare(table.delete().where(table.c.owner == OWNER))
    async with database.transaction():
        await database.count(gone, {})
        await database.fill(table, rows(lifecycle, jobs))


def for_any(lasting: Place, check: Callable[..., Coroutine[Any, Any, None]], *drawn: Any) -> None:
    """Run *check* for each value that is *drawn*, with a database that stays open."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        server = runner.run(stack.enter_async_context(serving(lasting.url)))

        @settings(max_examples=60)
        @given(st.tuples(*drawn))
        def verify(values: tuple[Any, ...]) -> None:
            runner.run(check(server.database, *values))

        try:
            verify()
        finally:
            runner.run(stack.aclose())


@pytest.mark.parametrize("name", LIFECYCLES)
def test_settling_is_what_happens_step_by_step(lasting: Place, name: str) -> None:
    """Guards every column of a settled row, including its next due time."""
    lifecycle = LIFECYCLES[name]

    async def check(database: Database, jobs: list[Job], now: int) -> None:
        moves = Moves(database, lifecycle, ACTIVE)
        await put(database, lifecycle, jobs)
        values = {"owner": OWNER, "now": now}
        while sum([await database.count(each, values) for each in moves.settle_all]):
            pass
        expected = [settled(lifecycle, job, now) for job in jobs]
        assert rows(lifecycle, expected) == await kept(database)

    for_any(lasting, check, several, moments)


@pytest.mark.parametrize("name", LIFECYCLES)
def test_an_event_is_one_step_or_none(lasting: Place, name: str) -> None:
    """Guards each event of a client: which rows it moves, what it writes, what it returns."""
    lifecycle = LIFECYCLES[name]

    async def check(database: Database, jobs: list[Job], now: int, event: str) -> None:
        asked = Moves(database, lifecycle, ACTIVE).request(event)
        await put(database, lifecycle, jobs)
        expected = []
        for job in jobs:
            due = next_due(lifecycle, job)
            moved = step(lifecycle, job, event, now)
            # Moves that are due come first, and other statements make them.
            moves = isinstance(moved, Job) and (due is None or due.at > now)
            expected.append(moved if moves and isinstance(moved, Job) else job)
            values = {"owner": OWNER, "project": ONE.project_id, "job_id": job.job_id, "now": now}
            told = await database.rows(asked, values)
            assert len(told) == moves
            assert [row[4] for row in told] == ([expected[-1].status] if moves else [])
        assert rows(lifecycle, expected) == await kept(database)

    for_any(lasting, check, several, moments, st.sampled_from(EVENTS))


@pytest.mark.parametrize("name", LIFECYCLES)
def test_recounting_is_what_is_due_next(lasting: Place, name: str) -> None:
    """Guards the due time of every row after a change of the lifecycle."""
    lifecycle = LIFECYCLES[name]

    async def check(database: Database, jobs: list[Job], before: str) -> None:
        await put(database, LIFECYCLES[before], jobs)
        moves = Moves(database, lifecycle, ACTIVE)
        await database.count(moves.recompute_due, {"owner": OWNER})
        assert rows(lifecycle, jobs) == await kept(database)

    for_any(lasting, check, several, st.sampled_from(sorted(LIFECYCLES)))


@pytest.mark.parametrize("name", ["real-server", "cancel-is-overtaken"])
def test_a_batch_overtakes_just_what_moved_while_it_worked(lasting: Place, name: str) -> None:
    """Guards the edges: moved from the start of the batch until just before its end."""
    lifecycle = LIFECYCLES[name]
    begins, runs = 900_000, 5
    start = 0 if name == "real-server" else begins
    moved = [begins - 1, begins, begins + runs - 1, begins + runs]
    plan = Plan(runs, "failed", "planned")
    cancelled = [
        Job(n, ONE, f"u{n}", "cancelled", 0, start, at, None, plan) for n, at in enumerate(moved, 1)
    ]
    ends = [None if (due := next_due(lifecycle, job)) is None else due.at for job in cancelled]
    assert [None, begins + runs, begins + runs, None] == ends

    async def check() -> None:
        async with serving(lasting.url) as server:
            database = server.database
            await put(database, LIFECYCLE, cancelled)
            moves = Moves(database, lifecycle, ACTIVE)
            await database.count(moves.recompute_due, {"owner": OWNER})
            assert rows(lifecycle, cancelled) == await kept(database)

    asyncio.run(check())
