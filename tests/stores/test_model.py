"""Any sequence of calls has the same results in every store; the one in memory is the model."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from mockserver.domain.job import Job, Plan
from mockserver.domain.override import NoPathError, override_status
from mockserver.domain.paging import Window
from mockserver.profiles.jobs.deviations.catalogue import CATALOGUE
from mockserver.store.interface import (
    DeletionPendingError,
    JobExistsError,
    JobNotFoundError,
    SteerableStore,
)
from mockserver.store.memory import MemoryStore
from mockserver.store.seed import Rule, Seed
from tests.stores.places import Place
from tests.stores.servers import ACTIVE, DOCUMENT, HOUR, LIFECYCLE, NOW, ONE, TWO, job, seed

DAY = 24 * HOUR
PROJECTS = (ONE, TWO)
RULES = (Rule("a", Plan(1_000, "completed")), Rule("b", Plan(HOUR, "failed", "out of disk")))
LIFECYCLES = {
    name: deviation.lifecycle(LIFECYCLE)
    for name, deviation in CATALOGUE.items()
    if deviation.lifecycle is not None
} | {"contract": LIFECYCLE}
EXPECTED = (DeletionPendingError, JobExistsError, JobNotFoundError, NoPathError)

plans = st.sampled_from(
    [None, Plan(0, "completed"), Plan(1, "failed", "why"), Plan(DAY, "completed")]
)
#: As many as run in a few seconds.
EXAMPLES = {"sqlite": 300, "postgres": 120}

# Few of each, so that calls concern the same jobs.
numbers = st.integers(1, 5)
projects = st.sampled_from([ONE, ONE, ONE, TWO])
users = st.sampled_from(["a", "a", "b", "c"])
statuses = st.sampled_from(DOCUMENT.states)
jobs = st.builds(
    job,
    numbers,
    statuses,
    project=projects,
    user=users,
    start_at=st.sampled_from([NOW - HOUR, NOW - 1, NOW, NOW + 1, NOW + DAY]),
    plan=plans,
)
calls = st.one_of(
    st.tuples(st.just("wait"), st.sampled_from([0, 1, 999, 1_000, HOUR, DAY - 1, DAY])),
    st.tuples(st.just("make"), projects, users),
    st.tuples(st.just("make"), st.just(ONE), st.just("a")),
    st.tuples(st.just("cancel"), projects, numbers),
    st.tuples(st.just("add"), jobs),
    st.tuples(st.just("plan"), numbers, plans),
    st.tuples(st.just("force"), numbers, statuses, st.sampled_from([None, "hand"])),
    st.tuples(st.just("page"), projects, st.integers(0, 9), st.integers(1, 4)),
    st.tuples(st.just("job"), projects, numbers),
    st.tuples(st.sampled_from(["settle", "last_id", "all"])),
    st.tuples(st.just("use_lifecycle"), st.sampled_from(sorted(LIFECYCLES))),
)
Call = tuple[Any, ...]


def asked(store: SteerableStore, call: Call, now: int) -> Awaitable[Any]:  # noqa: PLR0911 -- a table
    """Call *store* at *now*."""
    match call:
        case ("make", project, user):
            return store.make(project, user, now)
        case ("cancel", project, number):
            return store.move(project, number, "cancel", now)
        case ("add", added):
            return store.add(added, now)
        case ("plan", number, plan):
            return store.change(number, lambda before: structs.replace(before, plan=plan), now)
        case ("force", number, to, errors):
            return store.change(
                number, lambda before: override_status(LIFECYCLE, before, to, errors, now), now
            )
        case ("page", project, offset, limit):
            return store.page(project, Window(offset, limit), now)
        case ("job", project, number):
            return store.job(project, number, now)
        case ("use_lifecycle", name):
            return store.use_lifecycle(LIFECYCLES[name], now)
        case (name,):
            plain = {"settle": store.settle, "last_id": lambda _: store.last_id()}
            return plain.get(name, store.all)(now)
        case _:
            raise LookupError(call)


async def told(store: SteerableStore, sequence: Iterable[Call]) -> list[Any]:
    """Return what each call returned or raised, and the jobs at the end."""
    now, results = NOW, []
    response_cache: dict[int, Sequence[Job]] = {}
    for call in sequence:
        if call[0] == "wait":
            now += call[1]
        else:
            try:
                results.append(await asked(store, call, now))
            except EXPECTED as error:
                results.append(type(error))
        # What is cached for a revision is what would be read.
        revision = store.revision(now)
        page = await store.page(ONE, Window(0, 99), now)
        if revision is not None:
            assert response_cache.setdefault(revision, page) == page
    results += [await store.page(project, Window(0, 99), now) for project in PROJECTS]
    results += [await store.all(now), await store.all(now + 9 * DAY)]
    return [list(found) if isinstance(found, tuple) else found for found in results]


def started(of: Iterable[Job]) -> Seed:
    """Return a seed of those jobs that do not conflict."""
    kept: dict[int, Job] = {}
    for each in of:
        active = {(j.project, j.reference_id) for j in kept.values() if j.status in ACTIVE}
        if each.status not in ACTIVE or (each.project, each.reference_id) not in active:
            kept.setdefault(each.job_id, each)
    return seed(kept.values(), RULES)


def test_any_sequence_of_calls_has_the_same_results(lasting: Place) -> None:
    """Guards the whole interface, with generated sequences of calls."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        make: Callable[[Seed], Awaitable[SteerableStore]] = runner.run(
            stack.enter_async_context(lasting.opened())
        )

        async def compared(of: list[Job], sequence: list[Call]) -> None:
            model = await told(MemoryStore(started(of), LIFECYCLE, ACTIVE), sequence)
            found = await told(await make(started(of)), sequence)
            assert model == found

        @settings(max_examples=EXAMPLES[lasting.kind])
        @given(st.lists(jobs, max_size=4), st.lists(calls, min_size=8, max_size=20))
        def verify(of: list[Job], sequence: list[Call]) -> None:
            runner.run(compared(of, sequence))

        try:
            verify()
        finally:
            runner.run(stack.aclose())
