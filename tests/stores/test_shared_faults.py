"""Faults of a world of several servers: counted together, wherever the calls arrive."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from multidict import CIMultiDict

from mockserver.faults.active import Counts, Faults
from mockserver.faults.rule import FaultRule, RateLimit, Status
from mockserver.http.messages import Request, Response
from mockserver.http.paths import Paths
from mockserver.middleware import faults
from mockserver.records.arguments import QueryText
from mockserver.worlds.context import RequestContext
from mockserver.worlds.world import World
from tests.stores.apis import HOUR, NOW, jobs
from tests.stores.places import Place
from tests.stores.servers import Server, seed

UNAVAILABLE = Status(503)
THIRD = FaultRule(UNAVAILABLE, name="third", nth=3)
ALL = FaultRule(UNAVAILABLE, name="all")
SOME = FaultRule(UNAVAILABLE, name="some", probability=0.5, seed=7)
TWICE = FaultRule(UNAVAILABLE, name="twice", times=2)
LIMIT = FaultRule(RateLimit(calls=2, window="1m"), name="limit")


async def hits(server: Server) -> list[str]:
    """Count a call and return the faults that hit it."""
    world = await server.world()
    async with server.persistence.count_faults(world):
        return [fault.name for fault in world.faults if fault.fire_if_due(world.clock.now())]


async def put(server: Server, *rules: FaultRule) -> None:
    """Activate faults."""
    async with server.persistence.change("default"):
        for rule in rules:
            server.worlds.default.faults.add(rule)


async def counts(server: Server) -> dict[str, Counts]:
    """Return how often each fault matched, as the control API would show it."""
    world = await server.world()
    async with server.persistence.change(world.name):
        return {fault.name: fault.counts for fault in world.faults}


def test_calls_are_counted_wherever_they_arrive(lasting: Place) -> None:
    """Guards nth, times, probability and rate limits over two servers that take turns."""

    async def together(first: Server, second: Server) -> list[list[str]]:
        await put(first, THIRD, SOME, TWICE, LIMIT)
        return [await hits((first, second)[n % 2]) for n in range(8)]

    async def alone(first: Server, _: Server) -> list[list[str]]:
        await put(first, THIRD, SOME, TWICE, LIMIT)
        return [await hits(first) for _ in range(8)]

    found = lasting.pair(together, seed())
    assert found == lasting.pair(alone, seed())
    assert [2] == [n for n, names in enumerate(found) if "third" in names]
    assert [0, 1] == [n for n, names in enumerate(found) if "twice" in names]
    assert [2, 3, 4, 5, 6, 7] == [n for n, names in enumerate(found) if "limit" in names]


def test_of_many_calls_at_once_just_one_is_the_third(lasting: Place) -> None:
    """Guards nth against calls that arrive at both servers at the same time."""

    async def work(first: Server, second: Server) -> tuple[list[str], list[Counts]]:
        await put(first, THIRD, ALL)
        await second.persistence.refresh()
        found = await asyncio.gather(*[hits((first, second)[n % 2]) for n in range(30)])
        return sorted(name for names in found for name in names), [
            (await counts(server))["third"] for server in (first, second)
        ]

    names, third = lasting.pair(work, seed())
    assert [*["all"] * 30, "third"] == names
    assert [Counts(30, 1), Counts(30, 1)] == third


def test_counts_begin_anew_with_a_fault(lasting: Place) -> None:
    """Guards a fault that is removed and added again under the same name."""

    async def work(first: Server, second: Server) -> list[list[str]]:
        await put(first, THIRD)
        before = [await hits(second), await hits(first)]
        async with second.persistence.change("default"):
            second.worlds.default.faults.clear()
        await put(second, THIRD)
        return [*before, *[await hits((first, second)[n % 2]) for n in range(4)]]

    assert [[], [], [], [], ["third"], []] == lasting.pair(work, seed())


def test_counts_outlast_other_changes_of_the_world(lasting: Place) -> None:
    """Guards counts while the other server moves the clock and adds faults."""

    async def work(first: Server, second: Server) -> list[list[str]]:
        await put(first, THIRD)
        found = [await hits(first)]
        async with second.persistence.change("default"):
            second.worlds.default.clock.advance(HOUR)
        found.append(await hits(first))
        await put(second, ALL)
        return [*found, await hits(first), await hits(second)]

    assert [[], [], ["third", "all"], ["all"]] == lasting.pair(work, seed())


def test_a_reset_takes_faults_and_their_counts_away(lasting: Place) -> None:
    """Guards that no fault is left after a reset, on the other server as well."""

    async def work(first: Server, second: Server) -> list[list[str]]:
        await put(first, THIRD)
        await hits(second)
        async with first.persistence.change("default"):
            await first.factory.restart(first.worlds.default, first.worlds.default.seed)
        none = await hits(second)
        await put(second, THIRD)
        return [none, *[await hits(first) for _ in range(3)]]

    assert [[], [], [], ["third"]] == lasting.pair(work, seed())


class Interrupted:
    """Lets another server change the world just before a call is counted."""

    summary = ""

    def __init__(self, server: Server, other: Server) -> None:
        self._server = server
        self._other = other
        self.seconds = server.persistence.seconds
        self.open = server.persistence.open
        self.refresh = server.persistence.refresh
        self.watch = server.persistence.watch
        self.change = server.persistence.change
        self.create = server.persistence.create
        self.remove = server.persistence.remove

    @asynccontextmanager
    async def count_faults(self, world: World) -> AsyncIterator[Faults]:
        """Count, after the change has been noticed."""
        async with self._other.persistence.change("default"):
            self._other.worlds.default.clock.advance(1)
        await self.refresh()
        async with self._server.persistence.count_faults(world) as faults:
            yield faults


def meet(world: World) -> RequestContext:
    """Return a request that meets *world*: it lists jobs of somebody who is not known."""
    request = Request("GET", "/public/One/jobs", CIMultiDict(), "127.0.0.1")
    paths = Paths(jobs().contract.operations, ("",))
    match = paths.match(request.method, request.path)
    return RequestContext(request, world, None, match=match, paths=paths, query=QueryText(""))


def test_a_call_is_counted_though_its_world_changes_meanwhile(lasting: Place) -> None:
    """Guards nth against a change that is noticed between finding the faults and counting."""

    async def answer(_: RequestContext) -> Response:
        return Response(200, b"{}")

    async def work(first: Server, second: Server) -> tuple[list[int], Counts]:
        await put(first, THIRD)
        handle = faults.inject_faults(Interrupted(first, second))(answer)
        statuses = [(await handle(meet(await first.world()))).status for _ in range(5)]
        return statuses, (await counts(second))["third"]

    statuses, third = lasting.pair(work, seed())
    assert [200, 200, 503, 200, 200] == statuses
    assert Counts(5, 1) == third


def test_a_late_call_leaves_the_counts_of_newer_faults_alone(lasting: Place) -> None:
    """Guards counts when a server does not know a new fault yet while it counts a call."""

    async def work(first: Server, second: Server) -> list[list[str]]:
        await put(first, ALL)
        late = await second.world()
        await put(first, THIRD)
        found = [await hits(first), await hits(first)]
        async with second.persistence.count_faults(late):
            for fault in late.faults:
                fault.fire_if_due(NOW)
        return [*found, await hits(second), await hits(first)]

    assert [["all"], ["all"], ["all", "third"], ["all"]] == lasting.pair(work, seed())
